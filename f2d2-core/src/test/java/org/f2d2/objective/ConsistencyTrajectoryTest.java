package org.f2d2.objective;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.f2d2.flow.JointFlowMap;
import org.f2d2.flow.LearnedFlowMap;
import org.f2d2.flow.NetworkFlowMap;
import org.f2d2.flow.QuantileFlow;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ConsistencyTrajectoryTest {

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

  /** The paper's jump by noise levels is the jump of u, for any g. */
  @Test
  void theJumpOfNoiseLevelsIsTheJumpOfTimes() {
    Rng rng = new Rng(1);
    for (int i = 0; i < 20; i++) {
      double[] draws = rng.uniform(TYPE, 4).toDoubles();
      double s = 0.05 + 0.9 * draws[0];
      double t = 0.05 + 0.9 * draws[1];
      double x = 4 * draws[2] - 2;
      double g = 4 * draws[3] - 2;
      double a = (1 - s) / s;
      double b = (1 - t) / t;
      double jump = b / a * (x / s) + (1 - b / a) * g;
      double u = (g - x) / (1 - s);
      assertEquals(t * jump, x + (t - s) * u, 1e-12);
    }
  }

  @Test
  void timesGoFromNoiseToDataWithTheLevelsOfKarras() {
    double[] times = new KarrasGrid(18, 1).times();
    assertEquals(0, times[0]);
    assertEquals(1, times[17]);
    // The second level of 18 from 80 to 0.002 with exponent 7 is 57.586.
    assertEquals(57.586, (1 - times[1]) / times[1], 1e-3);
    for (int i = 1; i < times.length; i++) {
      assertTrue(times[i] > times[i - 1]);
    }
  }

  @Test
  void waysStayOnTheGridAndFavourMoreSteps() {
    int nodes = 9;
    KarrasGrid.Way way = new KarrasGrid(nodes, 3).draw(30_000, TYPE, new Rng(5));
    double[] start = way.start().toDoubles();
    double[] middle = way.middle().toDoubles();
    double[] end = way.end().toDoubles();
    double[] sign = way.sign().toDoubles();
    int[] steps = new int[4];
    int back = 0;
    for (int i = 0; i < start.length; i++) {
      int count = (int) Math.round((middle[i] - start[i]) * sign[i]);
      assertTrue(count >= 1 && count <= 3);
      steps[count]++;
      back += sign[i] < 0 ? 1 : 0;
      assertTrue((end[i] - middle[i]) * sign[i] >= 0);
      for (double node : new double[] {start[i], middle[i], end[i]}) {
        assertTrue(node >= 0 && node <= nodes - 1 && node == Math.rint(node));
      }
    }
    assertEquals(0.5, back / 30_000.0, 0.02);
    for (int k = 1; k <= 3; k++) {
      assertEquals(k / 6.0, steps[k] / 30_000.0, 0.02);
    }
  }

  private static double rootLoss(int nodes, JointFlowMap student) {
    QuantileFlow flow = QuantileFlow.reference(1);
    TrainingRows rows =
        new TrainingRows() {
          @Override
          public Tensor draw(int n, Rng rng) {
            return flow.sample(n, rng);
          }

          @Override
          public DType type() {
            return TYPE;
          }
        };
    Setting setting = new Setting(student, new Instantaneous.Teacher(flow), rows);
    Objective loss =
        new ConsistencyTrajectory(
            setting, student, new ConsistencyTrajectory.Options(nodes, 1, 0.5));
    return Math.sqrt(Autograd.noGrad(() -> loss.loss(4000, new Rng(2))).item());
  }

  /** What is left at the exact map is the error of a Heun step, of order 3 in its length. */
  @Test
  void theExactMapIsLeftWithTheErrorOfHeunSteps() {
    QuantileFlow exact = QuantileFlow.reference(1);
    double coarse = rootLoss(64, exact);
    double fine = rootLoss(256, exact);
    assertTrue(fine < 2e-3, coarse + ", " + fine);
    assertTrue(fine < coarse / 6, coarse + ", " + fine);
  }

  /** The same map with D, or u, off by a constant. */
  private record Off(JointFlowMap exact, int column) implements JointFlowMap {
    @Override
    public int dimensions() {
      return exact.dimensions();
    }

    @Override
    public boolean hasDivergence() {
      return true;
    }

    @Override
    public Tensor rate(Tensor x, Tensor s, Tensor t) {
      Tensor rate = exact.rate(x, s, t);
      Tensor off = rate.zerosLike();
      off.narrow(1, column, 1).addInPlace(0.3);
      return rate.add(off);
    }
  }

  @Test
  void aWrongMapIsNoticedInEitherPart() {
    QuantileFlow exact = QuantileFlow.reference(1);
    for (int column = 0; column < 2; column++) {
      assertTrue(rootLoss(64, new Off(exact, column)) > 0.2, "column " + column);
    }
  }

  @Test
  void gradientsPassThroughTheOuterJumpButNotIntoIt() {
    NetworkFlowMap map = Students.map(TYPE);
    LearnedFlowMap outer = map.apart();
    Setting setting =
        new Setting(map, new Instantaneous.Teacher(Students.teacher(TYPE)), Students.data(TYPE));
    Tensor x = new Rng(3).normal(TYPE, 6, Students.D);
    Tensor t = Tensor.full(0.4, TYPE, 6, 1);
    // The same numbers, also after a change.
    map.network().parameters().flat().detach().addInPlace(0.01);
    assertArrayEquals(
        map.rate(x, t, t.onesLike()).toDoubles(), outer.rate(x, t, t.onesLike()).toDoubles());
    Tensor loss =
        new ConsistencyTrajectory(setting, outer, new ConsistencyTrajectory.Options(6, 2, 0.1))
            .loss(40, new Rng(4));
    Tensor whole =
        new ConsistencyTrajectory(setting, map, new ConsistencyTrajectory.Options(6, 2, 0.1))
            .loss(40, new Rng(4));
    assertEquals(whole.item(), loss.item(), 1e-12);
    List<Tensor> variables = map.network().parameters().variables();
    double[] inner = map.network().parameters().flatten(Autograd.grad(loss, variables)).toDoubles();
    double[] both = map.network().parameters().flatten(Autograd.grad(whole, variables)).toDoubles();
    double gap = 0;
    for (int i = 0; i < inner.length; i++) {
      gap = Math.max(gap, Math.abs(inner[i] - both[i]));
    }
    assertTrue(gap > 1e-4, "the outer map's own gradient is left out: " + gap);
  }

  @Test
  void optionsOutOfRangeAreRefused() {
    assertThrows(
        IllegalArgumentException.class, () -> new ConsistencyTrajectory.Options(3, 1, 0.5));
    assertThrows(
        IllegalArgumentException.class, () -> new ConsistencyTrajectory.Options(8, 7, 0.5));
    assertThrows(
        IllegalArgumentException.class, () -> new ConsistencyTrajectory.Options(8, 0, 0.5));
    assertThrows(IllegalArgumentException.class, () -> new ConsistencyTrajectory.Options(8, 1, 1));
  }
}
