package org.f2d2.objective;

import static org.f2d2.objective.Students.D;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.f2d2.flow.JointFlowMap;
import org.f2d2.flow.NetworkFlowMap;
import org.f2d2.flow.NetworkVelocity;
import org.f2d2.net.Network;
import org.f2d2.net.Parameters;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;

/**
 * For tests: what every method has to satisfy, whatever it states of itself. A new method is held
 * to it by standing in {@link Methods}.
 */
final class MethodContract {

  private MethodContract() {}

  /** An objective and the network that it trains. */
  record Trained(Objective objective, Network network) {
    Tensor loss(int rows, long seed) {
      return objective.loss(rows, new Rng(seed));
    }

    Tensor gradient(int rows, long seed) {
      Parameters p = network.parameters();
      return p.flatten(Autograd.grad(loss(rows, seed), p.variables()));
    }
  }

  /**
   * A method at work.
   *
   * @param share of the run
   * @param outputs of the network
   * @param taught whether it learns from a teacher, else from the data
   */
  record Situation(Method method, double share, int outputs, boolean taught) {
    @Override
    public String toString() {
      return method
          + (taught ? " with teacher" : " from data")
          + " at "
          + share
          + (outputs == D ? ", no divergence" : "");
    }
  }

  /** With and without a divergence and a teacher, at the moments of a run that differ. */
  static List<Situation> situations(Method method) {
    List<Situation> all = new ArrayList<>();
    for (int outputs = D; outputs <= D + 1; outputs++) {
      for (boolean taught : new boolean[] {true, false}) {
        // The field of a distilled method is a teacher's, and trajectories have one.
        if (taught || !method.distilled()) {
          for (double share : shares(method)) {
            all.add(new Situation(method, share, outputs, taught));
          }
        }
      }
    }
    return all;
  }

  private static double[] shares(Method method) {
    try (Scope scope = Scope.open()) {
      Objective begun = objective(method, Students.map(DType.FLOAT64), true, new JointError(1));
      return begun.at(0.5) == begun ? new double[] {1} : new double[] {0, 0.37, 1};
    }
  }

  /** The objective of a method on a small network. */
  static Trained trained(Situation s, DType type) {
    Network network = Students.network(s.outputs(), true, type, 1);
    NetworkFlowMap map = Students.map(network);
    return new Trained(
        objective(softened(s.method()), map, s.taught(), JointError.DEFAULT).at(s.share()),
        network);
  }

  /** A weight that divides by the error itself leaves a loss that hardly tells its size. */
  private static Method softened(Method method) {
    Method soft = method;
    for (String offset : List.of("offset", "weight-offset")) {
      if (method.optionValues().containsKey(offset)) {
        soft = soft.with(offset, 3);
      }
    }
    return soft;
  }

  /** The objective of a method over any map. */
  static Objective objective(Method method, JointFlowMap map, boolean taught, JointError error) {
    DType type =
        map instanceof NetworkFlowMap own
            ? own.network().parameters().flat().type()
            : DType.FLOAT64;
    return objective(method, map, Students.teacher(type), taught, error);
  }

  /** The same with a teacher of the caller's. */
  static Objective objective(
      Method method, JointFlowMap map, NetworkVelocity teacher, boolean taught, JointError error) {
    DType type = teacher.network().parameters().flat().type();
    if (method.fromTrajectories()) {
      return new TrajectoryRegression(
          map,
          Students.trajectories(teacher, type),
          TrajectoryRegression.Options.of(method).orElse(error.divergenceWeight(), 0.6));
    }
    Instantaneous field = taught ? new Instantaneous.Teacher(teacher) : new Instantaneous.Data(map);
    return method.objective(new Setting(map, field, Students.data(type), error));
  }

  /** All of it. */
  static void check(Method method) {
    for (Situation s : situations(method)) {
      Function<DType, Trained> make = type -> trained(s, type);
      theLossIsOneFiniteNumberWithAGradient(make);
      sameRandomNumbersGiveTheSameBits(make);
      theGradientLowersTheLoss(make);
    }
    aMapWithoutADivergenceIsTrainedOnItsVelocityOnly(method);
  }

