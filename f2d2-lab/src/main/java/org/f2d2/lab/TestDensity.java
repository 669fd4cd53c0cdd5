package org.f2d2.lab;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.f2d2.data.Table;

/** A density that rows can be drawn from and whose logarithm is known exactly. */
public interface TestDensity {

  /** Short name for tables and options. */
  String name();

  /** Number of coordinates, d. */
  int dimensions();

  /** Draws a row. */
  void draw(double[] row, RandomGenerator random);

  /** Exact log-density of a row, in nats; negative infinity outside the support. */
  double logDensityAt(double[] row);

  /** Draws n rows, row-major [n, d]. */
  default double[] sample(int n, RandomGenerator random) {
    int d = dimensions();
    double[] rows = new double[n * d];
    double[] row = new double[d];
    for (int r = 0; r < n; r++) {
      draw(row, random);
      System.arraycopy(row, 0, rows, r * d, d);
    }
    return rows;
  }

  /** A table of n rows with columns x0, x1, …. */
  default Table table(int n, RandomGenerator random) {
    return table(dimensions(), sample(n, random));
  }

  /** A table of rows [n, d] with columns x0, x1, …. */
  static Table table(int d, double[] rows) {
    return Table.of(IntStream.range(0, d).mapToObj(i -> "x" + i).toList(), rows);
  }

  /**
   * Exact log-density of rows, in nats.
   *
   * @param rows row-major [n, d]
   * @return [n]; negative infinity outside the support
   */
  default double[] logDensity(double[] rows) {
    int d = dimensions();
    double[] out = new double[rows.length / d];
    Arrays.setAll(out, r -> logDensityAt(Arrays.copyOfRange(rows, r * d, (r + 1) * d)));
    return out;
  }

  /**
   * In two dimensions, a box that holds practically all of the density.
   *
   * @return lower and upper end of the first coordinate, then of the second
   */
  default double[] box() {
    return new double[] {-5, 5, -5, 5};
  }

  /** Whether a row counts in the error figure; false next to a jump of the density. */
  default boolean counts(double[] row) {
    return true;
  }
}
