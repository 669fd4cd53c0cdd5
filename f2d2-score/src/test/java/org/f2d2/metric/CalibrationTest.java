package org.f2d2.metric;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.f2d2.error.F2d2Exception;
import org.junit.jupiter.api.Test;

class CalibrationTest {
  @Test
  void conformalRankIsCorrectedForOneMoreRow() {
    double[] nineteen =
        IntStream.rangeClosed(1, 19).mapToDouble(i -> i % 2 == 0 ? i : -i).toArray();
    assertEquals(19, ConformalBound.of(nineteen, 0.95).halfWidth()); // ceil(20 · 0.95) = 19
    assertEquals(10, ConformalBound.of(nineteen, 0.5).halfWidth());
    double[] eighteen = Arrays.copyOf(nineteen, 18);
    assertEquals(Double.POSITIVE_INFINITY, ConformalBound.of(eighteen, 0.95).halfWidth());
    assertEquals(Double.POSITIVE_INFINITY, ConformalBound.of(new double[0], 0.5).halfWidth());
  }

  @Test
  void conformalCoverageIsTheLevelOnAverage() {
    // With n = 39 and level 0.9 the coverage averages ceil(36)/40 = 0.9 exactly.
    Random random = new Random(11);
    double covered = 0;
    int repeats = 4000;
    for (int i = 0; i < repeats; i++) {
      double[] errors = random.doubles(39, -1, 1).toArray();
      double[] fresh = random.doubles(20, -1, 1).toArray();
      covered += ConformalBound.of(errors, 0.9).coverage(fresh) / repeats;
    }
    // One repeat has a standard deviation of about 0.082, so five standard errors are 0.0065.
    assertEquals(0.9, covered, 0.0065);
  }

  @Test
  void coverageCountsNanAsOutside() {
    ConformalBound bound = new ConformalBound(0.9, 2, 10);
    assertEquals(0.5, bound.coverage(new double[] {-2, 2.5, Double.NaN, 1}));
    assertThrows(F2d2Exception.class, () -> bound.coverage(new double[0]));
    assertThrows(F2d2Exception.class, () -> ConformalBound.of(new double[] {Double.NaN}, 0.9));
    assertThrows(F2d2Exception.class, () -> new ConformalBound(1, 2, 10));
  }

  @Test
  void pValuesOfFewRowsAreExact() {
    ReferenceDistribution reference = ReferenceDistribution.of(new double[] {-1, -5, -3, -3});
    assertEquals(1 / 5.0, reference.pValue(-6));
    assertEquals(1 / 5.0, reference.pValue(Double.NEGATIVE_INFINITY));
    assertEquals(2 / 5.0, reference.pValue(-5));
    assertEquals(2 / 5.0, reference.pValue(-4));
    assertEquals(4 / 5.0, reference.pValue(-3));
    assertEquals(4 / 5.0, reference.pValue(-2));
    assertEquals(1, reference.pValue(-1));
    assertEquals(1, reference.pValue(Double.POSITIVE_INFINITY));
    assertThrows(F2d2Exception.class, () -> reference.pValue(Double.NaN));
    assertThrows(F2d2Exception.class, () -> ReferenceDistribution.of(new double[] {Double.NaN}));
  }

  /** In a batch of another size a row may be answered with another last digit of a float. */
  @Test
  void aRowThatIsRoundedOtherwiseIsStillItsOwnEqual() {
    for (double value : new double[] {-3, 0, 1e-7, 25, -1e7}) {
      double[] rows = new double[20];
      Arrays.fill(rows, 0, 10, value);
      Arrays.fill(rows, 10, 20, value + 1 + Math.abs(value));
      ReferenceDistribution reference = ReferenceDistribution.of(rows);
      assertEquals(11 / 21.0, reference.pValue(value));
      assertEquals(11 / 21.0, reference.pValue(Math.nextDown((float) value)), "" + value);
      assertEquals(1 / 21.0, reference.pValue(value - 1e-4 * (1 + Math.abs(value))), "" + value);
    }
  }

  @Test
  void thinningKeepsTheLowerTailExactAndTheRestClose() {
    for (long seed : new long[] {1, 2, 3}) {
      Random random = new Random(seed);
      double[] values = new double[50_000];
      Arrays.setAll(
          values,
          i ->
              seed == 3 ? Math.rint(20 * random.nextGaussian()) : -Math.exp(random.nextGaussian()));
      ReferenceDistribution reference = ReferenceDistribution.of(values);
      assertTrue(reference.values().length <= 2000);
      double[] sorted = values.clone();
      Arrays.sort(sorted);
      for (int i = 0; i < 2000; i++) {
        int rank = i < 1000 ? i : random.nextInt(sorted.length - 1);
        double probe = i % 2 == 0 ? sorted[rank] : (sorted[rank] + sorted[rank + 1]) / 2;
        double reached = probe + ReferenceDistribution.ROUNDING * (1 + Math.abs(probe));
        long below = Arrays.stream(sorted).filter(v -> v <= reached).count();
        double exact = (1 + below) / (sorted.length + 1.0);
        double allowed = below < 1000 ? 1e-15 : 1e-3;
        assertEquals(exact, reference.pValue(probe), allowed, "seed " + seed + ", rank " + rank);
      }
    }
  }

  @Test
  void bothAreJson() throws Exception {
    ObjectMapper json = new ObjectMapper();
    ConformalBound bound = new ConformalBound(0.95, 0.25, 500);
    assertEquals(
        "{\"level\":0.95,\"half-width\":0.25,\"count\":500}", json.writeValueAsString(bound));
    assertEquals(bound, json.readValue(json.writeValueAsString(bound), ConformalBound.class));
    ConformalBound open = new ConformalBound(0.95, Double.POSITIVE_INFINITY, 3);
    assertEquals(open, json.readValue(json.writeValueAsString(open), ConformalBound.class));
    ReferenceDistribution reference = ReferenceDistribution.of(new double[] {-2.5, -2.5, -1});
    String text = json.writeValueAsString(reference);
    assertEquals("{\"count\":3,\"lower\":[0,2],\"ranks\":[2,3],\"values\":[-2.5,-1.0]}", text);
    ReferenceDistribution read = json.readValue(text, ReferenceDistribution.class);
    assertArrayEquals(reference.ranks(), read.ranks());
    assertArrayEquals(reference.lower(), read.lower());
    assertEquals(reference.pValue(-2), read.pValue(-2));
    assertThrows(
        F2d2Exception.class,
        () ->
            new ReferenceDistribution(
                3, new int[] {0, 1}, new int[] {1, 3}, new double[] {-1, -2}));
  }
}