  static void theLossIsOneFiniteNumberWithAGradient(Function<DType, Trained> make) {
    for (DType type : List.of(DType.FLOAT32, DType.FLOAT64)) {
      Trained trained = make.apply(type);
      for (int rows : new int[] {1, 2, 33}) {
        Tensor loss = trained.loss(rows, 5);
        assertEquals(1, loss.count());
        assertEquals(type, loss.type());
        assertTrue(Double.isFinite(loss.item()) && loss.item() >= 0, rows + ": " + loss.item());
        Tensor gradient = trained.gradient(rows, 5);
        assertTrue(gradient.allFinite(), rows + " rows");
        assertTrue(gradient.abs().max().item() > 0, rows + " rows");
      }
    }
  }

  static void sameRandomNumbersGiveTheSameBits(Function<DType, Trained> make) {
    Trained trained = make.apply(DType.FLOAT32);
    assertEquals(trained.loss(16, 5).item(), trained.loss(16, 5).item());
    assertNotEquals(trained.loss(16, 5).item(), trained.loss(16, 6).item());
    assertArrayEquals(trained.gradient(16, 5).toFloats(), trained.gradient(16, 5).toFloats());
    assertEquals(
        make.apply(DType.FLOAT32).loss(16, 5).item(), trained.loss(16, 5).item(), "made anew");
  }

  static void theGradientLowersTheLoss(Function<DType, Trained> make) {
    Trained trained = make.apply(DType.FLOAT64);
    double before = trained.loss(400, 7).item();
    double least = before;
    for (int step = 0; step < 60; step++) {
      Tensor gradient = trained.gradient(400, 7);
      double size = Math.max(1, gradient.square().sum().sqrt().item());
      trained.network().parameters().flat().detach().addInPlace(gradient, -0.02 / size);
      least = Math.min(least, trained.loss(400, 7).item());
    }
    assertTrue(least < 0.985 * before, before + " -> " + least);
  }

  static void aMapWithoutADivergenceIsTrainedOnItsVelocityOnly(Method method) {
    JointFlowMap map = Students.map(DType.FLOAT64);
    JointFlowMap part = new Students.VelocityOnly(map);
    assertFalse(part.hasDivergence());
    JointError uOnly = new JointError(0);
    double whole = objective(method, map, true, uOnly).at(1).loss(20, new Rng(8)).item();
    double velocity = objective(method, part, true, uOnly).at(1).loss(20, new Rng(8)).item();
    assertEquals(whole, velocity, 1e-13 * whole);
  }

  // What follows is about stopped gradients.

  /** Nothing that a loss does moves its teacher. */
  static void noGradientReachesTheTeacher(Method method) {
    NetworkFlowMap map = Students.map(DType.FLOAT64);
    NetworkVelocity teacher = Students.teacher(DType.FLOAT64);
    for (double share : new double[] {0, 1}) {
      Tensor loss =
          objective(method, map, teacher, true, new JointError(1)).at(share).loss(24, new Rng(9));
      Parameters parameters = teacher.network().parameters();
      Tensor gradient = parameters.flatten(Autograd.grad(loss, parameters.variables()));
      assertEquals(0, gradient.abs().max().item(), method + " at " + share);
    }
  }

  /**
   * The part of D has no gradient into what the last layer says of u, however large its weight: its
   * targets and the points where it is asked are without gradients.
   */
  static void theDivergencePartLeavesTheVelocityAlone(Method method) {
    NetworkFlowMap map = Students.map(DType.FLOAT64);
    NetworkVelocity teacher = Students.teacher(DType.FLOAT64);
    for (double share : new double[] {0, 1}) {
      double[][] without = lastLayer(method, map, teacher, share, 0);
      double[][] with = lastLayer(method, map, teacher, share, 1);
      for (int i = 0; i < with.length; i++) {
        int perRow = with[i].length / (D + 1);
        assertArrayEquals(
            Arrays.copyOf(without[i], D * perRow), Arrays.copyOf(with[i], D * perRow), "u");
        for (int k = D * perRow; k < with[i].length; k++) {
          assertEquals(0, without[i][k], "D without its part");
        }
      }
      assertTrue(
          Arrays.stream(with[0], with[0].length / (D + 1) * D, with[0].length)
              .anyMatch(v -> Math.abs(v) > 1e-4),
          "D with its part");
    }
  }

  private static double[][] lastLayer(
      Method method, NetworkFlowMap map, NetworkVelocity teacher, double share, double weight) {
    Tensor loss =
        objective(method, map, teacher, true, new JointError(weight))
            .at(share)
            .loss(24, new Rng(9));
    Parameters p = map.network().parameters();
    return Autograd.grad(loss, List.of(p.get("output.weight"), p.get("output.bias"))).stream()
        .map(Tensor::toDoubles)
        .toArray(double[][]::new);
  }
}
