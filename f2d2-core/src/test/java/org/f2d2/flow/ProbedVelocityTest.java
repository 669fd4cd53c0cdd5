package org.f2d2.flow;

import static org.f2d2.flow.Differences.assertClose;
import static org.f2d2.flow.Differences.same;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.Stream;
import org.f2d2.net.Mlp;
import org.f2d2.net.Network;
import org.f2d2.plain.FourierFeatures;
import org.f2d2.plain.MlpArchitecture;
import org.f2d2.plain.TimeEmbedding;
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

/** Divergences from one random direction. */
class ProbedVelocityTest {

  private static final DType TYPE = DType.FLOAT64;
  private static final int MANY = 20_000;

  private Scope scope;

  @BeforeEach
  void open() {
    scope = Scope.open();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  record Case(String name, VelocityField field) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> cases() {
    RotatedGaussianFlow base = RotatedGaussianFlowTest.correlated(1);
    NetworkVelocity conditional = new NetworkVelocity(network(2, 0.5), base);
    return Stream.of(
        new Case("default", SinhFlow.DEFAULT),
        new Case("default of a closed form", base),
        new Case("network", new NetworkVelocity(network(0, 0.5), base)),
        new Case("network with conditions", conditional),
        new Case("guided", new GuidedVelocity(conditional, 1.7)));
  }

  private static Network network(int conditions, double noise) {
    Mlp mlp =
        Mlp.random(
            new MlpArchitecture(
                3, 3, 8, 2, new TimeEmbedding(2), new FourierFeatures(0), false, conditions),
            TYPE,
            new Rng(1));
    Tensor flat = mlp.parameters().flat();
    flat.addInPlace(new Rng(2).normal(TYPE, flat.count()), noise);
    return mlp;
  }

  /** One point, n times. */
  private static Tensor point(VelocityField field, int n) {
    int all = field.dimensions();
    return new Rng(4).normal(TYPE, 1, all).repeat(n, 1);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void probesGiveTheDivergenceInMean(Case c) {
    VelocityField field = c.field();
    int all = field.dimensions();
    Tensor x = point(field, MANY);
    Tensor t = same(0.7, MANY);
    Tensor joint = field.joint(x.rows(0, 1), t.rows(0, 1));
    Rng rng = new Rng(6);
    for (Tensor raw : new Tensor[] {rng.rademacher(TYPE, MANY, all), rng.normal(TYPE, MANY, all)}) {
      Tensor probed = field.probed(x, t, field.coordinates().along(raw));
      assertClose(
          joint.narrow(1, 0, all).expand(MANY, all), probed.narrow(1, 0, all), 1e-12, "velocity");
      Tensor error = probed.column(all).sub(joint.column(all).item());
      double spread = Math.sqrt(error.square().mean().item());
      assertTrue(spread > 0.01, "probes differ by " + spread);
      assertEquals(0, error.mean().item(), 4 * spread / Math.sqrt(MANY), "mean error");
    }
  }

  // The estimates of signs vary by 2 Σ_{i≠j} S_ij², S the symmetric part of the Jacobian.
  @Test
  void whatIsKnownInClosedFormAddsNoVariance() {
    Network network = network(0, 0.5);
    NetworkVelocity field = new NetworkVelocity(network, RotatedGaussianFlowTest.correlated(1));
    Tensor row = point(field, 3);
    Tensor time = same(0.7, 3);
    // Row i is the derivative along coordinate i.
    double[] j =
        Autograd.jvp(y -> network.forward(y, time, time), row, Tensor.eye(3, TYPE))
            .tangent()
            .toDoubles();
    double expected = 0;
    for (int a = 0; a < 3; a++) {
      for (int b = 0; b < 3; b++) {
        double s = (j[3 * a + b] + j[3 * b + a]) / 2;
        expected += a == b ? 0 : 2 * s * s;
      }
    }
    Tensor x = point(field, MANY);
    Tensor probes = new Rng(6).rademacher(TYPE, MANY, 3);
    Tensor estimates = field.probed(x, same(0.7, MANY), probes).column(3);
    double mean = estimates.mean().item();
    double variance = estimates.sub(mean).square().mean().item();
    assertEquals(expected, variance, 0.05 * expected);
  }

  @Test
  void withoutACorrectionEveryProbeGivesTheDivergence() {
    RotatedGaussianFlow base = RotatedGaussianFlowTest.correlated(1);
    NetworkVelocity field =
        new NetworkVelocity(
            Mlp.random(
                new MlpArchitecture(
                    3, 3, 4, 1, new TimeEmbedding(1), new FourierFeatures(0), false, 1),
                TYPE,
                new Rng(1)),
            base);
    Tensor x = new Rng(7).normal(TYPE, 20, 4);
    Tensor t = new Rng(8).uniform(TYPE, 20, 1);
    Tensor probes = field.coordinates().along(new Rng(9).normal(TYPE, 20, 4));
    Tensor known = base.joint(x.narrow(1, 0, 3), t);
    Tensor expected = Tensor.cat(1, known.narrow(1, 0, 3), t.zerosLike(), known.column(3));
    assertClose(expected, field.probed(x, t, probes).detach(), 0, "v and div v");
  }

  @Test
  void guidanceMixesProbedDivergences() {
    NetworkVelocity field =
        new NetworkVelocity(network(2, 0.5), RotatedGaussianFlowTest.correlated(1));
    Tensor x = new Rng(7).normal(TYPE, 20, 5);
    Tensor without = Tensor.cat(1, x.narrow(1, 0, 3), Tensor.zeros(TYPE, 20, 2));
    Tensor t = new Rng(8).uniform(TYPE, 20, 1);
    Tensor probes = field.coordinates().along(new Rng(9).rademacher(TYPE, 20, 5));
    Tensor with = field.probed(x, t, probes);
    Tensor none = field.probed(without, t, probes);
    for (double scale : new double[] {0, 1, 2.5}) {
      Tensor expected = none.mul(1 - scale).add(with.mul(scale));
      assertClose(
          expected,
          new GuidedVelocity(field, scale).probed(x, t, probes),
          1e-11,
          "guided by " + scale);
    }
  }
}
