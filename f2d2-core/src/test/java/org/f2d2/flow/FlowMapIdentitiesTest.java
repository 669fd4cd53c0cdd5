package org.f2d2.flow;

import static org.f2d2.flow.Differences.assertClose;
import static org.f2d2.flow.Differences.column;
import static org.f2d2.flow.Differences.same;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What {@code org.f2d2.verify} does not cover: maps without a divergence, and short steps. */
class FlowMapIdentitiesTest {

  private static final QuantileFlow FLOW = QuantileFlow.reference(1);

  /** The velocity half of a map. */
  private static final JointFlowMap VELOCITY_ONLY =
      new JointFlowMap() {
        @Override
        public int dimensions() {
          return 1;
        }

        @Override
        public boolean hasDivergence() {
          return false;
        }

        @Override
        public Tensor rate(Tensor x, Tensor s, Tensor t) {
          return FLOW.rate(x, s, t).column(0);
        }
      };

  private Scope scope;

  @BeforeEach
  void open() {
    scope = Scope.open();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  @Test
  void theyHoldForAMapWithoutADivergence() {
    Tensor x = column(-1.5, -0.2, 0.3, 1.4);
    Tensor s = column(0.1, 0.9, 0.5, 0);
    Tensor t = column(0.7, 0.2, 0.5, 1);
    Tensor r = column(0.3, 0.5, 0.5, 0.8);
    FlowMapIdentities.Sides[] all = {
      FlowMapIdentities.semigroup(VELOCITY_ONLY, x, s, t, r),
      FlowMapIdentities.eulerian(VELOCITY_ONLY, FLOW, x, s, t),
      FlowMapIdentities.eulerian(VELOCITY_ONLY, FLOW.joint(x, s), x, s, t),
      FlowMapIdentities.eulerian(VELOCITY_ONLY, FLOW.velocity(x, s), x, s, t),
      FlowMapIdentities.lagrangian(VELOCITY_ONLY, FLOW, x, s, t),
      FlowMapIdentities.cycle(VELOCITY_ONLY, x, s, t)
    };
    for (int i = 0; i < all.length; i++) {
      assertArrayEquals(new long[] {4, 1}, all[i].left().shape());
      assertClose(all[i].left(), all[i].right(), 1e-10, "identity " + i);
    }
  }

  @Test
  void theyHoldOnAndNearTheDiagonal() {
    Tensor x = column(-1.5, -0.2, 0.3, 1.4);
    Tensor s = same(0.4, 4);
    for (double h : new double[] {0, 1e-9, -1e-7, 5e-6, -9e-6, 2e-5, -1e-4, 1e-3}) {
      Tensor t = s.add(h);
      Tensor r = s.add(h / 3);
      assertClose(
          FlowMapIdentities.semigroup(FLOW, x, s, t, r).right(),
          FLOW.rate(x, s, t),
          1e-8,
          "semigroup, h = " + h);
      assertEquals(
          0,
          FlowMapIdentities.eulerian(FLOW, FLOW, x, s, t).residual().abs().max().item(),
          1e-8,
          "Eulerian, h = " + h);
      assertEquals(
          0,
          FlowMapIdentities.lagrangian(FLOW, FLOW, x, s, t).residual().abs().max().item(),
          1e-8,
          "Lagrangian, h = " + h);
      assertEquals(
          0,
          FlowMapIdentities.cycle(FLOW, x, s, t).residual().abs().max().item(),
          1e-8,
          "cycle, h = " + h);
    }
  }

  @Test
  void theEulerianTargetIsLinearInItsSource() {
    Tensor x = column(-1.5, -0.2, 0.3, 1.4);
    Tensor s = same(0.3, 4);
    Tensor t = same(0.8, 4);
    Tensor g = FLOW.joint(x, s);
    Tensor noise = Tensor.cat(1, column(1, -2, 0.5, 3), column(-4, 2, 1, 0.3));
    Tensor plus = FlowMapIdentities.eulerian(FLOW, g.add(noise), x, s, t).right();
    Tensor minus = FlowMapIdentities.eulerian(FLOW, g.sub(noise), x, s, t).right();
    Tensor exact = FlowMapIdentities.eulerian(FLOW, g, x, s, t).right();
    assertClose(exact, plus.add(minus).mul(0.5), 1e-12, "mean of two noisy targets");
  }
}
