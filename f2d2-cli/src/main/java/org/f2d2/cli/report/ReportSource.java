package org.f2d2.cli.report;

import java.util.Optional;
import org.f2d2.DensityModel;
import org.f2d2.bench.TestDensity;

/**
 * What a report is about.
 *
 * @param title heading of the page
 * @param model the model
 * @param data rows that the model was not fitted on, where there are some
 * @param truth the density that the data were drawn from, where it is known
 */
public record ReportSource(
    String title, DensityModel model, Optional<Data> data, Optional<TestDensity> truth) {

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
  }
}
