package org.f2d2.objective;

import static org.f2d2.objective.Students.D;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.f2d2.flow.Coordinates;
import org.f2d2.flow.JointFlowMap;
import org.f2d2.flow.NetworkLogDensityHead;
import org.f2d2.flow.NetworkVelocity;
import org.f2d2.flow.ProbabilityPath;
import org.f2d2.net.Network;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every objective has to satisfy. */
class ObjectiveContractTest {

  private Scope scope;

  @BeforeEach
  void open() {
    scope = Scope.open();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  /** How an objective is made. */
  record Case(String name, Function<DType, MethodContract.Trained> make) {
    @Override
    public String toString() {
      return name;
    }
  }

  /** The methods of the list, as they are at moments of a run where they change on the way. */
  private static void addMethods(List<Case> cases) {
    for (Method method : Methods.all()) {
      for (MethodContract.Situation situation : MethodContract.situations(method)) {
        cases.add(new Case(situation.toString(), type -> MethodContract.trained(situation, type)));
      }
    }
  }

  private static Setting free(Network network, DType type) {
    JointFlowMap map = Students.map(network);
    return new Setting(map, new Instantaneous.Data(map), Students.data(type));
  }

  private static void addFlowMatching(List<Case> cases, String name, FlowMatching.Options options) {
    cases.add(
        new Case(
            "flow matching " + name,
            type -> {
              Network network = Students.network(D, false, type, 1);
              return new MethodContract.Trained(
                  new FlowMatching(new NetworkVelocity(network), Students.data(type), options),
                  network);
            }));
  }

  static Stream<Case> objectives() {
    List<Case> cases = new ArrayList<>();
    cases.add(
        new Case(
            "determinant link",
            type -> {
              Network network = Students.network(D + 1, true, type, 1);
              return new MethodContract.Trained(new DeterminantLink(free(network, type)), network);
            }));
    addMethods(cases);
    cases.add(
        new Case(
            "cycle",
            type -> {
              Network network = Students.network(D + 1, true, type, 1);
              return new MethodContract.Trained(new CycleConsistency(free(network, type)), network);
            }));
    cases.add(
        new Case(
            "LSD with a cycle",
            type -> {
              Network network = Students.network(D + 1, true, type, 1);
              Setting setting = free(network, type);
              WeightedSum.Extra cycle =
                  new WeightedSum.Extra(new CycleConsistency(setting), 0.5, 0.25);
              return new MethodContract.Trained(
                  new WeightedSum(new LsdF2d2(setting), List.of(cycle)).at(0.5), network);
            }));
    TimeLaw late = new TimeLaw.TowardData(0.005);
    ProbabilityPath linear = new ProbabilityPath.Linear();
    ProbabilityPath round = new ProbabilityPath.VariancePreserving();
    addFlowMatching(cases, "plain", new FlowMatching.Options(linear, new TimeLaw.Uniform(), 0));
    addFlowMatching(cases, "averaged", new FlowMatching.Options(linear, late, 9));
    addFlowMatching(cases, "on another path", new FlowMatching.Options(round, late, 9));
    cases.add(
        new Case(
            "log-density regression",
            type -> {
              Network network = Students.network(1, false, type, 1);
              return new MethodContract.Trained(
                  new LogDensityRegression(
                      new NetworkLogDensityHead(network),
                      Students.trajectories(Students.teacher(type), type),
                      new LogDensityRegression.Options(0.5, 1)),
                  network);
            }));
    return cases.stream();
  }

  @ParameterizedTest
  @MethodSource("objectives")
  void theLossIsOneFiniteNumberWithAGradient(Case c) {
    MethodContract.theLossIsOneFiniteNumberWithAGradient(c.make());
  }

  @ParameterizedTest
  @MethodSource("objectives")
  void sameRandomNumbersGiveTheSameBits(Case c) {
    MethodContract.sameRandomNumbersGiveTheSameBits(c.make());
  }

  @ParameterizedTest
  @MethodSource("objectives")
  void theGradientLowersTheLoss(Case c) {
    MethodContract.theGradientLowersTheLoss(c.make());
  }

  static List<Method> methods() {
    return Methods.all();
  }

  @ParameterizedTest
  @MethodSource("methods")
  void aMapWithoutADivergenceIsTrainedOnItsVelocityOnly(Method method) {
    MethodContract.aMapWithoutADivergenceIsTrainedOnItsVelocityOnly(method);
  }

  @Test
  void aFiniteScaleTamesTheLargeErrorsOfTheDivergenceOnly() {
    Tensor error = Tensor.of(new double[] {3, -4, 0.02, 0, 0, 2000}, 2, 3);
    double plain = new JointError(2).of(error, new Coordinates(2, 0)).item();
    assertEquals((25 + 2 * 0.01 * 0.01 + 2 * 1e6) / 2, plain, 1e-6);
    // Per coordinate: 0.01 squared, and 2c|e| less 2c² of 1000, up to the curvature of the root.
    double robust = new JointError(2, 0.5).of(error, new Coordinates(2, 0)).item();
    assertEquals((25 + 2 * 1e-4 + 2 * (1000 - 0.5)) / 2, robust, 1e-3);
  }

  @Test
  void optionsOutOfRangeAreRefused() {
    DType type = DType.FLOAT64;
    JointFlowMap map = Students.map(type);
    Setting setting = new Setting(map, new Instantaneous.Data(map), Students.data(type));
    for (int levels : new int[] {-1, 3, 21}) {
      assertThrows(IllegalArgumentException.class, () -> new ShortcutF2d2.Options(levels));
    }
    for (double bad : new double[] {-0.1, 1.1, Double.NaN}) {
      assertThrows(
          IllegalArgumentException.class, () -> new MeanFlowF2d2(setting, bad, RowWeight.EQUAL));
    }
    assertThrows(IllegalArgumentException.class, () -> new JointError(-1));
    assertThrows(IllegalArgumentException.class, () -> new JointError(Double.NaN));
    assertThrows(IllegalArgumentException.class, () -> new JointError(1, 0));
    assertThrows(IllegalArgumentException.class, () -> new JointError(1, Double.NaN));
    ProbabilityPath path = new ProbabilityPath.Linear();
    assertThrows(
        IllegalArgumentException.class,
        () -> new FlowMatching.Options(path, new TimeLaw.Uniform(), -1));
  }
}
