package org.f2d2.objective;

import static org.f2d2.flow.Differences.assertClose;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.f2d2.flow.ButcherTableau;
import org.f2d2.flow.Coordinates;
import org.f2d2.flow.FramedVelocity;
import org.f2d2.flow.GaussianFlow;
import org.f2d2.flow.GaussianFrame;
import org.f2d2.flow.NetworkVelocity;
import org.f2d2.flow.OdeSolver;
import org.f2d2.flow.RotatedGaussianFlow;
import org.f2d2.flow.RotatedProductFlow;
import org.f2d2.flow.VelocityField;
import org.f2d2.net.Network;
import org.f2d2.objective.Trajectories.Options.Divergence;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Trajectories with one probe each, of few steps, and solved in a frame. */
class ProbedTrajectoriesTest {

  private static final int D = 2;
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

  /** The same row again and again. */
  private static final TrainingRows ONE_ROW =
      new TrainingRows() {
        @Override
        public Tensor draw(int rows, Rng rng) {
          return Tensor.of(new double[] {0.7, -0.4}, 1, D).repeat(rows, 1);
        }

        @Override
        public DType type() {
          return TYPE;
        }
      };

  private static Trajectories solve(VelocityField teacher, int n, Trajectories.Options options) {
    return Trajectories.solve(teacher, ONE_ROW, n, TYPE, options, new Rng(2), Students::inOrder);
  }

  private static Trajectories.Options options(
      int chunk, double noiseShare, Divergence divergence, int halvings) {
    return new Trajectories.Options(8, 1, chunk, noiseShare, 0, divergence, halvings);
  }

  // All from one row of data, or from noise that is the same with and without probes.
  @ParameterizedTest
  @ValueSource(doubles = {0, 1})
  void oneProbeGivesTheDivergenceInMean(double noiseShare) {
    int n = 4000;
    VelocityField teacher = RotatedProductFlow.reference(1);
    Trajectories probed = solve(teacher, n, options(n, noiseShare, Divergence.ONE_PROBE, 0));
    Trajectories exact = solve(teacher, n, options(n, noiseShare, Divergence.EXACT, 0));
    assertEquals(n, probed.count());
    assertClose(exact.times(), probed.times(), 0, "times");
    assertClose(exact.points(), probed.points(), 1e-11, "points");
    assertClose(exact.velocities(), probed.velocities(), 1e-11, "velocities");
    assertEquals(0, probed.divergences().column(0).abs().max().item(), "A of the noise");
    for (int j = 1; j <= 8; j++) {
      Tensor error = probed.divergences().column(j).sub(exact.divergences().column(j));
      double spread = Math.sqrt(error.square().mean().item());
      assertTrue(spread > (j < 8 ? 0 : 0.01), "probes differ by " + spread + " at node " + j);
      assertEquals(0, error.mean().item(), 4.5 * spread / Math.sqrt(n), "mean at node " + j);
    }
  }

  // eᵀBe is 2 or -2. A step of Runge–Kutta weighs its four draws 1, 2, 2 and 1 sixths, so that a
  // trajectory of eight steps has a variance of 4 · 10/36 / 8, and not the 4 of a kept probe.
  @Test
  void aProbeIsFreshAtEachEvaluation() {
    VelocityField linear =
        new VelocityField() {
          @Override
          public int dimensions() {
            return D;
          }

          @Override
          public Tensor velocity(Tensor x, Tensor t) {
            return x.linear(Tensor.of(new double[] {0, 1, 1, 0}, D, D));
          }
        };
    int n = 4000;
    for (double noiseShare : new double[] {0, 1}) {
      Trajectories all = solve(linear, n, options(n, noiseShare, Divergence.ONE_PROBE, 0));
      Tensor a = all.divergences();
      double expected = 4 * 10 / 36.0 / 8;
      assertEquals(expected, a.column(8).square().mean().item(), 0.1 * expected);
      double half = a.column(4).square().mean().item();
      assertEquals(expected / 2, half, 0.1 * expected / 2, "half of the way");
    }
  }

