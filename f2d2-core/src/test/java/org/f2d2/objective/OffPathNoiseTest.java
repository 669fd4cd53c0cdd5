package org.f2d2.objective;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.f2d2.flow.JointFlowMap;
import org.f2d2.flow.NetworkFlowMap;
import org.f2d2.flow.NetworkVelocity;
import org.f2d2.net.Mlp;
import org.f2d2.plain.FourierFeatures;
import org.f2d2.plain.MlpArchitecture;
import org.f2d2.plain.TimeEmbedding;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;
import org.junit.jupiter.api.Test;

/** A student is trained off the path too: on its teacher, or on its own velocity. */
class OffPathNoiseTest {

  private static final int D = 2;
  private static final int C = 1;
  private static final int N = 4000;

  private static Mlp network(int outputs, boolean twoTimes) {
    return Mlp.random(
        new MlpArchitecture(
            D, outputs, 4, 1, new TimeEmbedding(1), new FourierFeatures(0), twoTimes, C),
        DType.FLOAT64,
        new Rng(1));
  }

  private static NetworkFlowMap map(int outputs) {
    return new NetworkFlowMap(network(outputs, true), 1);
  }

  private static PathBatch points(int n, Rng rng) {
    Tensor x = rng.normal(DType.FLOAT64, n, D + C);
    return new PathBatch(x, rng.uniform(DType.FLOAT64, n, 1), x.zerosLike());
  }

  @Test
  void movesAShareOfTheTaughtPointsAndNoCondition() {
    try (Scope scope = Scope.open()) {
      Rng rng = new Rng(2);
      NetworkFlowMap map = map(D + 1);
      Instantaneous.Teacher teacher =
          new Instantaneous.Teacher(new NetworkVelocity(network(D, false)));
      PathBatch b = points(N, rng);
      double[] shift = teacher.trained(b, map, rng).x().sub(b.x()).toDoubles();
      int moved = 0;
      double largest = 0;
      for (int r = 0; r < N; r++) {
        moved += shift[r * (D + C)] == 0 ? 0 : 1;
        largest = Math.max(largest, Math.abs(shift[r * (D + C)]));
        assertEquals(0, shift[r * (D + C) + D], "a condition that moved");
      }
      // The count is the share of the rows, rounded.
      assertEquals(OffPathNoise.SHARE * N, moved, 1);
      assertTrue(largest > 1 && largest < 5, "" + largest);
    }
  }

  @Test
  void movesPointsWithoutATeacherToWhereTheModelsOwnVelocityIsTheTarget() {
    try (Scope scope = Scope.open()) {
      Rng rng = new Rng(2);
      NetworkFlowMap map = map(D + 1);
      PathBatch b = points(N, rng);
      PathBatch trained = new Instantaneous.Data(map).offPath().trained(b, map, rng);
      Tensor own = JointFlowMap.velocity(map.rate(trained.x(), b.s(), b.s()), map.dimensions());
      double[] shift = trained.x().sub(b.x()).toDoubles();
      double[] velocity = trained.w().toDoubles();
      double[] rate = own.toDoubles();
      int moved = 0;
      for (int i = 0; i < shift.length; i += D + C) {
        assertEquals(0, shift[i + D], "a condition that moved");
        moved += shift[i] == 0 ? 0 : 1;
        for (int j = i; j < i + D; j++) {
          assertEquals(shift[i] == 0 ? 0 : rate[j], velocity[j], 1e-12);
        }
      }
      // The count is the share of the rows, rounded.
      assertEquals(OffPathNoise.SHARE * N, moved, 1);
    }
  }

  @Test
  void aBatchOfOneRowIsMovedNowAndThen() {
    try (Scope scope = Scope.open()) {
      Rng rng = new Rng(3);
      NetworkFlowMap map = map(D + 1);
      PathBatch b = points(1, rng);
      int moved = 0;
      for (int i = 0; i < 200; i++) {
        PathBatch trained = new Instantaneous.Data(map).offPath().trained(b, map, rng);
        moved += trained.x().sub(b.x()).abs().sum().item() > 0 ? 1 : 0;
      }
      // Four standard errors of a share of .15 in 200.
      assertEquals(30, moved, 20);
    }
  }

  @Test
  void withoutATeacherPointsStayOnThePathUnlessTheIdentityHoldsAnywhere() {
    try (Scope scope = Scope.open()) {
      Rng rng = new Rng(4);
      NetworkFlowMap map = map(D + 1);
      PathBatch b = points(100, rng);
      Instantaneous data = new Instantaneous.Data(map);
      assertSame(b, data.trained(b, map, rng));
      assertNotSame(b, data.offPath().trained(b, map, rng));
      Instantaneous teacher = new Instantaneous.Teacher(new NetworkVelocity(network(D, false)));
      assertSame(teacher, teacher.offPath());
    }
  }
}
