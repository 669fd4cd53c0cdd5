package org.f2d2.objective;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.f2d2.flow.NetworkFlowMap;
import org.f2d2.flow.NetworkVelocity;
import org.f2d2.net.FourierFeatures;
import org.f2d2.net.Mlp;
import org.f2d2.net.TimeEmbedding;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;
import org.junit.jupiter.api.Test;

/** A student with a teacher is trained off the path too; one without has targets on it alone. */
class OffPathNoiseTest {

  private static final int D = 2;
  private static final int C = 1;
  private static final int N = 4000;

  private static Mlp network(int outputs, boolean twoTimes) {
    return Mlp.random(
        new Mlp.Architecture(
            D, outputs, 4, 1, new TimeEmbedding(1), new FourierFeatures(0), twoTimes, C),
        DType.FLOAT64,
        new Rng(1));
  }

  @Test
  void movesAShareOfTheTaughtPointsAndNoCondition() {
    try (Scope scope = Scope.open()) {
      Rng rng = new Rng(2);
      NetworkFlowMap map = new NetworkFlowMap(network(D + 1, true), 1);
      Instantaneous.Teacher teacher =
          new Instantaneous.Teacher(new NetworkVelocity(network(D, false)));
      Tensor x = rng.normal(DType.FLOAT64, N, D + C);
      Tensor s = rng.uniform(DType.FLOAT64, N, 1);
      PathBatch b = new PathBatch(x, s, x.zerosLike());
      double[] shift = teacher.trained(b, map, rng).x().sub(x).toDoubles();
      int moved = 0;
      double largest = 0;
      for (int r = 0; r < N; r++) {
        moved += shift[r * (D + C)] == 0 ? 0 : 1;
        largest = Math.max(largest, Math.abs(shift[r * (D + C)]));
        assertEquals(0, shift[r * (D + C) + D], "a condition that moved");
      }
      // Four standard errors of the share.
      assertEquals(OffPathNoise.SHARE, moved / (double) N, 0.023);
      assertTrue(largest > 1 && largest < 5, "" + largest);
    }
  }

  @Test
  void leavesPointsWithoutATeacherWhereTheyAre() {
    try (Scope scope = Scope.open()) {
      Rng rng = new Rng(2);
      NetworkFlowMap map = new NetworkFlowMap(network(D + 1, true), 1);
      Tensor x = rng.normal(DType.FLOAT64, 10, D + C);
      PathBatch b = new PathBatch(x, rng.uniform(DType.FLOAT64, 10, 1), x.zerosLike());
      assertSame(b, new Instantaneous.Data(map).trained(b, map, rng));
    }
  }
}
