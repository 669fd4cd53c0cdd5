package org.f2d2.objective;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.example.Bounded;
import java.util.Arrays;
import java.util.stream.Stream;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every weight of rows has to satisfy. */
class RowWeightContractTest {

  private Scope scope;

  @BeforeEach
  void open() {
    scope = Scope.open();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  static Stream<RowWeight> weights() {
    return Stream.of(
        RowWeight.EQUAL,
        new RowWeight.Adaptive(1, 1e-2),
        new RowWeight.Adaptive(0.5, 1),
        new RowWeight.Normalized(0.1),
        new Bounded(2));
  }

  private static Tensor errors() {
    Tensor error = new Rng(1).normal(DType.FLOAT64, 6, 3);
    Tensor sizes = Tensor.of(new double[] {0, 1e-3, 0.1, 1, 10, 1000}, 6, 1);
    return error.mul(sizes);
  }

  private static void assertFactors(Tensor factors) {
    assertArrayEquals(new long[] {6, 1}, factors.shape());
    assertTrue(factors.allFinite());
    assertTrue(Arrays.stream(factors.toDoubles()).allMatch(w -> w > 0), "positive");
    assertFalse(Autograd.isDifferentiated(factors));
  }

  @ParameterizedTest
  @MethodSource("weights")
  void eachRowHasAPositiveFactorForBothParts(RowWeight weight) {
    assertFactors(weight.of(errors()).velocity());
    assertFactors(weight.of(errors()).divergence());
  }

  // Training is in single precision, and a row that is learned has no error left.
  @Test
  void theAdaptiveWeightOfNoErrorIsFiniteInSinglePrecision() {
    Tensor none = Tensor.zeros(DType.FLOAT32, 6, 3);
    for (double power : new double[] {0, 2}) {
      for (double offset : new double[] {1e-6, 1000}) {
        assertFactors(new RowWeight.Adaptive(power, offset).of(none).velocity());
      }
    }
    assertThrows(IllegalArgumentException.class, () -> new RowWeight.Adaptive(7, 1e-6));
    assertThrows(IllegalArgumentException.class, () -> new RowWeight.Adaptive(1, 1e-40));
  }

  @ParameterizedTest
  @MethodSource("weights")
  void itDependsOnTheRowAloneAndOnTheSizeOfItsError(RowWeight weight) {
    Tensor all = weight.of(errors()).velocity();
    Tensor alone = weight.of(errors().rows(3, 4)).velocity();
    assertArrayEquals(all.rows(3, 4).toDoubles(), alone.toDoubles(), 1e-15);
    Tensor turned = weight.of(errors().neg()).velocity();
    assertArrayEquals(all.toDoubles(), turned.toDoubles(), 1e-15);
  }

  @ParameterizedTest
  @MethodSource("weights")
  void aLargerErrorNeverWeighsMoreAndNeverCountsLess(RowWeight weight) {
    double[] factors = weight.of(errors()).velocity().toDoubles();
    double[] square = errors().square().sumKeep(1).toDoubles();
    for (int r = 1; r < factors.length; r++) {
      assertTrue(factors[r] <= factors[r - 1], "weight of row " + r);
      assertTrue(factors[r] * square[r] >= factors[r - 1] * square[r - 1], "share of row " + r);
    }
  }
}
