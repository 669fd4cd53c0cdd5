package org.f2d2.cli.report;

import java.util.Arrays;
import java.util.Optional;
import org.f2d2.DensityModel;
import org.f2d2.lab.TestDensity;

/**
 * What a report is about.
 *
 * @param title heading of the page
 * @param model the model
 * @param data rows to measure on, where there are some; best those that the model was not fitted on
 * @param truth the density that the data were drawn from, where it is known
 * @param exactSeconds about how long the exact values of the page may take
 */
public record ReportSource(
    String title,
    DensityModel model,
    Optional<Data> data,
    Optional<TestDensity> truth,
    double exactSeconds) {

  /** Seconds for exact values, if a user says nothing. */
  public static final double EXACT_SECONDS = 20;

  /**
   * Rows in the order of the model's columns.
   *
   * @param rows row-major
   * @param anomalies whether each row is an anomaly; empty where nobody knows
   */
  public record Data(double[] rows, boolean[] anomalies) {

    /** Whether the rows are labelled, with rows of both kinds. */
    boolean labelled() {
      boolean normal = false;
      boolean odd = false;
      for (boolean anomaly : anomalies) {
        normal |= !anomaly;
        odd |= anomaly;
      }
      return normal && odd;
    }

    /**
     * The rows that are not known to be anomalies: errors of a model are about what it has learned.
     *
     * @param columns values per row
     */
    double[] normal(int columns) {
      if (!labelled()) {
        return rows;
      }
      double[] kept = new double[rows.length];
      int used = 0;
      for (int row = 0; row < anomalies.length; row++) {
        if (!anomalies[row]) {
          System.arraycopy(rows, row * columns, kept, used, columns);
          used += columns;
        }
      }
      return Arrays.copyOf(kept, used);
    }
  }
}
