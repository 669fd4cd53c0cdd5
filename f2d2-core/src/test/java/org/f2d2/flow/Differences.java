package org.f2d2.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Tensor;

/** Comparisons of tensors, and of derivatives with central differences. */
public final class Differences {

  private static final double STEP = 1e-3;

  private Differences() {}

  /** A column of 64-bit numbers, [n, 1]. */
  public static Tensor column(double... values) {
    return Tensor.of(values, values.length, 1);
  }

  /** One 64-bit number n times, [n, 1]. */
  public static Tensor same(double value, long n) {
    return Tensor.full(value, DType.FLOAT64, n, 1);
  }

  /** The largest |a - b|; NaN if any is NaN. */
  public static double largest(Tensor a, Tensor b) {
    return a.sub(b).abs().max().item();
  }

  /** Fails unless all |a - b| are at most {@code tolerance}. */
  public static void assertClose(Tensor expected, Tensor actual, double tolerance, String what) {
    assertEquals(expected.toString(), actual.toString(), what);
    double gap = largest(expected, actual);
    assertTrue(gap <= tolerance, () -> what + ": differs by " + gap);
  }

  /**
   * The derivative of a program along a direction by differences of fourth order, (8 (f₁ - f₋₁) -
   * (f₂ - f₋₂))/12h.
   */
  public static Tensor along(Autograd.Program program, List<Tensor> inputs, List<Tensor> tangents) {
    Tensor near = at(program, inputs, tangents, STEP).sub(at(program, inputs, tangents, -STEP));
    Tensor far =
        at(program, inputs, tangents, 2 * STEP).sub(at(program, inputs, tangents, -2 * STEP));
    return near.mul(8).sub(far).div(12 * STEP);
  }

  private static Tensor at(
      Autograd.Program program, List<Tensor> inputs, List<Tensor> tangents, double step) {
    List<Tensor> moved = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      moved.add(inputs.get(i).addScaled(tangents.get(i), step));
    }
    return program.apply(moved);
  }

  /** Fails unless forward mode agrees with differences to a relative tolerance. */
  public static void assertDerivative(
      Autograd.Program program,
      List<Tensor> inputs,
      List<Tensor> tangents,
      double tolerance,
      String what) {
    Autograd.Jvp jvp = Autograd.jvp(program, inputs, tangents);
    Tensor expected = along(program, inputs, tangents);
    double size = 1 + expected.abs().max().item();
    assertClose(program.apply(inputs), jvp.value(), 1e-13 * size, what + ", value");
    assertClose(expected, jvp.tangent(), tolerance * size, what + ", tangent");
  }
}
