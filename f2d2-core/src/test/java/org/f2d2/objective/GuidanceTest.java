package org.f2d2.objective;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.f2d2.flow.Autoguidance;
import org.f2d2.flow.DiagonalVelocity;
import org.f2d2.flow.GuidedVelocity;
import org.f2d2.flow.JointFlowMap;
import org.f2d2.flow.NetworkFlowMap;
import org.f2d2.flow.NetworkVelocity;
import org.f2d2.flow.ProbabilityPath;
import org.f2d2.flow.VelocityField;
import org.f2d2.net.Mlp;
import org.f2d2.net.Parameters;
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

/** Rows with classes, and guidance towards them. */
class GuidanceTest {

  private static final int D = 2;
  private static final int C = 2;
  private static final int N = 6;

  private Scope scope;
  private final Rng rng = new Rng(11);

  @BeforeEach
  void open() {
    scope = Scope.open();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  private Mlp network(int outputs, boolean twoTimes) {
    Mlp mlp =
        Mlp.random(
            new MlpArchitecture(
                D, outputs, 8, 2, new TimeEmbedding(1), new FourierFeatures(0), twoTimes, C),
            DType.FLOAT64,
            rng);
    for (Parameters.Entry e : mlp.parameters().entries()) {
      Tensor p = mlp.parameters().get(e.name()).detach();
      p.copyInPlace(rng.normal(DType.FLOAT64, p.shape()).mul(0.5));
    }
    return mlp;
  }

  /** Rows of class 0, class 1 and none, in turn. */
  private Tensor points() {
    double[] c = {1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0};
    return Tensor.cat(1, rng.normal(DType.FLOAT64, N, D), Tensor.of(c, DType.FLOAT64, N, C));
  }

  private static Tensor classless(Tensor x) {
    return Tensor.cat(1, x.narrow(1, 0, D), Tensor.zeros(DType.FLOAT64, N, C));
  }

  @Test
  void guidedFieldMixesVelocitiesAndDivergences() {
    VelocityField field = new NetworkVelocity(network(D, false));
    Tensor x = points();
    Tensor t = rng.uniform(DType.FLOAT64, N, 1);
    double[] all = field.joint(classless(x), t).toDoubles();
    double[] own = field.joint(x, t).toDoubles();
    double[] guided = new GuidedVelocity(field, 2.5).joint(x, t).toDoubles();
    for (int i = 0; i < guided.length; i++) {
      assertEquals(all[i] + 2.5 * (own[i] - all[i]), guided[i], 1e-12);
    }
    // The divergence is the trace of the guided velocity's own Jacobian.
    VelocityField plain =
        new VelocityField() {
          @Override
          public int dimensions() {
            return D + C;
          }

          @Override
          public int conditions() {
            return C;
          }

          @Override
          public Tensor velocity(Tensor y, Tensor at) {
            return new GuidedVelocity(field, 2.5).velocity(y, at);
          }
        };
    assertArrayEquals(guided, plain.joint(x, t).toDoubles(), 1e-10);
    assertArrayEquals(own, new GuidedVelocity(field, 1).joint(x, t).toDoubles(), 1e-12);
    assertArrayEquals(all, new GuidedVelocity(field, 0).joint(x, t).toDoubles(), 1e-12);
  }

  @Test
  void autoguidanceMixesByTheStrengthOfEachPoint() {
    VelocityField strong = new NetworkVelocity(network(D, false));
    VelocityField weak = new NetworkVelocity(network(D, false));
    Autoguidance guided = new Autoguidance(strong, weak);
    assertEquals(D + C + 1, guided.dimensions());
    assertEquals(C + 1, guided.conditions());
    Tensor x = points();
    Tensor t = rng.uniform(DType.FLOAT64, N, 1);
    double[] strength = {1, 1.5, 2, 2.5, 3, 1};
    Tensor y = Tensor.cat(1, x, Tensor.of(strength, DType.FLOAT64, N, 1));
    double[] a = strong.joint(x, t).toDoubles();
    double[] b = weak.joint(x, t).toDoubles();
    double[] joint = guided.joint(y, t).toDoubles();
    double[] velocity = guided.velocity(y, t).toDoubles();
    int width = D + C + 1;
    for (int r = 0; r < N; r++) {
      double l = strength[r];
      for (int i = 0; i < D; i++) {
        int at = r * width + i;
        double expected = l * a[at] + (1 - l) * b[at];
        assertEquals(expected, joint[r * (width + 1) + i], 1e-12);
        assertEquals(expected, velocity[at], 1e-12);
      }
      assertEquals(0, velocity[r * width + width - 1]);
      int last = r * width + D + C;
      double divergence = joint[r * (width + 1) + width];
      assertEquals(l * a[last] + (1 - l) * b[last], divergence, 1e-12);
      if (l == 1) {
        assertEquals(a[last], divergence, 0, "strength 1 is the field itself, bit for bit");
        assertEquals(a[r * width], velocity[r * width], 0);
      }
    }
  }

  @Test
  void aConditionCanBeHeld() {
    NetworkFlowMap map = new NetworkFlowMap(network(D + 1, true), 1.7);
    NetworkFlowMap held = map.withLastCondition(0.6);
    assertEquals(D + C - 1, held.dimensions());
    Tensor x = points().narrow(1, 0, D + C - 1);
    Tensor s = rng.uniform(DType.FLOAT64, N, 1);
    Tensor t = rng.uniform(DType.FLOAT64, N, 1);
    Tensor y = Tensor.cat(1, x, Tensor.full(0.6, DType.FLOAT64, N, 1));
    Tensor full = map.rate(y, s, t);
    Tensor expected = Tensor.cat(1, full.narrow(1, 0, D + C - 1), full.narrow(1, D + C, 1));
    assertArrayEquals(expected.toDoubles(), held.rate(x, s, t).toDoubles(), 1e-12);
  }

  @Test
  void guidedTargetsAreThoseOfTheFormula() {
    NetworkFlowMap map = new NetworkFlowMap(network(D + 1, true), 1);
    Instantaneous.Data data = new Instantaneous.Data(map);
    double scale = 1.5;
    double mix = 0.25;
    Tensor x = points();
    Tensor t = rng.uniform(DType.FLOAT64, N, 1);
    Tensor w = map.coordinates().along(rng.normal(DType.FLOAT64, N, D + C));
    double[] target = new Instantaneous.Guided(data, scale, mix).onPath(x, t, w, rng).toDoubles();
    Tensor without = JointFlowMap.velocity(map.rate(classless(x), t, t), D + C);
    Tensor own = JointFlowMap.velocity(map.rate(x, t, t), D + C);
    double[] u0 = without.toDoubles();
    double[] u1 = own.toDoubles();
    double[] pair = w.toDoubles();
    double[] trace = new DiagonalVelocity(map).joint(x, t).toDoubles();
    for (int r = 0; r < N; r++) {
      for (int i = 0; i < D + C; i++) {
        int at = r * (D + C) + i;
        double expected =
            r % 3 == 2 ? pair[at] : scale * pair[at] + (1 - scale - mix) * u0[at] + mix * u1[at];
        assertEquals(expected, target[r * (D + C + 1) + i], 1e-12);
      }
      int last = r * (D + C + 1) + D + C;
      assertEquals(trace[last], target[last], 1e-12);
    }
  }

  /** If the diagonal is guided by ω/(1-κ), the targets' mean is the diagonal itself. */
  @Test
  void guidedDiagonalIsTheFixedPoint() {
    double scale = 1.5;
    double mix = 0.25;
    double class1 = 0.7;
    double all = -0.4;
    double fixed = all + scale / (1 - mix) * (class1 - all);
    assertEquals(fixed, scale * class1 + (1 - scale - mix) * all + mix * fixed, 1e-12);
    assertTrue(new org.f2d2.train.ConditionOptions("c", 0.1, scale, mix).guided());
    assertTrue(!new org.f2d2.train.ConditionOptions("c", 0.1, 0.75, 0.25).guided());
  }

  @Test
  void rowsLoseTheirClassNowAndThen() {
    Tensor table = points().rows(0, 2);
    TrainingRows rows = TrainingRows.conditional(table, C, 0.25);
    assertEquals(C, rows.conditions());
    int n = 4000;
    Tensor drawn = rows.draw(n, rng);
    double classes = drawn.narrow(1, D, C).sum().item() / n;
    // Four standard errors of a share of three quarters.
    assertEquals(0.75, classes, 0.028);
  }

  /** The classes lie apart, so an average over both would be far from either. */
  @Test
  void targetsAreAveragedWithinTheClass() {
    double[] values = {5, 5, 1, 0, -5, -5, 0, 1};
    Tensor table = Tensor.of(values, DType.FLOAT64, 2, D + C);
    TrainingRows rows = TrainingRows.conditional(table, C, 0.3);
    Tensor s = Tensor.full(0.02, DType.FLOAT64, 400, 1);
    PathBatch b = PathBatch.draw(rows, new ProbabilityPath.Linear(), s, 400, rng);
    double[] x = b.x().toDoubles();
    double[] w = b.w().toDoubles();
    int classless = 0;
    for (int r = 0; r < 400; r++) {
      int at = r * (D + C);
      // w = (E[x1] - x)/(1-s), solved for E[x1]
      double expected = w[at] * 0.98 + x[at];
      double side = x[at + 2] - x[at + 3];
      if (side == 0) {
        classless++;
        // At s = 0.02 the posterior still lets both classes in.
        assertTrue(Math.abs(expected) < 4.9, "averaged over all rows: " + expected);
      } else {
        assertEquals(5 * side, expected, 1e-9);
      }
      assertEquals(0, w[at + 2]);
      assertEquals(0, w[at + 3]);
    }
    assertTrue(classless > 60, "rows without a class: " + classless);
  }
}
