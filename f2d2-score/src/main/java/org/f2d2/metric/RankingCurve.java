package org.f2d2.metric;

import java.util.Comparator;
import java.util.stream.IntStream;
import org.f2d2.error.F2d2Exception;

/**
 * How well a score ranks positive rows (anomalies) above negative ones.
 *
 * @param auroc area under the receiver operating characteristic: the probability that a positive
 *     row scores above a negative one, ties counting one half
 * @param averagePrecision sum over thresholds of precision times the gain in recall; rows with
 *     equal scores share a threshold
 * @param positives number of positive rows
 * @param negatives number of negative rows
 */
public record RankingCurve(double auroc, double averagePrecision, int positives, int negatives) {
  /**
   * Ranks rows by score.
   *
   * @param scores higher is more anomalous; infinities rank at the ends
   * @param positive whether each row is an anomaly
   * @throws F2d2Exception when the lengths differ, a score is NaN, or either kind of row is absent
   */
  public static RankingCurve of(double[] scores, boolean[] positive) {
    Requirement.sameLength("scores", scores.length, "labels", positive.length);
    Requirement.notNaN("score", scores);
    int[] order =
        IntStream.range(0, scores.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -scores[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    long positives = IntStream.range(0, positive.length).filter(i -> positive[i]).count();
    long negatives = positive.length - positives;
    if (positives == 0 || negatives == 0) {
      throw new F2d2Exception(
          "a ranking needs rows of both kinds, not "
              + positives
              + " positive and "
              + negatives
              + " negative ones");
    }
    double wins = 0;
    double precision = 0;
    long hits = 0;
    long falseAlarms = 0;
    for (int from = 0; from < order.length; ) {
      int to = from;
      long tiedHits = 0;
      // == and not compare, so that the two zeros tie
      while (to < order.length && scores[order[to]] == scores[order[from]]) {
        tiedHits += positive[order[to]] ? 1 : 0;
        to++;
      }
      long tiedFalse = to - from - tiedHits;
      // Each positive of this group beats the negatives still to come and halves with its own.
      wins += tiedHits * (negatives - falseAlarms - tiedFalse + 0.5 * tiedFalse);
      hits += tiedHits;
      falseAlarms += tiedFalse;
      precision += tiedHits / (double) positives * (hits / (double) (hits + falseAlarms));
      from = to;
    }
    return new RankingCurve(
        wins / positives / negatives,
        // A sum of shares may exceed 1 by a rounding.
        Math.min(1, precision),
        (int) positives,
        (int) negatives);
  }
}
