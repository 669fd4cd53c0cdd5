package org.f2d2.objective;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.f2d2.flow.GaussianFlow;
import org.f2d2.flow.GaussianFrame;
import org.f2d2.flow.JointFlowMap;
import org.f2d2.flow.RotatedGaussianFlow;
import org.f2d2.flow.SinhFlow;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrajectoryRegressionTest {

  private static final int ROWS = 8000;
  private static final int INTERVALS = 16;

  private static NodePairs pairs(DType type, double dyadicShare, double backwardShare) {
    Trajectories solved = Students.trajectories(SinhFlow.DEFAULT, type);
    Students.Recording map = new Students.Recording(SinhFlow.DEFAULT);
    TrajectoryRegression objective =
        new TrajectoryRegression(
            map, solved, new TrajectoryRegression.Options(1, dyadicShare, backwardShare, true));
    objective.loss(ROWS, new Rng(5));
    assertEquals(1, map.queries().size(), "one evaluation of the student");
    return NodePairs.find(solved, map.queries().get(0));
  }

  /** Four standard errors of a share of all rows. */
  private static double allowed(double share) {
    return 4 * Math.sqrt(share * (1 - share) / ROWS);
  }

  @ParameterizedTest
  @CsvSource({"FLOAT64, 0.6", "FLOAT64, 0", "FLOAT64, 1", "FLOAT32, 0.6"})
  void dyadicPairsAreThoseOfOneTwoFourOrEightJumps(DType type, double backwardShare) {
    try (Scope scope = Scope.open()) {
      NodePairs pairs = pairs(type, 1, backwardShare);
      Map<Integer, Integer> perPair = new HashMap<>();
      int backward = 0;
      for (int r = 0; r < ROWS; r++) {
        int low = Math.min(pairs.from()[r], pairs.to()[r]);
        int high = Math.max(pairs.from()[r], pairs.to()[r]);
        int length = high - low;
        assertTrue(length == 16 || length == 8 || length == 4 || length == 2, "length " + length);
        assertEquals(0, low % length, "start of a jump");
        backward += pairs.from()[r] > pairs.to()[r] ? 1 : 0;
        perPair.merge(100 * low + high, 1, Integer::sum);
      }
      assertEquals(1 + 2 + 4 + 8, perPair.size(), "every jump occurs");
      perPair.forEach(
          (pair, count) -> {
            int jumps = INTERVALS / (pair % 100 - pair / 100);
            double share = 0.25 / jumps;
            assertEquals(share, (double) count / ROWS, allowed(share), "pair " + pair);
          });
      assertEquals(backwardShare, (double) backward / ROWS, allowed(backwardShare));
    }
  }

  @Test
  void otherPairsAreAnyTwoNodes() {
    try (Scope scope = Scope.open()) {
      NodePairs pairs = pairs(DType.FLOAT64, 0, 0.6);
      int[][] count = new int[INTERVALS + 1][INTERVALS + 1];
      for (int r = 0; r < ROWS; r++) {
        count[pairs.from()[r]][pairs.to()[r]]++;
      }
      double share = 1.0 / (INTERVALS * (INTERVALS + 1));
      for (int i = 0; i <= INTERVALS; i++) {
        for (int j = 0; j <= INTERVALS; j++) {
          if (i == j) {
            assertEquals(0, count[i][j], "a node with itself");
          } else {
            assertEquals(share, (double) count[i][j] / ROWS, 1.3 * allowed(share), i + ", " + j);
          }
        }
      }
    }
  }

  @Test
  void sharesOfBothKindsMix() {
    try (Scope scope = Scope.open()) {
      NodePairs pairs = pairs(DType.FLOAT64, 0.5, 1);
      int forward = 0;
      for (int r = 0; r < ROWS; r++) {
        forward += pairs.from()[r] < pairs.to()[r] ? 1 : 0;
      }
      assertEquals(0.25, (double) forward / ROWS, allowed(0.25));
    }
  }

  // A student far off lands anywhere; what it is told must stay bounded.
  @Test
  void compensationIsBounded() {
    try (Scope scope = Scope.open()) {
      Trajectories solved = Students.trajectories(SinhFlow.DEFAULT, DType.FLOAT64);
      double[] loss = new double[2];
      for (int i = 0; i < 2; i++) {
        Shifted student = new Shifted(i == 0 ? 1e6 : 1e8);
        double of1 = loss(student, solved, 1);
        double of0 = loss(student, solved, 0);
        loss[i] = of1 - of0;
      }
      assertTrue(loss[0] < 16 && Math.abs(loss[0] - loss[1]) < 1, loss[0] + ", " + loss[1]);
    }
  }

  private static double loss(Shifted student, Trajectories solved, double weight) {
    TrajectoryRegression.Options o = new TrajectoryRegression.Options(weight, 0.5, 0.6, true);
    return new TrajectoryRegression(student, solved, o).loss(200, new Rng(6)).item();
  }

  /** The exact map with a constant added to u. */
  private record Shifted(double by) implements JointFlowMap {
    @Override
    public int dimensions() {
      return 2;
    }

    @Override
    public boolean hasDivergence() {
      return true;
    }

    @Override
    public Tensor rate(Tensor x, Tensor s, Tensor t) {
      Tensor exact = SinhFlow.DEFAULT.rate(x, s, t);
      return Tensor.cat(1, exact.narrow(1, 0, 2).add(by), exact.column(2));
    }
  }

  private static final RotatedGaussianFlow GAUSSIAN =
      new RotatedGaussianFlow(
          GaussianFlow.of(new double[] {0.4, -1}, new double[] {0.3, 1.2}, 1),
          Tensor.of(
                  new double[] {Math.cos(0.7), Math.sin(0.7), -Math.sin(0.7), Math.cos(0.7)}, 2, 2)
              .outliveScopes());

  /** Trajectories of {@link #GAUSSIAN} by its own map. */
  private static Trajectories gaussianTrajectories() {
    int n = 30;
    Tensor start = new Rng(7).normal(DType.FLOAT64, n, 2);
    Tensor zero = Tensor.zeros(DType.FLOAT64, n, 1);
    List<Tensor> times = new ArrayList<>();
    List<Tensor> points = new ArrayList<>();
    List<Tensor> divergences = new ArrayList<>();
    List<Tensor> velocities = new ArrayList<>();
    for (int j = 0; j <= 8; j++) {
      Tensor t = zero.add(j / 8.0);
      Tensor rate = GAUSSIAN.rate(start, zero, t);
      Tensor x = JointFlowMap.jump(start, zero, t, rate);
      times.add(t);
      points.add(x);
      divergences.add(t.mul(rate.column(2)));
      velocities.add(GAUSSIAN.velocity(x, t));
    }
    return new Trajectories(
        Tensor.cat(1, times),
        Tensor.stack(1, points),
        Tensor.cat(1, divergences),
        Tensor.stack(1, velocities),
        GAUSSIAN.coordinates());
  }

  private static final double OFF = 0.1;

  /**
   * Lands off by a known step and states the log-density of the point where it lands, but for jumps
   * to the data, which are not compensated.
   */
  private record OffTheMark(boolean follows) implements JointFlowMap {
    @Override
    public int dimensions() {
      return 2;
    }

    @Override
    public boolean hasDivergence() {
      return true;
    }

    @Override
    public Tensor rate(Tensor x, Tensor s, Tensor t) {
      Tensor exact = GAUSSIAN.rate(x, s, t);
      Tensor u = exact.narrow(1, 0, 2).add(Tensor.of(new double[] {OFF, -0.7 * OFF}, 1, 2));
      Tensor h = t.sub(s);
      Tensor end = x.addProduct(h, u);
      Tensor own = GAUSSIAN.logDensity(x, s).sub(GAUSSIAN.logDensity(end, t)).div(h);
      Tensor toData = Tensor.full(0.97, DType.FLOAT64, 1, 1).lessThan(t);
      Tensor plain = exact.column(2);
      return Tensor.cat(1, u, follows ? Tensor.where(toData, plain, own) : plain);
    }
  }

  /** What the errors of D alone add to the loss. */
  private static double divergenceLoss(
      boolean follows, boolean compensation, Optional<TrajectoryRegression.Curvature> curvature) {
    Trajectories solved = gaussianTrajectories();
    double[] loss = new double[2];
    for (int weight = 0; weight < 2; weight++) {
      TrajectoryRegression.Options o =
          new TrajectoryRegression.Options(weight, 0.5, 0.5, compensation);
      loss[weight] =
          new TrajectoryRegression(new OffTheMark(follows), solved, o, curvature)
              .loss(500, new Rng(6))
              .item();
    }
    double ofU = 2 * (Math.sqrt(1 + OFF * OFF) - 1) + 2 * (Math.sqrt(1 + 0.49 * OFF * OFF) - 1);
    assertEquals(ofU, loss[0], 1e-12, "the errors of u");
    return loss[1] - loss[0];
  }

  // A Gaussian's log-density is of second order: with the curvature the target is exact.
  @Test
  void withACurvatureTheTargetIsTheLogDensityWhereTheStudentLands() {
    try (Scope scope = Scope.open()) {
      GaussianFrame frame = new GaussianFrame(GAUSSIAN);
      double second = divergenceLoss(true, true, Optional.of(frame::curvature));
      double first = divergenceLoss(true, true, Optional.empty());
      double none = divergenceLoss(true, false, Optional.empty());
      assertEquals(0, second, 1e-13);
      assertTrue(first > 1e-5 && none > 10 * first, first + ", " + none);
    }
  }

  @Test
  void withoutCompensationTheTargetIsTheTrajectorysOwn() {
    try (Scope scope = Scope.open()) {
      GaussianFrame frame = new GaussianFrame(GAUSSIAN);
      assertEquals(0, divergenceLoss(false, false, Optional.empty()), 1e-13);
      assertEquals(0, divergenceLoss(false, false, Optional.of(frame::curvature)), 1e-13);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 1.1, Double.NaN})
  void refusesSharesOutsideZeroToOne(double bad) {
    assertThrows(
        IllegalArgumentException.class, () -> new TrajectoryRegression.Options(1, bad, 0.5, true));
    assertThrows(
        IllegalArgumentException.class, () -> new TrajectoryRegression.Options(1, 0.5, bad, true));
    assertThrows(
        IllegalArgumentException.class,
        () -> new TrajectoryRegression.Options(-Math.abs(bad), 0.5, 0.5, true));
  }
}
