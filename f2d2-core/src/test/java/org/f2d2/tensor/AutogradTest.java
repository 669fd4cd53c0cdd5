package org.f2d2.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class AutogradTest {

  private Scope scope;

  @BeforeEach
  void open() {
    scope = Scope.open();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  private static Arguments op(String name, UnaryOperator<Tensor> f) {
    return Arguments.of(name, f);
  }

  /** Operations on positive numbers [3, 4], none of them near a kink. */
  static Stream<Arguments> operations() {
    return Stream.of(
        op("add", x -> x.add(x.square())),
        op("sub", x -> x.square().sub(x)),
        op("subtractFrom", x -> x.subtractFrom(2).square()),
        op("mul", x -> x.mul(x.sin())),
        op("div", x -> x.div(x.add(1))),
        op("addProduct", x -> x.addProduct(x.sin(), x.exp())),
        op("addScaled", x -> x.addScaled(x.square(), 0.3)),
        op("pow", x -> x.pow(2.5)),
        op("neg", x -> x.square().neg()),
        op("exp", Tensor::exp),
        op("log", Tensor::log),
        op("sqrt", Tensor::sqrt),
        op("square", Tensor::square),
        op("abs", x -> x.sub(0.77).abs()),
        op("sin", Tensor::sin),
        op("cos", Tensor::cos),
        op("tanh", Tensor::tanh),
        op("erf", Tensor::erf),
        op("erfcx", Tensor::erfcx),
        op("sigmoid", Tensor::sigmoid),
        op("reciprocal", Tensor::reciprocal),
        op("asinh", Tensor::asinh),
        op("silu", Tensor::silu),
        op("gelu", Tensor::gelu),
        op("clamp", x -> x.clamp(0.5, 1.1).mul(x)),
        op("maximum", x -> x.maximum(x.subtractFrom(1.7)).square()),
        op("minimum", x -> x.minimum(x.subtractFrom(1.7)).square()),
        op("where", x -> Tensor.where(x.lessThan(0.9), x.exp(), x.square())),
        op("sum", x -> x.square().sum()),
        op("sum(1)", x -> x.square().sum(1)),
        op("sumKeep", x -> x.square().sumKeep(0)),
        op("mean", x -> x.square().mean()),
        op("meanKeep", x -> x.square().meanKeep(1)),
        op("logSumExpKeep", x -> x.logSumExpKeep(1)),
        op("softmax", x -> x.softmax(1)),
        op("matmul", x -> x.matmul(x.transpose())),
        op("batched matmul", x -> x.unsqueeze(0).matmul(x.square().transpose().unsqueeze(0))),
        op("linear", x -> x.linear(x.sin(), x.column(0).reshape(-1))),
        op("linear without bias", x -> x.linear(x.sin())),
        op("reshape", x -> x.reshape(2, 6).mul(x.reshape(2, 6))),
        op("swap", x -> x.swap(0, 1).square()),
        op("narrow", x -> x.narrow(1, 1, 2).square()),
        op("rows", x -> x.rows(Tensor.of(new long[] {2, 0, 2}, 3)).square()),
        op("columns", x -> x.columns(Tensor.of(new long[] {3, 3, 1}, 3)).square()),
        op("expand", x -> x.column(1).expand(3, 5).square()),
        op("repeat", x -> x.repeat(2, 1).square()),
        op("cat", x -> Tensor.cat(1, x, x.square())),
        op("stack", x -> Tensor.stack(0, List.of(x, x.square()))),
        op("copy", x -> x.copy().square()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("operations")
  void forwardModeAgreesWithDifferences(String name, UnaryOperator<Tensor> f) {
    Tensor x = input();
    Tensor direction = new Rng(2).normal(DType.FLOAT64, 3, 4);
    Autograd.Jvp jvp = Autograd.jvp(f, x, direction);
    double h = 1e-5;
    Tensor expected =
        f.apply(x.addScaled(direction, h)).sub(f.apply(x.addScaled(direction, -h))).div(2 * h);
    assertArrayEquals(expected.shape(), jvp.tangent().shape(), name);
    assertEquals(0, f.apply(x).sub(jvp.value()).abs().max().item(), 1e-15, name);
    assertEquals(0, expected.sub(jvp.tangent()).abs().max().item(), 1e-7, name);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("operations")
  void reverseModeAgreesWithForwardMode(String name, UnaryOperator<Tensor> f) {
    Tensor x = input();
    Tensor direction = new Rng(2).normal(DType.FLOAT64, 3, 4);
    Autograd.Jvp jvp = Autograd.jvp(f, x, direction);
    Tensor cotangent = new Rng(3).normal(DType.FLOAT64, jvp.value().shape());
    Tensor variable = x.variable();
    Tensor gradient = Autograd.vjp(f.apply(variable), List.of(variable), cotangent).get(0);
    double forward = cotangent.mul(jvp.tangent()).sum().item();
    assertEquals(forward, gradient.mul(direction).sum().item(), 1e-11, name);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("operations")
  void reverseOverForwardAgreesWithDifferences(String name, UnaryOperator<Tensor> f) {
    Tensor x = input();
    Tensor direction = new Rng(2).normal(DType.FLOAT64, 3, 4);
    Tensor variable = x.variable();
    Tensor tangent = Autograd.jvp(f, variable, direction).tangent();
    Tensor cotangent = new Rng(4).normal(DType.FLOAT64, tangent.shape());
    Tensor gradient = Autograd.grad(tangent.mul(cotangent).sum(), List.of(variable)).get(0);
    double h = 1e-5;
    Tensor other = new Rng(5).normal(DType.FLOAT64, 3, 4);
    double plus = weighted(f, x.addScaled(other, h), direction, cotangent);
    double minus = weighted(f, x.addScaled(other, -h), direction, cotangent);
    assertEquals((plus - minus) / (2 * h), gradient.mul(other).sum().item(), 1e-7, name);
  }

  private static double weighted(
      UnaryOperator<Tensor> f, Tensor x, Tensor direction, Tensor cotangent) {
    return Autograd.jvp(f, x, direction).tangent().mul(cotangent).sum().item();
  }

  private static Tensor input() {
    return new Rng(1).uniform(DType.FLOAT64, 3, 4).add(0.4);
  }

  @Test
  void logDeterminantHasDerivativesInBothModes() {
    UnaryOperator<Tensor> f =
        x -> Tensor.eye(3, DType.FLOAT64).add(x.narrow(1, 0, 3).mul(0.2)).logAbsDeterminant();
    forwardModeAgreesWithDifferences("logAbsDeterminant", f);
    reverseModeAgreesWithForwardMode("logAbsDeterminant", f);
  }

  @Test
  void logSumExpAndSoftmaxStandLargeAndInfiniteNumbers() {
    double inf = Double.POSITIVE_INFINITY;
    Tensor x = Tensor.of(new double[] {1000, 1000, -inf, 3, -inf, -inf, inf, 0}, 4, 2);
    assertArrayEquals(
        new double[] {1000 + Math.log(2), 3, -inf, inf}, x.logSumExpKeep(1).toDoubles(), 1e-12);
    assertArrayEquals(new double[] {0.5, 0.5, 0, 1}, x.rows(0, 2).softmax(1).toDoubles(), 1e-15);
  }

  @Test
  void derivativesOfSeveralInputsAdd() {
    Tensor x = Tensor.of(new double[] {2}, 1);
    Tensor y = Tensor.of(new double[] {3}, 1);
    Autograd.Jvp jvp =
        Autograd.jvp(
            in -> in.get(0).square().mul(in.get(1)),
            List.of(x, y),
            List.of(x.onesLike(), y.onesLike().mul(10)));
    assertEquals(12, jvp.value().item());
    assertEquals(12 + 40, jvp.tangent().item());
  }

  @Test
  void anOutputThatDoesNotDependOnTheInputHasATangentOfZero() {
    Tensor x = input();
    assertEquals(0, Autograd.jvp(in -> x.square(), x, x).tangent().abs().max().item());
  }

  @Test
  void detachDropsTheTangent() {
    Tensor x = input();
    Tensor tangent = Autograd.jvp(in -> in.detach().square().mul(in), x, x.onesLike()).tangent();
    assertEquals(0, tangent.sub(x.square()).abs().max().item(), 1e-15);
  }

  @Test
  void secondDerivativesInReverseMode() {
    Tensor x = input().variable();
    Tensor first = Autograd.gradCreatingGraph(x.pow(3).sum(), List.of(x)).get(0);
    Tensor second = Autograd.grad(first.sum(), List.of(x)).get(0);
    assertEquals(0, second.sub(x.mul(6)).abs().max().item(), 1e-12);
  }

  @Test
  void gradientOfAnUnusedInputIsZero() {
    Tensor x = input().variable();
    Tensor unused = input().variable();
    List<Tensor> gradients = Autograd.grad(x.square().sum(), List.of(x, unused));
    assertArrayEquals(new double[12], gradients.get(1).toDoubles());
  }

  @Test
  void noGradRecordsNothing() {
    Tensor x = input().variable();
    Tensor y = Autograd.noGrad(() -> x.square().sum());
    assertThrows(RuntimeException.class, () -> Autograd.grad(y, List.of(x)));
    Tensor z = Autograd.noGrad(() -> Autograd.withGrad(() -> x.square().sum()));
    assertEquals(0, Autograd.grad(z, List.of(x)).get(0).sub(x.mul(2)).abs().max().item());
  }

  @Test
  void countsOfInputsAndTangentsMustMatch() {
    Tensor x = input();
    assertThrows(
        IllegalArgumentException.class, () -> Autograd.jvp(in -> in.get(0), List.of(x), List.of()));
  }

  @Test
  void jvpAtATensorWhoseRowsShareMemory() {
    try (Scope scope = Scope.open()) {
      Tensor x = Tensor.of(new double[] {2, -3}, 1, 2).expand(4, 2);
      Tensor direction = Tensor.of(new double[] {1, 10}, 1, 2).expand(4, 2);
      double[] expected = {4, -60, 4, -60, 4, -60, 4, -60};
      assertArrayEquals(expected, Autograd.jvp(Tensor::square, x, direction).tangent().toDoubles());
      assertArrayEquals(
          expected, Autograd.jvp(Tensor::square, x, direction.copy()).tangent().toDoubles());
    }
  }

  @Test
  void forwardModeOutlivesTheScopeOfItsFirstUse() {
    for (int i = 0; i < 3; i++) {
      try (Scope inner = Scope.open()) {
        Tensor x = input();
        assertTrue(Autograd.jvp(Tensor::sin, x, x).tangent().allFinite());
      }
    }
  }

  @Test
  void severalThreadsUseForwardModeAtOnce() throws InterruptedException {
    List<Thread> threads = new ArrayList<>();
    List<Double> gaps = java.util.Collections.synchronizedList(new ArrayList<>());
    for (int k = 0; k < 4; k++) {
      long seed = k;
      threads.add(
          new Thread(
              () -> {
                for (int i = 0; i < 200; i++) {
                  try (Scope own = Scope.open()) {
                    Tensor x = new Rng(seed).uniform(DType.FLOAT64, 50);
                    Tensor tangent = Autograd.jvp(Tensor::square, x, x).tangent();
                    gaps.add(tangent.sub(x.square().mul(2)).abs().max().item());
                  }
                }
              }));
    }
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }
    assertEquals(800, gaps.size());
    assertTrue(gaps.stream().allMatch(g -> g == 0));
  }
}
