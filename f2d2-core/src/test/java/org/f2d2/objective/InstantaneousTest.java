package org.f2d2.objective;

import static org.f2d2.flow.Differences.assertClose;
import static org.f2d2.flow.Differences.same;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.Stream;
import org.f2d2.flow.NetworkVelocity;
import org.f2d2.flow.SinhFlow;
import org.f2d2.flow.VelocityField;
import org.f2d2.net.Mlp;
import org.f2d2.plain.FourierFeatures;
import org.f2d2.plain.MlpArchitecture;
import org.f2d2.plain.TimeEmbedding;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A teacher whose divergence is estimated. */
class InstantaneousTest {

  private static final int ROWS = 20_000;
  private static final DType TYPE = DType.FLOAT64;

  private Scope scope;

  @BeforeEach
  void open() {
    scope = Scope.open();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  static Stream<VelocityField> teachers() {
    Mlp mlp =
        Mlp.random(
            new MlpArchitecture(3, 3, 8, 2, new TimeEmbedding(1), new FourierFeatures(0), false, 2),
            TYPE,
            new Rng(1));
    Tensor flat = mlp.parameters().flat();
    flat.addInPlace(new Rng(2).normal(TYPE, flat.count()), 0.5);
    return Stream.of(SinhFlow.DEFAULT, new NetworkVelocity(mlp));
  }

  private static double variance(
      VelocityField teacher, int probes, Tensor x, Tensor t, double expected) {
    int all = teacher.dimensions();
    Instantaneous field = new Instantaneous.Teacher(teacher, probes);
    Tensor g = field.anywhere(x, t, new Rng(5));
    assertClose(teacher.velocity(x, t), g.narrow(1, 0, all), 1e-12, "velocity");
    Tensor error = g.column(all).sub(expected);
    double variance = error.square().mean().item();
    assertEquals(0, error.mean().item(), 4 * Math.sqrt(variance / ROWS), "mean of " + probes);
    return variance;
  }

  @ParameterizedTest
  @MethodSource("teachers")
  void probesGiveTheDivergenceInMeanAndMoreGiveItCloser(VelocityField teacher) {
    int all = teacher.dimensions();
    Tensor x = new Rng(4).normal(TYPE, 1, all).repeat(ROWS, 1);
    Tensor t = same(0.7, ROWS);
    double exact = teacher.joint(x.rows(0, 1), t.rows(0, 1)).column(all).item();
    double one = variance(teacher, 1, x, t, exact);
    double four = variance(teacher, 4, x, t, exact);
    assertTrue(one > 1e-4, "probes vary by " + one);
    assertEquals(one / 4, four, 0.1 * one / 4);
  }

  @ParameterizedTest
  @MethodSource("teachers")
  void withoutProbesItIsExactAndThePathIsAnywhere(VelocityField teacher) {
    Tensor x = new Rng(4).normal(TYPE, 30, teacher.dimensions());
    Tensor t = new Rng(5).uniform(TYPE, 30, 1);
    Tensor g = teacher.joint(x, t);
    Instantaneous exact = new Instantaneous.Teacher(teacher);
    assertClose(g, exact.anywhere(x, t, new Rng(6)), 0, "anywhere");
    assertClose(g, exact.onPath(x, t, x.zerosLike(), new Rng(6)), 0, "on the path");
    Instantaneous probed = new Instantaneous.Teacher(teacher, 2);
    assertClose(
        probed.anywhere(x, t, new Rng(6)),
        probed.onPath(x, t, x.zerosLike(), new Rng(6)),
        0,
        "probed");
  }

  @Test
  void probesAreNotNegative() {
    assertThrows(
        IllegalArgumentException.class, () -> new Instantaneous.Teacher(SinhFlow.DEFAULT, -1));
  }
}
