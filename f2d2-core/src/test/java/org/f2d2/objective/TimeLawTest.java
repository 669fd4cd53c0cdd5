package org.f2d2.objective;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.example.LateTimes;
import java.util.Arrays;
import java.util.stream.Stream;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimeLawTest {

  private Scope scope;

  @BeforeEach
  void open() {
    scope = Scope.open();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  private static double[] shares(int n) {
    double[] shares = new double[n + 1];
    for (int i = 0; i <= n; i++) {
      shares[i] = (double) i / n;
    }
    return shares;
  }

  private static double[] times(TimeLaw law, double... shares) {
    return law.ofShare(Tensor.of(shares, shares.length)).toDoubles();
  }

  @Test
  void uniformTimesAreTheShares() {
    assertArrayEquals(shares(10), times(new TimeLaw.Uniform(), shares(10)));
  }

  @Test
  void eachHalfOfTheLawTowardDataGrowsWithTheShare() {
    double[] all = times(new TimeLaw.TowardData(0.01), shares(1000));
    for (int i = 1; i <= 1000; i++) {
      assertTrue(i == 500 || all[i] > all[i - 1], "share " + i + "/1000");
    }
    assertArrayEquals(new double[] {0, 0.5}, times(new TimeLaw.TowardData(0.01), 0, 0.25), 1e-15);
    // log(1-t) is uniform: half of the second half is beyond 1 - √closest.
    assertArrayEquals(
        new double[] {0, 0.9, 0.99}, times(new TimeLaw.TowardData(0.01), 0.5, 0.75, 1), 1e-12);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 256})
  void oneTimeFallsInEachSlice(int rows) {
    double[] times = new TimeLaw.Uniform().draw(rows, DType.FLOAT64, new Rng(1)).toDoubles();
    assertEquals(rows, times.length);
    for (int i = 0; i < rows; i++) {
      assertTrue(times[i] * rows >= i && times[i] * rows <= i + 1, times[i] + " of slice " + i);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"FLOAT32", "FLOAT64"})
  void aBatchHasTheSharesOfTheLawTowardData(DType type) {
    int rows = 4000;
    double closest = 0.005;
    Tensor t = new TimeLaw.TowardData(closest).draw(rows, type, new Rng(2));
    assertArrayEquals(new long[] {rows, 1}, t.shape());
    assertEquals(type, t.type());
    double[] times = t.to(DType.FLOAT64).toDoubles();
    assertTrue(Arrays.stream(times).allMatch(v -> v >= 0 && v <= 1));
    for (double at : new double[] {0.1, 0.5, 0.9, 0.98}) {
      double below = Arrays.stream(times).filter(v -> v < at).count();
      double known = 0.5 * at + 0.5 * Math.log(1 - at) / Math.log(closest);
      // Each stratum is off by less than one row.
      assertEquals(known, below / rows, 2.1 / rows, "share below " + at);
    }
  }

  static Stream<TimeLaw> laws() {
    return Stream.of(new TimeLaw.Uniform(), new TimeLaw.TowardData(0.1), new LateTimes());
  }

  @ParameterizedTest
  @MethodSource("laws")
  void timesLieInTheUnitIntervalAndFollowTheirShares(TimeLaw law) {
    double[] drawn = law.draw(400, DType.FLOAT64, new Rng(2)).toDoubles();
    double[] even = times(law, shares(4000));
    assertTrue(Arrays.stream(even).allMatch(v -> v >= 0 && v <= 1));
    assertArrayEquals(new long[] {400, 1}, law.draw(400, DType.FLOAT32, new Rng(2)).shape());
    for (double at : new double[] {0.1, 0.5, 0.9}) {
      double below = Arrays.stream(drawn).filter(v -> v < at).count() / 400.0;
      double known = Arrays.stream(even).filter(v -> v < at).count() / 4001.0;
      assertEquals(known, below, 3.0 / 400, "share below " + at);
    }
  }

  @Test
  void theExampleOfTheDocumentsHasItsDensity() {
    assertArrayEquals(new double[] {0, 0.5, 1}, times(new LateTimes(), 0, 0.25, 1), 1e-15);
  }

  @ParameterizedTest
  @MethodSource("laws")
  void drawsRepeatAndDiffer(TimeLaw law) {
    double[] first = law.draw(9, DType.FLOAT64, new Rng(3)).toDoubles();
    assertArrayEquals(first, law.draw(9, DType.FLOAT64, new Rng(3)).toDoubles());
    assertTrue(first[0] != law.draw(9, DType.FLOAT64, new Rng(4)).toDoubles()[0]);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 1, -0.1, 2, Double.NaN})
  void refusesADistanceOutsideZeroToOne(double closest) {
    assertThrows(IllegalArgumentException.class, () -> new TimeLaw.TowardData(closest));
  }
}
