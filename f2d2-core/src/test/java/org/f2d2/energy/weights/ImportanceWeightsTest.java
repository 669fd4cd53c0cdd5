package org.f2d2.energy.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.f2d2.error.F2d2Exception;
import org.junit.jupiter.api.Test;

class ImportanceWeightsTest {

  private static final double NONE = Double.NEGATIVE_INFINITY;

  /** Log-weights of draws from N(0, sd² I) for N(0, I), both normalised. */
  private static double[] wrongWidth(int n, int dimensions, double sd, long seed) {
    return wrongWidth(n, dimensions, sd, sd, seed);
  }

  /** The same of points from N(0, drawn² I), wherever they come from. */
  private static double[] wrongWidth(int n, int dimensions, double sd, double drawn, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] logWeights = new double[n];
    for (int i = 0; i < n; i++) {
      double square = 0;
      for (int c = 0; c < dimensions; c++) {
        double x = drawn * random.nextGaussian();
        square += x * x;
      }
      logWeights[i] = 0.5 * (1 / (sd * sd) - 1) * square + dimensions * Math.log(sd);
    }
    return logWeights;
  }

  private static double[] logNormal(int n, double deviation, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return IntStream.range(0, n).mapToDouble(i -> deviation * random.nextGaussian()).toArray();
  }

  @Test
  void effectiveShareOfLogNormalWeights() {
    for (double e : new double[] {0.1, 0.3, 0.6, 0.8}) {
      ImportanceWeights weights = ImportanceWeights.of(logNormal(200_000, e, 1));
      double expected = Math.exp(-e * e);
      assertEquals(expected, weights.effectiveShare(), 0.02 * expected);
      assertEquals(expected, weights.tailShare(), 0.02 * expected);
      assertEquals(e, weights.logWeightDeviation(), 0.01 * e);
      assertEquals(200_000 * weights.effectiveShare(), weights.effectiveSize(), 1e-6);
    }
  }

  @Test
  void normaliserOfWrongWidths() {
    // Too narrow by more than √2 the weights have no variance, and no error to be measured by.
    for (double sd : new double[] {0.85, 1.2, 1.5}) {
      for (int seed = 0; seed < 10; seed++) {
        ImportanceWeights weights = ImportanceWeights.of(wrongWidth(20_000, 2, sd, seed));
        double error = weights.logNormaliserError();
        assertTrue(error < 0.01, () -> "error " + error);
        assertEquals(0, weights.logNormaliser(), 3 * error, "sd " + sd + ", seed " + seed);
      }
    }
  }

  @Test
  void aTargetScaledByAFifthHasItsNormaliserAndAFlippedSignHasNot() {
    double[] logWeights = wrongWidth(10_000, 8, 1.2, 3);
    ImportanceWeights weights = ImportanceWeights.of(logWeights);
    assertEquals(0, weights.logNormaliser(), 3 * weights.logNormaliserError());
    assertEquals(Math.pow(1.88, 4) / Math.pow(1.44, 8), weights.effectiveShare(), 0.02);
    ImportanceWeights flipped =
        ImportanceWeights.of(Arrays.stream(logWeights).map(log -> -log).toArray());
    assertTrue(Math.abs(flipped.logNormaliser()) > 10 * flipped.logNormaliserError());
  }

  @Test
  void errorOfTheNormaliserIsWhatSeedsShow() {
    int seeds = 300;
    double[] found = new double[seeds];
    double[] shares = new double[seeds];
    double stated = 0;
    double statedShare = 0;
    for (int seed = 0; seed < seeds; seed++) {
      ImportanceWeights weights = ImportanceWeights.of(logNormal(1000, 0.5, seed));
      found[seed] = weights.logNormaliser();
      shares[seed] = Math.log(weights.effectiveShare());
      stated += weights.logNormaliserError() / seeds;
      statedShare += weights.effectiveShareError() / seeds;
    }
    assertEquals(deviation(found), stated, 0.12 * stated);
    assertEquals(deviation(shares), statedShare, 0.2 * statedShare);
  }

  private static double deviation(double[] values) {
    double mean = Arrays.stream(values).average().orElseThrow();
    return Math.sqrt(
        Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum() / (values.length - 1));
  }

  @Test
  void aNarrowProposalIsWarnedAboutThoughItsParetoKPasses() {
    int seeds = 250;
    for (int n : new int[] {1000, 10_000}) {
      int warned = 0;
      double[] shares = new double[seeds];
      int below = 0;
      for (int seed = 0; seed < seeds; seed++) {
        ImportanceWeights weights = ImportanceWeights.of(wrongWidth(n, 8, 0.75, seed));
        shares[seed] = weights.effectiveShare();
        below += weights.tail().orElseThrow().shape() < 0.7 ? 1 : 0;
        warned +=
            weights.warnings().stream().anyMatch(line -> line.contains("likely too high")) ? 1 : 0;
      }
      Arrays.sort(shares);
      assertTrue(shares[seeds / 2] > 0.08, "the true share is 0.0244");
      assertTrue(below > 0.8 * seeds, "k alone passes it");
      assertTrue(warned >= 0.96 * seeds, warned + " of " + seeds + " at " + n);
    }
  }

  @Test
  void soundWeightsAreNotWarnedAbout() {
    int warned = 0;
    for (int seed = 0; seed < 250; seed++) {
      warned += ImportanceWeights.of(wrongWidth(1000, 8, 1.2, seed)).warnings().size();
      warned += ImportanceWeights.of(logNormal(1000, 0.3, seed)).warnings().size();
    }
    assertTrue(warned <= 2, warned + " warnings");
    assertEquals(List.of(), ImportanceWeights.of(new double[1000]).warnings());
    // Equal but for rounding, whatever the law of that is.
    double[] rounded = logNormal(1000, 3, 1);
    Arrays.setAll(rounded, i -> 1e-14 * Math.exp(rounded[i]));
    assertTrue(ImportanceWeights.of(rounded).tail().orElseThrow().shape() > 0.7);
    assertEquals(List.of(), ImportanceWeights.of(rounded).warnings());
  }

  @Test
  void aTailWithoutSecondMomentLeavesNothing() {
    SplittableRandom random = new SplittableRandom(4);
    double[] logWeights = // P(w > t) = t^(-1.25), so k = 0.8
        IntStream.range(0, 20_000).mapToDouble(i -> -0.8 * Math.log(random.nextDouble())).toArray();
    ImportanceWeights weights = ImportanceWeights.of(logWeights);
    assertEquals(0, weights.tailShare());
    assertEquals(2, weights.warnings().size(), () -> weights.warnings().toString());
    assertTrue(weights.warnings().get(0).contains("no estimate"), weights.warnings().get(0));
    assertTrue(weights.warnings().get(1).contains("fall to 0"), weights.warnings().get(1));
  }

  @Test
  void equalWeights() {
    double[] logWeights = new double[400];
    Arrays.fill(logWeights, -2000.5);
    ImportanceWeights weights = ImportanceWeights.of(logWeights);
    assertEquals(400, weights.effectiveSize(), 1e-9);
    assertEquals(0, weights.effectiveShareError(), 1e-12);
    assertEquals(1, weights.tailShare(), 1e-12);
    assertEquals(400, weights.clippedSize(ImportanceWeights.USUAL_CLIP), 1e-9);
    assertEquals(-2000.5, weights.logNormaliser(), 1e-9);
    assertEquals(0, weights.logNormaliserError(), 1e-12);
    assertEquals(1.0 / 400, weights.largest(), 1e-15);
    assertEquals(0, weights.logWeightDeviation(), 1e-12);
    assertTrue(weights.tail().isEmpty());
  }

  @Test
  void weightsOfZeroCountAsDraws() {
    ImportanceWeights weights =
        ImportanceWeights.of(new double[] {NONE, Math.log(3), NONE, 0}, new double[] {5, 0, 9, 0});
    assertEquals(4, weights.count());
    assertArrayEquals(new double[] {0, 0.75, 0, 0.25}, weights.normalised(), 1e-15);
    assertEquals(0, weights.logNormaliser(), 1e-15);
    assertEquals(1.6, weights.effectiveSize(), 1e-12);
    assertEquals(0.75, weights.largest(), 1e-15);
    assertEquals(Math.log(3) / Math.sqrt(2), weights.logWeightDeviation(), 1e-12);
    ImportanceWeights.Expectation mean =
        weights.expectation(new double[] {Double.NaN, 1, Double.NaN, 5});
    assertEquals(2, mean.value(), 1e-15);
    assertEquals(Math.sqrt(0.75 * 0.75 + 0.25 * 0.25 * 9), mean.standardError(), 1e-12);
    assertEquals(1, weights.warnings().size());
    assertTrue(weights.warnings().get(0).startsWith("only 2 weights are above zero"));
  }

  @Test
  void clippingLowersTheLargest() {
    double[] logWeights = new double[1000];
    logWeights[3] = Math.log(50);
    logWeights[700] = Math.log(80);
    ImportanceWeights weights = ImportanceWeights.of(logWeights);
    assertTrue(weights.effectiveSize() < 200);
    assertEquals(1000, weights.clippedSize(ImportanceWeights.USUAL_CLIP), 1e-9);
    assertEquals(weights.effectiveSize(), weights.clippedSize(0), 1e-9);
    assertThrows(F2d2Exception.class, () -> weights.clippedSize(1));
    assertThrows(F2d2Exception.class, () -> weights.clippedSize(Double.NaN));
    // What is not zero is not clipped away.
    assertEquals(1, ImportanceWeights.of(new double[] {NONE, 0, NONE}).clippedSize(0.9));
  }

  @Test
  void expectationUnderTheTarget() {
    int within = 0;
    for (int seed = 0; seed < 100; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      double[] x = IntStream.range(0, 2000).mapToDouble(i -> random.nextGaussian()).toArray();
      double[] tilted = Arrays.stream(x).map(v -> 0.5 * v + 300).toArray();
      ImportanceWeights.Expectation mean = ImportanceWeights.of(tilted).expectation(x);
      within += Math.abs(mean.value() - 0.5) < 2 * mean.standardError() ? 1 : 0;
    }
    assertTrue(within >= 88 && within <= 100, "within two errors: " + within);
  }

  @Test
  void forwardShareSeesAMissedMode() {
    SplittableRandom random = new SplittableRandom(8);
    int n = 20_000;
    double[] draws = IntStream.range(0, n).mapToDouble(i -> random.nextGaussian()).toArray();
    double[] data =
        IntStream.range(0, n)
            .mapToDouble(i -> random.nextGaussian() + (random.nextBoolean() ? 12 : 0))
            .toArray();
    ImportanceWeights weights =
        ImportanceWeights.of(Arrays.stream(draws).map(x -> twoModes(x) + x * x / 2).toArray());
    assertTrue(weights.effectiveShare() > 0.99, "the draws do not know of the other mode");
    double[] ofData = Arrays.stream(data).map(x -> twoModes(x) + x * x / 2).toArray();
    assertTrue(weights.forwardShare(ofData) < 1e-6);
    // A proposal that covers the target is seen alike from both sides.
    ImportanceWeights covering = ImportanceWeights.of(wrongWidth(n, 2, 1.2, 5));
    double forward = covering.forwardShare(wrongWidth(n, 2, 1.2, 1, 6));
    assertEquals(covering.effectiveShare(), forward, 0.01);
    assertEquals(0, covering.forwardShare(new double[] {0, 1 / 0.0}));
    assertThrows(F2d2Exception.class, () -> covering.forwardShare(new double[] {NONE}));
    assertThrows(F2d2Exception.class, () -> covering.forwardShare(new double[] {0, 0 / 0.0}));
  }

  private static double twoModes(double x) {
    double near = -x * x / 2;
    double far = -(x - 12) * (x - 12) / 2;
    double top = Math.max(near, far);
    return top + Math.log(Math.exp(near - top) + Math.exp(far - top));
  }

  @Test
  void oneDraw() {
    ImportanceWeights weights = ImportanceWeights.of(new double[] {1e5});
    assertEquals(1, weights.effectiveShare());
    assertEquals(1, weights.clippedSize(ImportanceWeights.USUAL_CLIP));
    assertEquals(1e5, weights.logNormaliser());
    assertTrue(Double.isNaN(weights.logNormaliserError()));
    assertTrue(Double.isNaN(weights.logWeightDeviation()));
    assertEquals(1, weights.warnings().size());
    assertTrue(weights.warnings().get(0).startsWith("only 1 weight is above zero"));
  }

  @Test
  void weightsBeyondTheRangeOfDoubles() {
    double[] logWeights = IntStream.range(0, 1000).mapToDouble(i -> i * i * 10.0).toArray();
    ImportanceWeights weights = ImportanceWeights.of(logWeights);
    assertEquals(1, weights.effectiveSize(), 1e-12);
    assertEquals(1, weights.largest(), 1e-12);
    assertTrue(weights.tail().orElseThrow().shape() > 1);
    assertEquals(0, weights.tailShare());
    assertEquals(2, weights.warnings().size());
  }

  @Test
  void faultsAreSaidInOneLine() {
    refused("every weight is zero", NONE, NONE);
    refused("log-weight 1 is NaN", 0, Double.NaN);
    refused("infinite", 0, 1 / 0.0);
    refused("there is no log-weight");
    F2d2Exception lengths =
        assertThrows(F2d2Exception.class, () -> ImportanceWeights.of(new double[2], new double[3]));
    assertTrue(lengths.getMessage().contains("2 values of the target for 3 log-densities"));
    F2d2Exception impossible =
        assertThrows(
            F2d2Exception.class, () -> ImportanceWeights.of(new double[2], new double[] {0, NONE}));
    assertTrue(impossible.getMessage().contains("log-density 1"));
    ImportanceWeights weights = ImportanceWeights.of(new double[2]);
    assertThrows(F2d2Exception.class, () -> weights.expectation(new double[3]));
    assertThrows(F2d2Exception.class, () -> weights.expectation(new double[] {0, 1 / 0.0}));
  }

  private static void refused(String words, double... logWeights) {
    F2d2Exception e =
        assertThrows(F2d2Exception.class, () -> ImportanceWeights.of(logWeights), words);
    assertTrue(String.valueOf(e.getMessage()).contains(words), e.getMessage());
  }

  @Test
  void oneDrawThatIsAllOfItIsToldOf() {
    double[] logWeights = new double[5000];
    logWeights[17] = 50;
    List<String> warnings = ImportanceWeights.of(logWeights).warnings();
    assertEquals(1, warnings.size(), warnings.toString());
    assertTrue(warnings.get(0).startsWith("one draw has 100 % of all weight"), warnings.get(0));
  }
}
