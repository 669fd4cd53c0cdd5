package org.f2d2.objective;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.f2d2.flow.DiagonalVelocity;
import org.f2d2.flow.FlowMapIdentities.Sides;
import org.f2d2.flow.GaussianFlow;
import org.f2d2.flow.JointFlowMap;
import org.f2d2.flow.NetworkFlowMap;
import org.f2d2.flow.NetworkVelocity;
import org.f2d2.flow.QuantileFlow;
import org.f2d2.flow.SecondBranch;
import org.f2d2.flow.StandardGaussianFlow;
import org.f2d2.flow.VelocityField;
import org.f2d2.net.Network;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RectificationTest {

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

  /** The flow to the same samples, all moved by a constant: v(x - t c, t) + c. */
  private record Moved(VelocityField field, double shift) implements VelocityField {
    @Override
    public int dimensions() {
      return field.dimensions();
    }

    @Override
    public Tensor velocity(Tensor x, Tensor t) {
      return field.velocity(x.addScaled(t, -shift), t).add(shift);
    }
  }

  @Test
  void samplesThatLieTooHighAreMovedDown() {
    QuantileFlow real = QuantileFlow.reference(1);
    Rng rng = new Rng(1);
    for (double shift : new double[] {1, -1, 0.1}) {
      VelocityField fake = new Moved(real, shift);
      Tensor samples = real.sample(20_000, rng).add(shift);
      double mean = Rectification.direction(real, fake, samples, rng).mean().item();
      assertEquals(-Math.signum(shift), Math.signum(mean), "moved by " + shift);
      assertTrue(Math.abs(mean) > 0.3 * Math.abs(shift), shift + ": " + mean);
    }
    Tensor right = real.sample(100, rng);
    assertEquals(
        0, Rectification.direction(real, real, right, rng).abs().max().item(), "nothing to do");
  }

  @Test
  void theMoveIsAStepOfUOfOneEvaluationAndOfNothingElse() {
    NetworkFlowMap map = Students.map(TYPE);
    GaussianFlow fake = GaussianFlow.of(new double[] {0.4, -1}, new double[] {0.3, 0.7}, 1);
    Tensor noise = new Rng(2).normal(TYPE, 16, Students.D);
    Tensor zero = Tensor.zeros(TYPE, 16, 1);
    Rectification rectification = new Rectification(map, fake, 0.5);
    Sides sides = BatchRows.ask(map, List.of(rectification.rows(noise, new Rng(3))));
    Tensor rate = map.rate(noise, zero, zero.onesLike());
    assertArrayEquals(rate.toDoubles(), sides.left().toDoubles(), 1e-12);
    Tensor samples = JointFlowMap.jump(noise, zero, zero.onesLike(), rate).detach();
    Tensor g = Rectification.direction(new DiagonalVelocity(map), fake, samples, new Rng(3));
    Tensor moved = sides.right().sub(sides.left());
    assertArrayEquals(g.mul(0.5).toDoubles(), moved.narrow(1, 0, Students.D).toDoubles(), 1e-12);
    assertEquals(0, moved.column(Students.D).abs().max().item());
    assertTrue(g.abs().max().item() > 0.1);
  }

  @Test
  void theSecondFlowLearnsFromTheSamplesWithoutMovingThem() {
    NetworkFlowMap map = Students.map(TYPE);
    Network other = Students.network(Students.D, false, TYPE, 7);
    Rectification rectification = new Rectification(map, new NetworkVelocity(other), 1);
    Tensor loss = rectification.fakeLoss(new Rng(2).normal(TYPE, 16, Students.D), new Rng(3));
    List<Tensor> ofMap = Autograd.grad(loss, map.network().parameters().variables());
    ofMap.forEach(g -> assertEquals(0, g.abs().max().item()));
    Tensor ofOther =
        other.parameters().flatten(Autograd.grad(loss, other.parameters().variables()));
    assertTrue(ofOther.abs().max().item() > 1e-3);
  }

  @Test
  void theSecondBranchSharesWeightsAndNotTimes() {
    NetworkFlowMap map = Students.map(TYPE);
    SecondBranch branch = new SecondBranch(map);
    Tensor x = new Rng(4).normal(TYPE, 5, Students.D);
    Tensor t = Tensor.full(0.3, TYPE, 5, 1);
    Tensor turned = Tensor.full(-1.3, TYPE, 5, 1);
    Tensor expected =
        new StandardGaussianFlow(Students.D)
            .velocity(x, t)
            .add(map.network().forward(x, turned, turned).narrow(1, 0, Students.D));
    assertArrayEquals(expected.toDoubles(), branch.velocity(x, t).toDoubles(), 1e-12);
    assertThrows(IllegalArgumentException.class, QuantileFlow.reference(1)::secondBranch);
  }
}
