package org.f2d2.lab;

import java.util.Arrays;
import org.f2d2.metric.RankingCurve;

/** How well low log-densities point to anomalies. */
public final class AnomalyRanking {

  private AnomalyRanking() {}

  /**
   * The ranking of rows.
   *
   * @param logDensity per row; NaN, which a row without a density has, is the lowest
   * @param anomalies which rows are anomalies
   */
  public static RankingCurve of(double[] logDensity, boolean[] anomalies) {
    double[] strangeness =
        Arrays.stream(logDensity)
            .map(x -> Double.isNaN(x) ? Double.POSITIVE_INFINITY : -x)
            .toArray();
    return RankingCurve.of(strangeness, anomalies);
  }

  /** Which rows are anomalies where they follow so many that are not. */
  public static boolean[] behind(int normal, int rows) {
    boolean[] anomalies = new boolean[rows];
    Arrays.fill(anomalies, normal, rows, true);
    return anomalies;
  }
}
