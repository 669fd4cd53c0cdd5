package org.f2d2.objective;

import static org.f2d2.flow.Differences.assertClose;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.f2d2.flow.JointFlowMap;
import org.f2d2.flow.RotatedProductFlow;
import org.f2d2.flow.SinhFlow;
import org.f2d2.flow.VelocityField;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;
import org.f2d2.train.WorkerPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrajectoriesTest {

  private static final int D = 2;
  private static final RotatedProductFlow FLOW = RotatedProductFlow.reference(1);

  private Scope scope;

  @BeforeEach
  void open() {
    scope = Scope.open();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  private static TrainingRows rows(DType type) {
    return TrainingRows.of(FLOW.sample(200, new Rng(1)).to(type));
  }

  private static Trajectories solve(
      VelocityField teacher,
      int count,
      Trajectories.Options options,
      DType type,
      Trajectories.Parts parts) {
    return Trajectories.solve(teacher, rows(type), count, type, options, new Rng(2), parts);
  }

  private static Trajectories solve(int count, Trajectories.Options options) {
    return solve(FLOW, count, options, DType.FLOAT64, Students::inOrder);
  }

  @Test
  void shapesAndExactTimes() {
    Trajectories all = solve(25, new Trajectories.Options(32, 4, 10, 0.35, 0.15));
    assertEquals(30, all.count());
    assertEquals(33, all.nodes());
    assertEquals(D, all.columns().all());
    assertArrayEquals(new long[] {30, 33}, all.times().shape());
    assertArrayEquals(new long[] {30, 33, D}, all.points().shape());
    assertArrayEquals(new long[] {30, 33}, all.divergences().shape());
    assertArrayEquals(new long[] {30, 33, D}, all.velocities().shape());
    double[] times = all.times().toDoubles();
    int jittered = 0;
    for (int r = 0; r < 30; r++) {
      for (int j = 0; j <= 32; j++) {
        double t = times[33 * r + j];
        if (j % 4 == 0) {
          assertEquals(j / 32.0, t, "an exact node");
        } else if (t != j / 32.0) {
          jittered++;
        }
        assertTrue(j == 0 || t > times[33 * r + j - 1], "times grow");
        assertEquals(times[33 * (r - r % 10) + j], t, "one grid in each chunk");
      }
    }
    assertEquals(30 * 24, jittered);
    assertTrue(times[1] != times[331], "another grid in another chunk");
    assertEquals(0, all.divergences().column(0).abs().max().item());
  }

  // Trajectories that start at either end, and those started off the data: all lie on the map.
  @ParameterizedTest
  @CsvSource({"1, 0", "0, 0", "0, 1", "0.4, 0.3"})
  void nodesLieOnTheFlowMap(double noiseShare, double wideShare) {
    Trajectories all = solve(40, new Trajectories.Options(64, 1, 40, noiseShare, wideShare));
    long n = all.count();
    Tensor zero = Tensor.zeros(DType.FLOAT64, n, 1);
    Tensor start = all.points().narrow(1, 0, 1).reshape(n, D);
    for (int j : new int[] {0, 7, 32, 63, 64}) {
      Tensor t = all.times().column(j);
      Tensor x = all.points().narrow(1, j, 1).reshape(n, D);
      Tensor rate = FLOW.rate(start, zero, t);
      assertClose(JointFlowMap.jump(start, zero, t, rate), x, 1e-6, "points of node " + j);
      Tensor a = t.mul(JointFlowMap.divergence(rate, D));
      assertClose(a, all.divergences().column(j), 2e-6, "A of node " + j);
      Tensor v = all.velocities().narrow(1, j, 1).reshape(n, D);
      assertClose(FLOW.velocity(x, t), v, 1e-12, "velocities of node " + j);
    }
  }

  @Test
  void startsAreThoseAskedFor() {
    int chunk = 1000;
    Trajectories all = solve(chunk, new Trajectories.Options(8, 1, chunk, 0.4, 0.3));
    Tensor noise = all.points().narrow(1, 0, 1).reshape(chunk, D).rows(0, 400);
    assertEquals(0, noise.mean().item(), 4 / Math.sqrt(800));
    assertEquals(1, noise.square().mean().item(), 4 * Math.sqrt(2.0 / 800));
    double[] known = FLOW.sample(200, new Rng(1)).toDoubles();
    double[] ends = all.points().narrow(1, 8, 1).reshape(chunk, D).toDoubles();
    int atData = 0;
    for (int r = 0; r < chunk; r++) {
      boolean found = false;
      for (int k = 0; k < 200 && !found; k++) {
        found = known[k * D] == ends[r * D] && known[k * D + 1] == ends[r * D + 1];
      }
      atData += found ? 1 : 0;
      assertEquals(r >= 700, found, "row " + r);
    }
    assertEquals(300, atData);
  }

  @Test
  void singleNumbersGiveSingleTrajectories() {
    Trajectories.Options options = new Trajectories.Options(32, 4, 20, 0.5, 0);
    Trajectories all = solve(FLOW, 20, options, DType.FLOAT32, Students::inOrder);
    assertEquals(DType.FLOAT32, all.points().type());
    assertEquals(DType.FLOAT32, all.times().type());
    assertTrue(all.points().allFinite() && all.divergences().allFinite());
  }

  @Test
  void theOrderOfTheChunksDoesNotMatter() {
    Trajectories.Options options = new Trajectories.Options(16, 2, 10, 0.35, 0.15);
    Trajectories inOrder = solve(40, options);
    Trajectories.Parts reversed =
        (parts, work) -> {
          List<Trajectories> solved = new ArrayList<>();
          for (int p = parts - 1; p >= 0; p--) {
            solved.add(work.apply(p));
          }
          Collections.reverse(solved);
          return solved;
        };
    try (WorkerPool pool = new WorkerPool(3)) {
      for (Trajectories.Parts parts : List.<Trajectories.Parts>of(reversed, pool::map)) {
        Trajectories other = solve(FLOW, 40, options, DType.FLOAT64, parts);
        assertArrayEquals(inOrder.times().toDoubles(), other.times().toDoubles());
        assertArrayEquals(inOrder.points().toDoubles(), other.points().toDoubles());
        assertArrayEquals(inOrder.divergences().toDoubles(), other.divergences().toDoubles());
        assertArrayEquals(inOrder.velocities().toDoubles(), other.velocities().toDoubles());
      }
    }
  }

  @Test
  void logDensityIsThatOfTheNoiseAndOfWhatWasAccumulated() {
    Trajectories all = solve(40, new Trajectories.Options(64, 1, 40, 0.4, 0));
    Tensor trajectory = Tensor.of(new long[] {0, 39, 39, 20}, 4);
    Tensor node = Tensor.of(new long[] {0, 64, 17, 40}, 4);
    Tensor index = all.flatIndex(trajectory, node);
    assertArrayEquals(new long[] {0, 39 * 65 + 64, 39 * 65 + 17, 20 * 65 + 40}, index.toLongs());
    Tensor x = all.at(all.points(), index);
    Tensor t = all.at(all.times(), index);
    assertClose(FLOW.logDensity(x, t), all.logDensity(trajectory, index), 2e-6, "log p");
  }

  /** Blows up where the first coordinate starts beyond 1: no step is short enough. */
  private static final VelocityField RUNAWAY =
      new VelocityField() {
        @Override
        public int dimensions() {
          return D;
        }

        @Override
        public Tensor velocity(Tensor x, Tensor t) {
          return x.mul(x.abs().mul(3).exp());
        }
      };

  @Test
  void runawayTrajectoriesAreLeftOut() {
    Trajectories.Options options = new Trajectories.Options(32, 4, 50, 1, 0);
    Trajectories some = solve(RUNAWAY, 200, options, DType.FLOAT64, Students::inOrder);
    assertTrue(some.count() < 200, "kept " + some.count());
    assertTrue(some.points().allFinite());
    assertTrue(some.divergences().allFinite());
    assertTrue(some.points().abs().max().item() < 30);
    assertEquals(some.count(), some.times().size(0));
    assertEquals(some.count(), some.velocities().size(0));
  }

  @Test
  void aTeacherOfAnyFieldIsFollowed() {
    Trajectories.Options options = new Trajectories.Options(64, 1, 30, 0.5, 0.2);
    SinhFlow flow = SinhFlow.DEFAULT;
    Trajectories all = solve(flow, 30, options, DType.FLOAT64, Students::inOrder);
    long n = all.count();
    Tensor zero = Tensor.zeros(DType.FLOAT64, n, 1);
    Tensor one = zero.add(1);
    Tensor start = all.points().narrow(1, 0, 1).reshape(n, D);
    Tensor rate = flow.rate(start, zero, one);
    Tensor end = all.points().narrow(1, 64, 1).reshape(n, D);
    assertClose(JointFlowMap.jump(start, zero, one, rate), end, 1e-6, "points");
    assertClose(JointFlowMap.divergence(rate, D), all.divergences().column(64), 1e-6, "A");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1, 10, 0, 0",
    "4, 1, 10, 0, 0",
    "12, 1, 10, 0, 0",
    "32, 8, 10, 0, 0",
    "32, 0, 10, 0, 0",
    "32, 4, 0, 0, 0",
    "32, 4, 10, -0.1, 0",
    "32, 4, 10, 0.6, 0.6",
    "32, 4, 10, NaN, 0"
  })
  void refusesGridsWithoutTheTimesOfTheJumps(
      int intervals, int exactEvery, int chunk, double noise, double wide) {
    assertThrows(
        IllegalArgumentException.class,
        () -> new Trajectories.Options(intervals, exactEvery, chunk, noise, wide));
  }
}
