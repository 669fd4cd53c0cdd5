package org.f2d2.lab.odd;

import java.util.Arrays;
import org.f2d2.lab.cheap.CheapModel;
import org.f2d2.lab.cheap.RoundedColumns;
import org.f2d2.metric.ReferenceDistribution;

/**
 * A cheap density: log-densities, and p-values by the rank among rows that were not fitted. It
 * draws no samples, and a value off a lattice or a departed constant means nothing to it.
 */
final class CheapAnswers implements Answers {

  private final CheapModel model;
  private final RoundedColumns columns;
  private final ReferenceDistribution reference;
  private final Answers second;

  /**
   * Asks a density.
   *
   * @param columns those that it was fitted to
   * @param fresh rows that were not fitted, for p-values
   * @param second the density of the second table; empty for none
   */
  CheapAnswers(CheapModel model, RoundedColumns columns, double[] fresh, Answers... second) {
    this.model = model;
    this.columns = columns;
    this.reference = ReferenceDistribution.of(model.logDensity(columns.modelled(fresh)));
    this.second = second.length == 0 ? this : second[0];
  }

  @Override
  public double[] logDensity(double[] rows) {
    return model.logDensity(columns.modelled(rows));
  }

  @Override
  public double[] pValue(double[] rows) {
    return Arrays.stream(logDensity(rows)).map(reference::pValue).toArray();
  }

  @Override
  public double smallestPValue() {
    return reference.pValue(Double.NEGATIVE_INFINITY);
  }

  @Override
  public double[] sample(int n) {
    return new double[0];
  }

  @Override
  public double timeShare() {
    return Double.NaN;
  }

  @Override
  public Answers second() {
    return second;
  }
}
