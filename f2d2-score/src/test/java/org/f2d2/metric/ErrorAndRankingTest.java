package org.f2d2.metric;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.stream.IntStream;
import org.f2d2.error.F2d2Exception;
import org.junit.jupiter.api.Test;

class ErrorAndRankingTest {
  private static String refusal(Runnable call) {
    return assertThrows(F2d2Exception.class, call::run).getMessage();
  }

  @Test
  void errorsOfFourRows() {
    // Differences 0, 1, -2, 0; centred products 6.5, squares 5 and 12.75.
    ErrorStatistics errors =
        ErrorStatistics.of(new double[] {1, 2, 3, 4}, new double[] {1, 1, 5, 4});
    assertEquals(4, errors.count());
    assertEquals(0.75, errors.meanAbsoluteError(), 1e-15);
    assertEquals(2, errors.maxAbsoluteError());
    assertEquals(2, errors.worstPercentMean());
    assertEquals(-0.25, errors.bias(), 1e-15);
    assertEquals(6.5 / Math.sqrt(5 * 12.75), errors.pearson(), 1e-15);
  }

  @Test
  void theWorstPercentIsRoundedUp() {
    double[] estimate = IntStream.rangeClosed(1, 201).mapToDouble(i -> -i).toArray();
    ErrorStatistics errors = ErrorStatistics.of(estimate, new double[201]);
    assertEquals(200, errors.worstPercentMean(), 1e-12); // of 199, 200 and 201
    assertEquals(-101, errors.bias(), 1e-12);
    assertTrue(Double.isNaN(errors.pearson()));
  }

  @Test
  void errorsRefuseWhatCannotBeCompared() {
    double[] one = {1};
    assertEquals(
        "1 estimates for 2 references", refusal(() -> ErrorStatistics.of(one, new double[2])));
    assertEquals(
        "estimate 0 is NaN", refusal(() -> ErrorStatistics.of(new double[] {Double.NaN}, one)));
    assertEquals(
        "reference 0 is -Infinity",
        refusal(() -> ErrorStatistics.of(one, new double[] {Double.NEGATIVE_INFINITY})));
    assertEquals(
        "there is no estimate", refusal(() -> ErrorStatistics.of(new double[0], new double[0])));
  }

  @Test
  void rankingWithATie() {
    // Positive 3 and 1, negative 2 and 1: pairs won 1, 1, 0 and one half.
    RankingCurve curve =
        RankingCurve.of(new double[] {3, 2, 1, 1}, new boolean[] {true, false, true, false});
    assertEquals(0.625, curve.auroc(), 1e-15);
    assertEquals(0.5 * 1 + 0.5 * 0.5, curve.averagePrecision(), 1e-15);
    assertEquals(2, curve.positives());
    assertEquals(2, curve.negatives());
  }

  @Test
  void rankingAtTheEnds() {
    boolean[] label = {true, true, false, false, false};
    RankingCurve perfect = RankingCurve.of(new double[] {1 / 0.0, 4, 3, 2, -1 / 0.0}, label);
    assertEquals(1, perfect.auroc());
    assertEquals(1, perfect.averagePrecision());
    RankingCurve blind = RankingCurve.of(new double[] {0.0, -0.0, 0, 0, 0}, label);
    assertEquals(0.5, blind.auroc());
    assertEquals(0.4, blind.averagePrecision());
    // Reversed: precision 1/4 and 2/5 at the two hits.
    RankingCurve reversed = RankingCurve.of(new double[] {1, 2, 3, 4, 5}, label);
    assertEquals(0, reversed.auroc());
    assertEquals(0.5 * (1 / 4.0 + 2 / 5.0), reversed.averagePrecision(), 1e-15);
  }

  @Test
  void rankingEqualsTheCountOverAllPairs() {
    for (long seed = 1; seed <= 5; seed++) {
      Random random = new Random(seed);
      double[] scores = new double[60];
      boolean[] label = new boolean[60];
      for (int i = 0; i < 60; i++) {
        label[i] = i % 4 == 0;
        scores[i] = random.nextInt(8) + (label[i] ? 1 : 0);
      }
      double wins = 0;
      for (int i = 0; i < 60; i++) {
        for (int j = 0; j < 60; j++) {
          if (label[i] && !label[j]) {
            wins += scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0;
          }
        }
      }
      assertEquals(wins / (15 * 45), RankingCurve.of(scores, label).auroc(), 1e-12);
    }
  }

  @Test
  void theTrimmedBiasLeavesOutWildRows() {
    double[] reference = new double[201];
    double[] estimate = new double[201];
    for (int i = 0; i < 200; i++) {
      reference[i] = i;
      estimate[i] = i + 0.25 + (i % 2 == 0 ? 0.125 : -0.125);
    }
    reference[200] = Double.NaN;
    assertEquals(0.25, ErrorStatistics.trimmedBias(estimate, reference), 1e-12);
    // Two at each end are left out: the wild ones and as many ordinary ones.
    estimate[7] = 1e9;
    estimate[8] = Double.POSITIVE_INFINITY;
    estimate[9] = -1e9;
    assertEquals(0.25, ErrorStatistics.trimmedBias(estimate, reference), 0.01);
    assertEquals(0, ErrorStatistics.trimmedBias(new double[] {Double.NaN}, new double[1]));
  }

  @Test
  void theMedianIsTheMiddle() {
    double[] values = {3, -1, 1e9};
    assertEquals(3, ErrorStatistics.median(values));
    assertArrayEquals(new double[] {3, -1, 1e9}, values, "the values are left as they were");
    assertEquals(2, ErrorStatistics.median(new double[] {3, -1, 1e9, 1}));
    assertTrue(Double.isNaN(ErrorStatistics.median(new double[0])));
  }

  @Test
  void rankingRefusesWhatCannotBeRanked() {
    assertEquals(
        "score 1 is NaN",
        refusal(() -> RankingCurve.of(new double[] {1, Double.NaN}, new boolean[] {true, false})));
    assertEquals(
        "a ranking needs rows of both kinds, not 2 positive and 0 negative ones",
        refusal(() -> RankingCurve.of(new double[2], new boolean[] {true, true})));
  }
}