  /** Notes the times that it is asked about. */
  private record Asked(List<Double> times) implements VelocityField {
    @Override
    public int dimensions() {
      return D;
    }

    @Override
    public Tensor velocity(Tensor x, Tensor t) {
      return x.mul(-0.5);
    }

    @Override
    public Tensor joint(Tensor x, Tensor t) {
      times.add(t.rows(0, 1).item());
      return Tensor.cat(1, velocity(x, t), t.onesLike().mul(-0.5 * D));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  void theLastIntervalIsHalvedAsOftenAsAskedFor(int halvings) {
    TreeSet<Double> expected = new TreeSet<>();
    for (int j = 0; j <= 16; j++) {
      expected.add(j / 16.0);
    }
    if (halvings == 2) {
      // Steps end at 1 - 1/16 and 1 - 1/32; between them and 1 - 1/8 and 1 lie their middles.
      expected.addAll(List.of(1 - 3 / 32.0, 1 - 3 / 64.0, 1 - 1 / 32.0, 1 - 1 / 64.0));
    }
    Asked teacher = new Asked(new ArrayList<>());
    Trajectories all = solve(teacher, 10, options(10, 0.5, Divergence.EXACT, halvings));
    assertEquals(expected, new TreeSet<>(teacher.times()));
    // Runge–Kutta asks four times a step, and once where a trajectory ends; there are two ways.
    assertEquals(2 * (4 * (8 + halvings) + 1), teacher.times().size());
    Tensor ratio = all.points().narrow(1, 8, 1).div(all.points().narrow(1, 0, 1));
    assertEquals(0, ratio.sub(Math.exp(-0.5)).abs().max().item(), 1e-6);
    assertEquals(0, all.divergences().column(8).add(1).abs().max().item(), 1e-12);
  }

  @Test
  void halvingsAreNotNegative() {
    assertThrows(IllegalArgumentException.class, () -> options(10, 0, Divergence.EXACT, -1));
  }

  private static RotatedGaussianFlow base() {
    double cos = Math.cos(0.7);
    double sin = Math.sin(0.7);
    return new RotatedGaussianFlow(
        GaussianFlow.of(new double[] {0.4, -0.8}, new double[] {0.3, 1.4}, 1),
        Tensor.of(new double[] {cos, sin, -sin, cos}, D, D));
  }

  // The same trajectories by a fine solve of the field in x.
  @Test
  void whatWasSolvedInAFrameAndBroughtOutLiesOnTheTrajectoriesInX() {
    Network network = Students.network(D, false, TYPE, 2);
    GaussianFrame frame = new GaussianFrame(base());
    NetworkVelocity plain = new NetworkVelocity(network, frame.base());
    int n = 20;
    Trajectories framed =
        Trajectories.solve(
            new FramedVelocity(network, frame),
            Students.data(TYPE),
            n,
            TYPE,
            new Trajectories.Options(32, 1, n, 0.5, 0, Divergence.EXACT, 2),
            new Rng(2),
            Students::inOrder);
    Trajectories out = framed.out(frame);
    assertEquals(n, out.count());
    assertEquals(33, out.nodes());
    assertEquals(framed.columns(), out.columns());
    assertClose(framed.times(), out.times(), 0, "times");
    OdeSolver.RightSide joint =
        (state, t) -> {
          Tensor x = state.narrow(1, 0, D);
          return plain.joint(x, t);
        };
    OdeSolver solver = new OdeSolver.FixedStep(ButcherTableau.RK4, 40);
    Tensor state = Tensor.cat(1, node(out.points(), 0), Tensor.zeros(TYPE, n, 1));
    assertClose(
        node(framed.points(), 0).matmul(frame.base().basis().transpose()),
        node(out.points(), 0),
        1e-12,
        "the noise is turned");
    double farthest = 0;
    for (int j = 0; j <= 32; j += 8) {
      if (j > 0) {
        state = solver.solve(joint, state, (j - 8) / 32.0, j / 32.0).y();
      }
      assertClose(state.narrow(1, 0, D), node(out.points(), j), 1e-5, "points of node " + j);
      assertClose(state.column(D), out.divergences().column(j), 1e-5, "A of node " + j);
      Tensor t = out.times().column(j);
      assertClose(
          plain.velocity(node(out.points(), j), t),
          node(out.velocities(), j),
          1e-11,
          "velocities of node " + j);
      farthest =
          Math.max(
              farthest, node(framed.points(), j).sub(node(framed.points(), 0)).abs().max().item());
    }
    assertTrue(farthest > 0.1, "the network moves points by " + farthest);
    Tensor trajectory = Tensor.range(n, DType.INT64);
    Tensor last = out.flatIndex(trajectory, trajectory.zerosLike().add(32).to(DType.INT64));
    Tensor inX =
        state
            .column(D)
            .neg()
            .sub(node(out.points(), 0).square().sumKeep(1).mul(0.5))
            .sub(Math.log(2 * Math.PI));
    assertClose(inX, out.logDensity(trajectory, last), 2e-5, "log-density");
  }

  private static Tensor node(Tensor table, int j) {
    return table.narrow(1, j, 1).reshape(table.size(0), -1);
  }

  @Test
  void conditionsAreTheSameInAFrameAndOutOfIt() {
    Rng rng = new Rng(4);
    int n = 3;
    Tensor times = rng.uniform(TYPE, n, 2);
    Tensor points = rng.normal(TYPE, n, 2, D);
    Tensor velocities = rng.normal(TYPE, n, 2, D);
    Tensor classes = rng.normal(TYPE, n, 2, 1);
    Tensor a = rng.normal(TYPE, n, 2);
    GaussianFrame frame = new GaussianFrame(base());
    Trajectories plain =
        new Trajectories(times, points, a, velocities, new Coordinates(D, 0)).out(frame);
    Trajectories given =
        new Trajectories(
                times,
                Tensor.cat(2, points, classes),
                a,
                Tensor.cat(2, velocities, classes.zerosLike()),
                new Coordinates(D, 1))
            .out(frame);
    assertClose(Tensor.cat(2, plain.points(), classes), given.points(), 1e-12, "points");
    assertClose(
        Tensor.cat(2, plain.velocities(), classes.zerosLike()),
        given.velocities(),
        1e-12,
        "velocities");
    assertClose(plain.divergences(), given.divergences(), 1e-12, "A");
  }

  @Test
  void partsAreJoinedInOrder() {
    Trajectories first =
        solve(RotatedProductFlow.reference(1), 3, options(3, 1, Divergence.EXACT, 0));
    Trajectories second =
        solve(RotatedProductFlow.reference(1), 5, options(5, 0, Divergence.EXACT, 0));
    Trajectories all = Trajectories.join(List.of(first, second));
    assertEquals(8, all.count());
    assertEquals(9, all.nodes());
    assertEquals(first.columns(), all.columns());
    assertArrayEquals(first.times().toDoubles(), all.times().rows(0, 3).toDoubles());
    assertArrayEquals(second.times().toDoubles(), all.times().rows(3, 8).toDoubles());
    assertArrayEquals(first.points().toDoubles(), all.points().rows(0, 3).toDoubles());
    assertArrayEquals(second.points().toDoubles(), all.points().rows(3, 8).toDoubles());
    assertArrayEquals(first.divergences().toDoubles(), all.divergences().rows(0, 3).toDoubles());
    assertArrayEquals(second.divergences().toDoubles(), all.divergences().rows(3, 8).toDoubles());
    assertArrayEquals(first.velocities().toDoubles(), all.velocities().rows(0, 3).toDoubles());
    assertArrayEquals(second.velocities().toDoubles(), all.velocities().rows(3, 8).toDoubles());
  }
}
