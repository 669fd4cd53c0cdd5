package org.f2d2.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Products by oneDNN against the same in 64 bits by libtorch. */
class MatrixProductTest {

  private static final double TOLERANCE = 2e-5;

  private static Tensor draw(long seed, long... shape) {
    return new Rng(seed).normal(DType.FLOAT32, shape);
  }

  private static void assertClose(Tensor expected, Tensor actual) {
    assertArrayEquals(expected.shape(), actual.shape());
    assertArrayEquals(
        expected.to(DType.FLOAT64).toDoubles(), actual.to(DType.FLOAT64).toDoubles(), TOLERANCE);
  }

  @ParameterizedTest
  @CsvSource({"300, 40, 50", "1, 200, 200", "64, 3, 128", "128, 128, 2", "17, 129, 31"})
  void layersAgree(int rows, int in, int out) {
    try (Scope scope = Scope.open()) {
      Tensor x = draw(1, rows, in);
      Tensor w = draw(2, out, in).div(Math.sqrt(in));
      Tensor b = draw(3, out);
      Tensor z =
          x.to(DType.FLOAT64).matmul(w.to(DType.FLOAT64).transpose()).add(b.to(DType.FLOAT64));
      assertClose(z, x.linear(w, b));
      assertClose(z.sub(b.to(DType.FLOAT64)), x.linear(w));
      assertClose(z.silu(), x.siluLayer(w, b));
    }
  }

  @Test
  void theResidualLayerAddsItsInput() {
    try (Scope scope = Scope.open()) {
      Tensor x = draw(1, 77, 96);
      Tensor w = draw(2, 96, 96).div(10);
      Tensor b = draw(3, 96);
      Tensor wide = x.to(DType.FLOAT64);
      Tensor expected = wide.residualSiluLayer(w.to(DType.FLOAT64), b.to(DType.FLOAT64));
      assertClose(expected, x.residualSiluLayer(w, b));
      assertClose(wide.add(wide.linear(w.to(DType.FLOAT64), b.to(DType.FLOAT64)).silu()), expected);
    }
  }

  @ParameterizedTest
  @CsvSource({"false, false", "false, true", "true, false", "true, true"})
  void operandsMayBeTransposedAndProductsAccumulate(boolean left, boolean right) {
    try (Scope scope = Scope.open()) {
      Tensor a = left ? draw(1, 60, 90) : draw(1, 90, 60);
      Tensor b = right ? draw(2, 70, 60) : draw(2, 60, 70);
      Tensor expected = (left ? a.transpose() : a).matmul(right ? b.transpose() : b);
      Tensor sum = draw(3, 90, 70);
      Tensor before = sum.copy();
      assertClose(expected, MatrixProduct.of(a, left, b, right, null, MatrixProduct.After.NOTHING));
      MatrixProduct.into(sum, a, left, b, right, null, MatrixProduct.After.ACCUMULATE);
      assertClose(before.add(expected), sum);
    }
  }

  @Test
  void sizesThatDoNotFitAreRefused() {
    try (Scope scope = Scope.open()) {
      Tensor a = draw(1, 90, 60);
      IllegalArgumentException e =
          assertThrows(IllegalArgumentException.class, () -> a.linear(draw(2, 90, 61)));
      assertTrue(e.getMessage().contains("61"), e.getMessage());
    }
  }

  @Test
  void whatIsRecordedStaysWithLibtorch() {
    try (Scope scope = Scope.open()) {
      Tensor x = draw(1, 90, 60);
      Tensor w = draw(2, 90, 60).variable();
      assertFalse(MatrixProduct.suits(x, w, 1 << 20), "reverse mode");
      assertTrue(Autograd.noGrad(() -> MatrixProduct.suits(x, w, 1 << 20)), "not recorded");
      Tensor gradient = Autograd.grad(x.linear(w).square().mean(), List.of(w)).get(0);
      assertClose(
          x.linear(w.detach()).transpose().matmul(x).div(90 * 45), gradient.to(DType.FLOAT64));
      Tensor direction = draw(4, 90, 60);
      Autograd.Jvp j = Autograd.jvp(y -> y.linear(w.detach()), x, direction);
      assertClose(direction.linear(w.detach()), j.tangent());
    }
  }

  @Test
  void manyShapesOnManyThreadsAreRightAndForgotten() {
    List<Boolean> right =
        IntStream.range(1, 200)
            .parallel()
            .mapToObj(
                i -> {
                  try (Scope scope = Scope.open()) {
                    Tensor x = draw(i, 200 + i, 30);
                    Tensor w = draw(i + 1, 40, 30);
                    double gap = x.linear(w).sub(x.matmul(w.transpose())).abs().max().item();
                    return gap < TOLERANCE;
                  }
                })
            .toList();
    assertEquals(199, right.stream().filter(ok -> ok).count());
  }

  @Test
  void packedWeightsGiveWhatPlainOnesGive() {
    try (Scope scope = Scope.open()) {
      Tensor weight = new Rng(11).normal(DType.FLOAT32, 96, 96).mul(0.1);
      Tensor bias = new Rng(12).normal(DType.FLOAT32, 96);
      PackedWeights packed = PackedWeights.of(weight);
      // One row is too little work for oneDNN; the others are remainders of every kind of block.
      for (int rows : new int[] {1, 3, 16, 61, 512, 700}) {
        Tensor x = new Rng(rows).normal(DType.FLOAT32, rows, 96);
        assertClose(x.siluLayer(weight, bias), x.siluLayer(packed, bias));
        assertClose(x.residualSiluLayer(weight, bias), x.residualSiluLayer(packed, bias));
      }
    }
  }
}
