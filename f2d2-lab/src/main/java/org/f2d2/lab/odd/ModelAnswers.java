package org.f2d2.lab.odd;

import org.f2d2.DensityModel;
import org.f2d2.SampleOptions;
import org.f2d2.score.Nfe;
import org.f2d2.score.Scores;

/** A fitted model by one way of answering. */
final class ModelAnswers implements Answers {

  private static final long SAMPLE_SEED = 1;

  private final DensityModel model;
  private final Nfe nfe;
  private final double timeShare;
  private final Answers second;

  /**
   * Asks a model.
   *
   * @param timeShare wall time of its fit over the time asked for
   * @param second the same way of answering of the second model
   */
  ModelAnswers(DensityModel model, Nfe nfe, double timeShare, Answers second) {
    this.model = model;
    this.nfe = nfe;
    this.timeShare = timeShare;
    this.second = second;
  }

  /** Without a second model. */
  ModelAnswers(DensityModel model, Nfe nfe, double timeShare) {
    this.model = model;
    this.nfe = nfe;
    this.timeShare = timeShare;
    this.second = this;
  }

  @Override
  public double[] logDensity(double[] rows) {
    return model.score(rows, nfe).logDensity();
  }

  @Override
  public double[] pValue(double[] rows) {
    Scores scores = model.score(rows, nfe);
    double[] p = scores.pValue().clone();
    for (int row : scores.failures().keySet()) {
      p[row] = 0;
    }
    return p;
  }

  @Override
  public double smallestPValue() {
    return model.reference(nfe).smallestPValue();
  }

  @Override
  public double[] sample(int n) {
    return model.sample(n, new SampleOptions(nfe, false, false, SAMPLE_SEED)).rows();
  }

  @Override
  public double timeShare() {
    return timeShare;
  }

  @Override
  public Answers second() {
    return second;
  }
}
