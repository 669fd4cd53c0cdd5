package org.f2d2.domain.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.f2d2.data.ImageSet;
import org.f2d2.data.NormalQuantile;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;
import org.junit.jupiter.api.Test;

class DequantizationTest {
  private static final int LEVELS = 256;
  private static final int D = 28 * 28;
  private static final Dequantization AFFINE = new Dequantization(LEVELS, PixelScale.SYMMETRIC);

  /** Half of the pixels black, the rest rarer the brighter: like clothes, with levels missing. */
  private static ImageSet clothes(int count) {
    RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
    byte[] pixels = new byte[count * D];
    for (int i = 0; i < pixels.length; i++) {
      double u = Math.max(0, 2 * random.nextDouble() - 1);
      pixels[i] = (byte) (u * u * 250);
    }
    return new ImageSet(1, 28, 28, LEVELS, pixels, new int[0]);
  }

  private static double normalLogDensity(double[] x) {
    return Arrays.stream(x).map(v -> -0.5 * (v * v + Math.log(2 * Math.PI))).sum();
  }

  @Test
  void uniformDensityHasEightBits() {
    int[] q = IntStream.range(0, 2 * D).map(i -> i % LEVELS).toArray();
    Dequantization.Mapped mapped = AFFINE.map(q, D, new Rng(1));
    for (double x : mapped.values()) {
      assertTrue(x > -1 && x < 1);
    }
    double logDensity = -D * Math.log(2);
    BitsPerDimension bits = mapped.meanBits(new double[] {logDensity, logDensity});
    assertEquals(8.0, bits.total(), 1e-12);
    assertEquals(1.0, bits.model(), 1e-12);
    assertEquals(8.0, mapped.bits(1, logDensity).total(), 1e-12);
    assertEquals(
        "8.0000 bits per dimension = 1.0000 (-log2 p(x) / d) + 8.0000 (log2 of 256 levels)"
            + " - 1.0000 (log2 of the factor 2.0)",
        AFFINE.line(bits));
  }

  @Test
  void standardNormalDensityHasItsSquareAndSevenBits() {
    int[] q = {0, 17, 128, 255};
    double[] x = AFFINE.map(q, 1, new double[] {.5, .25, .125, .75}).values();
    for (int i = 0; i < q.length; i++) {
      Dequantization.Mapped mapped =
          AFFINE.map(new int[] {q[i]}, 1, new double[] {new double[] {.5, .25, .125, .75}[i]});
      double expected = (Math.log(2 * Math.PI) / 2 + x[i] * x[i] / 2) / Math.log(2) + 7;
      assertEquals(expected, mapped.bits(0, normalLogDensity(mapped.values())).total(), 1e-12);
    }
  }

  @Test
  void standardNormalDensityOfGaussianizedPixelsHasTheirEntropy() {
    ImageSet images = clothes(40);
    PixelScale.Gaussianized scale = PixelScale.gaussianized(images);
    Dequantization gaussianized = new Dequantization(LEVELS, scale);
    // ln φ(x) cancels, so that the bits are those of p for every draw of the noise.
    double expected = 0;
    for (int q : images.levelsOf(0, 40)) {
      expected -= Math.log(scale.probabilities().get(q)) / Math.log(2) / (40 * D);
    }
    for (long seed = 0; seed < 3; seed++) {
      Dequantization.Mapped mapped = gaussianized.map(images.levelsOf(0, 40), D, new Rng(seed));
      double[] logDensities = new double[40];
      for (int i = 0; i < 40; i++) {
        logDensities[i] = normalLogDensity(Arrays.copyOfRange(mapped.values(), i * D, (i + 1) * D));
      }
      assertEquals(expected, mapped.meanBits(logDensities).total(), 1e-10);
    }
    // Counting each of 256 levels once more than it occurs costs at most log2(1 + 256 / pixels).
    double entropy = 0;
    for (long count : images.histogram()) {
      double p = count / (40.0 * D);
      entropy -= count == 0 ? 0 : p * Math.log(p) / Math.log(2);
    }
    assertTrue(expected >= entropy && expected < entropy + 256 / (40 * D * Math.log(2)));
  }

  @Test
  void gaussianizedPixelsAreStandardNormal() {
    ImageSet images = clothes(60);
    Dequantization gaussianized = new Dequantization(LEVELS, PixelScale.gaussianized(images));
    double[] x = gaussianized.map(images.levelsOf(0, 60), D, new Rng(5)).values();
    double[] moments = new double[5];
    for (double v : x) {
      assertTrue(Double.isFinite(v));
      for (int k = 1; k < 5; k++) {
        moments[k] += Math.pow(v, k) / x.length;
      }
    }
    // 47,040 draws: the standard deviations of these moments are 0.005, 0.007, 0.018 and 0.045.
    assertArrayEquals(new double[] {0, 0, 1, 0, 3}, moments, 0.2);
    assertEquals(0, moments[1], 0.025);
    assertEquals(1, moments[2], 0.035);
  }

