package org.f2d2.objective;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.f2d2.flow.JointFlowMap;
import org.f2d2.flow.NetworkFlowMap;
import org.f2d2.flow.NetworkVelocity;
import org.f2d2.net.FourierFeatures;
import org.f2d2.net.Mlp;
import org.f2d2.net.TimeEmbedding;
import org.f2d2.objective.Instantaneous.OffPath;
import org.f2d2.tensor.Autograd;
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
        new Mlp.Architecture(
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
      PathBatch trained = new Instantaneous.Data(map).offPath(OffPath.RATE).trained(b, map, rng);
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
      assertEquals(0, trained.divergenceAlone());
      Instantaneous alone = new Instantaneous.Data(map).offPath(OffPath.DIVERGENCE);
      assertEquals(OffPathNoise.SHARE * N, alone.trained(b, map, rng).divergenceAlone(), 1);
    }
  }

  @Test
  void rowsForDAloneHaveTheTargetsU() {
    try (Scope scope = Scope.open()) {
      Tensor x = Tensor.zeros(DType.FLOAT64, 3, 2);
      Tensor rate = Tensor.of(new double[] {1, 2, 3, 4, 5, 6, 7, 8, 9}, DType.FLOAT64, 3, 3);
      Tensor target = rate.mul(10);
      PathBatch b = new PathBatch(x, x.narrow(1, 0, 1), x, 2);
      assertArrayEquals(
          new double[] {10, 20, 3, 40, 50, 6, 7, 8, 9}, b.learned(rate, target).toDoubles());
      assertSame(rate, new PathBatch(x, x.narrow(1, 0, 1), x).learned(rate, target));
    }
  }

  @Test
  void rowsForDAloneMoveNoU() {
    int draws = 300;
    int still = 0;
    for (int i = 0; i < draws; i++) {
      try (Scope scope = Scope.open()) {
        Mlp network = Students.network(Students.D + 1, true, DType.FLOAT64, 1);
        NetworkFlowMap map = Students.map(network);
        Setting setting =
            new Setting(map, new Instantaneous.Data(map), Students.data(DType.FLOAT64));
        Tensor bias = network.parameters().get("output.bias");
        Tensor loss = new EulerianSelfDistillation(setting, 0).loss(1, new Rng(i));
        double[] gradient = Autograd.grad(loss, List.of(bias)).get(0).toDoubles();
        assertNotEquals(0, gradient[Students.D], "D is learned everywhere");
        still += gradient[0] == 0 && gradient[1] == 0 ? 1 : 0;
      }
    }
    // Four standard errors of a share of .15 in 300.
    assertEquals(OffPathNoise.SHARE * draws, still, 25);
  }

  @Test
  void forDAloneAMapWithoutOneStaysOnThePath() {
    try (Scope scope = Scope.open()) {
      Rng rng = new Rng(5);
      NetworkFlowMap map = map(D);
      PathBatch b = points(100, rng);
      Instantaneous data = new Instantaneous.Data(map).offPath(OffPath.DIVERGENCE);
      assertSame(b, data.trained(b, map, rng));
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
        PathBatch trained = new Instantaneous.Data(map).offPath(OffPath.RATE).trained(b, map, rng);
        moved += trained.x().sub(b.x()).abs().sum().item() > 0 ? 1 : 0;
      }
      // Four standard errors of a share of .15 in 200.
      assertEquals(30, moved, 20);
    }
  }

  @Test
  void withoutATeacherPointsStayOnThePathUnlessALossAsksForOthers() {
    try (Scope scope = Scope.open()) {
      Rng rng = new Rng(4);
      NetworkFlowMap map = map(D + 1);
      PathBatch b = points(100, rng);
      Instantaneous data = new Instantaneous.Data(map);
      assertSame(b, data.trained(b, map, rng));
      assertNotSame(b, data.offPath(OffPath.RATE).trained(b, map, rng));
      Instantaneous teacher = new Instantaneous.Teacher(new NetworkVelocity(network(D, false)));
      assertSame(teacher, teacher.offPath(OffPath.RATE));
    }
  }
}
