package org.f2d2.lab.cheap;

/**
 * Mean and standard deviation of each column, to bring all columns to one scale.
 *
 * @param means [d], in units of the columns
 * @param deviations [d], in units of the columns; 1 for a column that takes one value only
 */
record ColumnScales(double[] means, double[] deviations) {

  /** Those of rows, row-major [n, d]. */
  static ColumnScales of(double[] rows, int d) {
    int n = rows.length / d;
    double[] means = new double[d];
    double[] deviations = new double[d];
    for (int i = 0; i < rows.length; i++) {
      means[i % d] += rows[i] / n;
    }
    for (int i = 0; i < rows.length; i++) {
      double gap = rows[i] - means[i % d];
      deviations[i % d] += gap * gap / n;
    }
    for (int j = 0; j < d; j++) {
      deviations[j] = deviations[j] > 0 ? Math.sqrt(deviations[j]) : 1;
    }
    return new ColumnScales(means, deviations);
  }

  /** Rows with mean 0 and standard deviation 1 in each column, row-major [n, d]. */
  double[] apply(double[] rows) {
    int d = means.length;
    double[] out = new double[rows.length];
    for (int i = 0; i < rows.length; i++) {
      out[i] = (rows[i] - means[i % d]) / deviations[i % d];
    }
    return out;
  }

  /** What a log-density of scaled rows loses on the way back to the units of the columns, nats. */
  double logVolume() {
    double sum = 0;
    for (double deviation : deviations) {
      sum += Math.log(deviation);
    }
    return sum;
  }
}