  @Test
  void theLevelsComeBackExactly() {
    int[] q = IntStream.range(0, LEVELS).toArray();
    Dequantization gaussianized =
        new Dequantization(LEVELS, PixelScale.gaussianized(clothes(2000)));
    for (Dequantization way : List.of(AFFINE, gaussianized)) {
      for (long seed = 0; seed < 50; seed++) {
        assertArrayEquals(q, way.inverse(way.map(q, 1, new Rng(seed)).values()));
      }
      for (double u : new double[] {0x1p-33, 0x1p-20, .5, 1 - 0x1p-20, 1 - 0x1p-33}) {
        double[] noise = new double[LEVELS];
        Arrays.fill(noise, u);
        assertArrayEquals(q, way.inverse(way.map(q, 1, noise).values()));
      }
      double inf = Double.POSITIVE_INFINITY;
      assertArrayEquals(
          new int[] {0, 0, 255, 255, 0},
          way.inverse(new double[] {-inf, -50, 50, inf, Double.NaN}));
    }
  }

  @Test
  void theDerivativeIsThatOfTheMap() {
    ImageSet images = clothes(10);
    Dequantization gaussianized = new Dequantization(LEVELS, PixelScale.gaussianized(images));
    double h = 1e-5;
    for (Dequantization way : List.of(AFFINE, gaussianized)) {
      for (int q : new int[] {0, 1, 30, 128, 249, 255}) {
        for (double u : new double[] {.01, .3, .5, .9, .99}) {
          int[] level = {q};
          double up = way.map(level, 1, new double[] {u + h}).values()[0];
          double down = way.map(level, 1, new double[] {u - h}).values()[0];
          double expected = Math.log((up - down) / (2 * h));
          assertEquals(expected, way.map(level, 1, new double[] {u}).logDerivatives()[0], 1e-5);
        }
      }
    }
  }

  @Test
  void sumsAreThoseOfTheImages() {
    Dequantization way = new Dequantization(2, new PixelScale.Gaussianized(List.of(.75, .25)));
    double[] noise = {.1, .6, .7, .9};
    double[] one = way.map(new int[] {0, 1, 1, 0}, 1, noise).logDerivatives();
    double[] two = way.map(new int[] {0, 1, 1, 0}, 2, noise).logDerivatives();
    assertArrayEquals(new double[] {one[0] + one[1], one[2] + one[3]}, two, 1e-14);
  }

  @Test
  void tensorsDrawWhatArraysDo() {
    ImageSet images = clothes(3000);
    int[] q = images.levelsOf(0, 20);
    q[5] = 255;
    long[] levels = IntStream.of(q).asLongStream().toArray();
    Dequantization gaussianized = new Dequantization(LEVELS, PixelScale.gaussianized(images));
    for (Dequantization way : List.of(AFFINE, gaussianized)) {
      double[] expected = way.map(q, D, new Rng(3)).values();
      try (Scope scope = Scope.open()) {
        Tensor index = Tensor.of(levels, 20, D);
        Tensor drawn = way.draw(index, DType.FLOAT64, new Rng(3));
        assertArrayEquals(new long[] {20, D}, drawn.shape());
        assertArrayEquals(expected, drawn.toDoubles(), 1e-13);
        assertArrayEquals(expected, way.draw(index, DType.FLOAT32, new Rng(3)).toDoubles(), 1e-6);
      }
    }
  }

  @Test
  void quantilesAgreeWithTheEngineInBothTails() {
    double[] p = new double[400];
    for (int i = 0; i < p.length; i++) {
      p[i] = 0.5 * Math.exp(-0.2 * i);
    }
    try (Scope scope = Scope.open()) {
      double[] expected = Tensor.of(p, p.length).inverseNormalCdf().toDoubles();
      for (int i = 0; i < p.length; i++) {
        double tolerance = 1e-14 * Math.max(1, -expected[i]);
        assertEquals(expected[i], NormalQuantile.of(p[i], 1 - p[i]), tolerance);
        assertEquals(-expected[i], NormalQuantile.of(1 - p[i], p[i]), tolerance);
      }
    }
    assertEquals(-1.959963984540054, NormalQuantile.of(.025, .975), 1e-15);
    assertEquals(Double.NEGATIVE_INFINITY, NormalQuantile.of(0, 1));
    assertEquals(Double.POSITIVE_INFINITY, NormalQuantile.of(1, 0));
  }

  @Test
  void scalesAreStoredAsData() throws JsonProcessingException {
    ObjectMapper json = new ObjectMapper();
    for (PixelScale scale : List.of(PixelScale.SYMMETRIC, PixelScale.gaussianized(clothes(1)))) {
      Dequantization way = new Dequantization(LEVELS, scale);
      assertEquals(way, json.readValue(json.writeValueAsString(way), Dequantization.class));
    }
  }

  @Test
  void faultyNumbersAreRefused() {
    Class<IllegalArgumentException> wrong = IllegalArgumentException.class;
    assertThrows(wrong, () -> new PixelScale.Affine(0, 1));
    assertThrows(wrong, () -> new PixelScale.Affine(1, Double.NaN));
    assertThrows(wrong, () -> new PixelScale.Gaussianized(List.of(.5, .4)));
    assertThrows(wrong, () -> new PixelScale.Gaussianized(List.of(1.0, 0.0)));
    assertThrows(wrong, () -> new Dequantization(3, new PixelScale.Gaussianized(List.of(.5, .5))));
    assertThrows(wrong, () -> AFFINE.map(new int[] {256}, 1, new Rng(0)));
    assertThrows(wrong, () -> AFFINE.map(new int[] {1, 2, 3}, 2, new Rng(0)));
    assertThrows(wrong, () -> AFFINE.map(new int[] {1}, 1, new double[] {0}));
  }
}
