package org.f2d2.lab.far;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.f2d2.DensityModel;
import org.f2d2.data.Table;
import org.f2d2.score.Nfe;
import org.f2d2.score.Scores;
import org.f2d2.train.Budget;
import org.f2d2.train.FitListener;
import org.f2d2.train.FitOptions;

/** Fits a density and asks the model about certain anomalies. */
public final class FarBenchmark {

  private static final double ALARM = 0.01;
  private static final double FAR = 10;

  /** Rows of one call, so that exact answers need little memory. */
  private static final int BATCH = 2_000;

  private FarBenchmark() {}

  /**
   * Fits once and counts.
   *
   * @param far what to fit
   * @param rows makes its anomalies
   * @param options of the fit; its seed draws the rows too
   * @param trainingRows rows of the fit
   * @param count anomalies for one evaluation
   * @param exactCount of these for the exact answers
   */
  public static FarResult run(
      FarDensity far,
      FarRows rows,
      FitOptions options,
      int trainingRows,
      int count,
      int exactCount,
      FitListener listener) {
    int d = far.density().dimensions();
    SplittableRandom random = new SplittableRandom(options.seed());
    Table table = far.density().table(trainingRows, random);
    double[] anomalies = rows.draw(count, random.nextLong());
    long start = System.nanoTime();
    try (DensityModel model = DensityModel.fit(table, options, listener)) {
      double seconds = (System.nanoTime() - start) / 1e9;
      // Every kind of candidate is in every stretch of rows, so the first ones are like the rest.
      double[] fewer = Arrays.copyOf(anomalies, Math.min(count, exactCount) * d);
      return new FarResult(
          far.density().name(),
          options.budget() instanceof Budget.Minutes m ? m.minutes() : Double.NaN,
          options.seed(),
          rows.lowest(),
          model.reference(Nfe.ONE).smallestPValue(),
          counts(far, rows, model, anomalies, Nfe.ONE),
          counts(far, rows, model, fewer, Nfe.EXACT),
          seconds);
    }
  }

  private static FarResult.Counts counts(
      FarDensity far, FarRows rows, DensityModel model, double[] anomalies, Nfe nfe) {
    int d = far.density().dimensions();
    int n = anomalies.length / d;
    double smallest = model.reference(nfe).smallestPValue();
    double[] distance = rows.distance(anomalies);
    double[] truth = far.density().logDensity(anomalies);
    int refused = 0;
    int above = 0;
    int tenDeviations = 0;
    int notSmallest = 0;
    int worst = -1;
    double worstP = Double.NEGATIVE_INFINITY;
    double worstAnswer = Double.NaN;
    for (int from = 0; from < n; from += BATCH) {
      int to = Math.min(n, from + BATCH);
      Scores scores = model.score(Arrays.copyOfRange(anomalies, from * d, to * d), nfe);
      refused += scores.failures().size();
      for (int r = from; r < to; r++) {
        // A row without a density is as strange as can be.
        double p = scores.failures().containsKey(r - from) ? 0 : scores.pValue()[r - from];
        above += p > Math.max(ALARM, smallest) ? 1 : 0;
        if (distance[r] >= FAR) {
          tenDeviations++;
          notSmallest += p > smallest ? 1 : 0;
        }
        if (p > worstP) {
          worstP = p;
          worst = r;
          worstAnswer = scores.logDensity()[r - from];
        }
      }
    }
    return new FarResult.Counts(
        n,
        refused,
        above,
        tenDeviations,
        notSmallest,
        worst < 0 ? new double[0] : Arrays.copyOfRange(anomalies, worst * d, (worst + 1) * d),
        worst < 0 ? Double.NaN : truth[worst],
        worstAnswer,
        worst < 0 ? Double.NaN : worstP);
  }
}
