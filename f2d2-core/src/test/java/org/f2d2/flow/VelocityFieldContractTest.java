package org.f2d2.flow;

import static org.f2d2.flow.Differences.assertClose;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.example.Rotation;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every velocity field has to satisfy; flows in closed form have a contract beside it. */
class VelocityFieldContractTest {

  private static final int ROWS = 6;
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

  record Case(String name, VelocityField field) {
    @Override
    public String toString() {
      return name;
    }

    Tensor points() {
      return new Rng(3).normal(TYPE, ROWS, field.dimensions());
    }
  }

  static Stream<Case> cases() {
    RotatedGaussianFlow base = RotatedGaussianFlowTest.correlated(1);
    NetworkVelocity network = new NetworkVelocity(perceptron(3, 0, false), base);
    NetworkFlowMap map = new NetworkFlowMap(perceptron(4, 0, true), 1);
    return Stream.of(
        new Case("closed form", base),
        new Case("network", network),
        new Case("network with conditions", new NetworkVelocity(perceptron(3, 2, false), base)),
        new Case(
            "in a frame", new FramedVelocity(perceptron(3, 1, false), new GaussianFrame(base))),
        new Case(
            "guided", new GuidedVelocity(new NetworkVelocity(perceptron(3, 2, false), base), 2)),
        new Case("autoguided", new Autoguidance(network, base)),
        new Case("diagonal of a map", new DiagonalVelocity(map)),
        new Case("the example of the documents", new Rotation(0.7)));
  }

  private static Mlp perceptron(int outputs, int conditions, boolean twoTimes) {
    Mlp mlp =
        Mlp.random(
            new MlpArchitecture(
                3,
                outputs,
                8,
                2,
                new TimeEmbedding(2),
                new FourierFeatures(0),
                twoTimes,
                conditions),
            TYPE,
            new Rng(1));
    Tensor flat = mlp.parameters().flat();
    flat.addInPlace(new Rng(2).normal(TYPE, flat.count()), 0.2);
    return mlp;
  }

  private static Tensor times() {
    return new Rng(4).uniform(TYPE, ROWS, 1);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theJointFieldIsTheVelocityAndItsDivergence(Case c) {
    VelocityField field = c.field();
    int d = field.dimensions();
    Tensor x = c.points();
    Tensor t = times();
    Tensor joint = field.joint(x, t);
    assertArrayEquals(new long[] {ROWS, d + 1}, joint.shape());
    assertClose(field.velocity(x, t), joint.narrow(1, 0, d), 1e-12, "velocity");
    Tensor divergence = t.zerosLike();
    double h = 1e-5;
    for (int i = 0; i < field.coordinates().moving(); i++) {
      Tensor e = Tensor.eye(d, TYPE).rows(i, i + 1);
      Tensor after = field.velocity(x.addScaled(e, h), t).column(i);
      Tensor before = field.velocity(x.addScaled(e, -h), t).column(i);
      divergence = divergence.add(after.sub(before).div(2 * h));
    }
    double size = 1 + divergence.abs().max().item();
    assertClose(divergence, joint.column(d), 1e-8 * size, "divergence");
  }

  @ParameterizedTest
  @MethodSource("cases")
  void probesAddUpToTheDivergence(Case c) {
    VelocityField field = c.field();
    int d = field.dimensions();
    int moving = field.coordinates().moving();
    Tensor x = c.points();
    List<Tensor> axes = new ArrayList<>();
    for (int i = 0; i < moving; i++) {
      axes.add(Tensor.eye(d, TYPE).rows(i, i + 1).mul(Math.sqrt(moving)).expand(ROWS, d));
    }
    Tensor probed = field.probed(x, times(), axes);
    Tensor joint = field.joint(x, times());
    assertClose(joint.narrow(1, 0, d), probed.narrow(1, 0, d), 1e-12, "velocity");
    Tensor mean = probed.narrow(1, d, moving).sumKeep(1).div(moving);
    double size = 1 + joint.abs().max().item();
    assertClose(joint.column(d), mean, 1e-10 * size, "mean of the probes");
  }

  @ParameterizedTest
  @MethodSource("cases")
  void rowsDoNotMeetAndConditionsStandStill(Case c) {
    VelocityField field = c.field();
    Tensor v = field.velocity(c.points(), times());
    Tensor alone = field.velocity(c.points().rows(2, 3), times().rows(2, 3));
    assertClose(v.rows(2, 3), alone, 1e-12, "row 2");
    int conditions = field.conditions();
    if (conditions > 0) {
      int moving = field.dimensions() - conditions;
      assertEquals(0, v.narrow(1, moving, conditions).abs().max().item());
    }
  }
}
