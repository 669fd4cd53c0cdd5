package org.f2d2.objective;

import static org.f2d2.objective.Students.D;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.f2d2.flow.Coordinates;
import org.f2d2.flow.JointFlowMap;
import org.f2d2.flow.NetworkFlowMap;
import org.f2d2.flow.NetworkPotential;
import org.f2d2.flow.NetworkVelocity;
import org.f2d2.flow.ProbabilityPath;
import org.f2d2.flow.SecondBranch;
import org.f2d2.net.Network;
import org.f2d2.net.Parameters;
import org.f2d2.objective.ProgressiveSelfDistillation.Cut;
import org.f2d2.objective.ProgressiveSelfDistillation.Rounds;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
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

  /** How an objective is made. */
  record Case(String name, Function<DType, Trained> make) {
    @Override
    public String toString() {
      return name;
    }
  }

  @FunctionalInterface
  private interface OfMap {
    Objective of(JointFlowMap map, DType type);
  }

  private static void addMap(List<Case> cases, String name, OfMap make) {
    for (int outputs = D; outputs <= D + 1; outputs++) {
      int columns = outputs;
      cases.add(
          new Case(
              name + (outputs == D ? ", no divergence" : ""),
              type -> {
                Network network = Students.network(columns, true, type, 1);
                return new Trained(make.of(Students.map(network), type), network);
              }));
    }
  }

  private static void addMethods(
      List<Case> cases, String name, Function<JointFlowMap, Function<DType, Instantaneous>> field) {
    addSetting(cases, "LSD " + name, field, LsdF2d2::new);
    addSetting(
        cases,
        "MeanFlow " + name,
        field,
        setting -> new MeanFlowF2d2(setting, 0.25, RowWeight.EQUAL));
    addSetting(cases, "Shortcut " + name, field, setting -> new ShortcutF2d2(setting, 6));
    addSetting(
        cases,
        "ESD " + name,
        field,
        setting -> new EulerianSelfDistillation(setting, 0.5, new RowWeight.Adaptive(1, 1)));
    addSetting(cases, "PSD-M " + name, field, setting -> psd(setting, Cut.MIDDLE, Rounds.NONE));
    addSetting(cases, "PSD-U " + name, field, setting -> psd(setting, Cut.UNIFORM, Rounds.NONE));
    addSetting(
        cases, "PFMM " + name, field, setting -> psd(setting, Cut.MIDDLE, new Rounds(3)).at(0.5));
    addSetting(cases, "FMM " + name, field, FlowMapMatching::new);
    addSetting(
        cases,
        "iMF " + name,
        field,
        setting -> new ImprovedMeanFlow(setting, 0.5, new RowWeight.Adaptive(0.3, 1)));
    for (double share : new double[] {0, 0.37, 1}) {
      addSetting(
          cases,
          "AlphaFlow " + name + " at " + share,
          field,
          setting -> new AlphaFlow(setting, 0.3, AlphaFlow.Fall.DEFAULT).at(share));
    }
    for (AlignYourFlow.Kind kind : AlignYourFlow.Kind.values()) {
      addSetting(
          cases,
          "Align Your Flow " + kind + " " + name,
          field,
          setting -> new AlignYourFlow(setting, kind, 0.25, 0.9, new RowWeight.Normalized(3)));
    }
    addSetting(cases, "cycle " + name, field, CycleConsistency::new);
    addSetting(
        cases,
        "RCGM " + name,
        field,
        setting ->
            new RecursiveConsistency(setting, 0.5, 0.05, RecursiveConsistency.Weight.PUBLISHED));
    for (double share : new double[] {0.2, 0.8}) {
      addSetting(
          cases,
          "TwinFlow " + name + " at " + share,
          field,
          setting -> new TwinFlow(setting, 0.5, 0.05, SecondBranch.of(setting.model())).at(share));
      addSetting(
          cases,
          "FlowConsist " + name + " at " + share,
          field,
          setting -> new FlowConsist(setting, 0.5, SecondBranch.of(setting.model())).at(share));
    }
  }

  private static Setting free(Network network, DType type) {
    JointFlowMap map = Students.map(network);
    return new Setting(map, new Instantaneous.Data(map), Students.data(type));
  }

  private static Objective psd(Setting setting, Cut cut, Rounds rounds) {
    return new ProgressiveSelfDistillation(setting, 0.5, cut, rounds);
  }

  private static void addSetting(
      List<Case> cases,
      String name,
      Function<JointFlowMap, Function<DType, Instantaneous>> field,
      Function<Setting, Objective> make) {
    addMap(
        cases,
        name,
        (map, type) ->
            make.apply(new Setting(map, field.apply(map).apply(type), Students.data(type))));
  }

  private static void addFlowMatching(List<Case> cases, String name, FlowMatching.Options options) {
    cases.add(
        new Case(
            "flow matching " + name,
            type -> {
              Network network = Students.network(D, false, type, 1);
              return new Trained(
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
              return new Trained(new DeterminantLink(free(network, type)), network);
            }));
    for (int outputs = D; outputs <= D + 1; outputs++) {
      int columns = outputs;
      cases.add(
          new Case(
              "CTM" + (outputs == D ? ", no divergence" : ""),
              type -> {
                Network network = Students.network(columns, true, type, 1);
                NetworkFlowMap map = Students.map(network);
                Instantaneous teacher = new Instantaneous.Teacher(Students.teacher(type));
                return new Trained(
                    new ConsistencyTrajectory(
                        new Setting(map, teacher, Students.data(type)),
                        map.apart(),
                        new ConsistencyTrajectory.Options(6, 3, 0.5)),
                    network);
              }));
    }
    cases.add(
        new Case(
            "LSD with a cycle",
            type -> {
              Network network = Students.network(D + 1, true, type, 1);
              Setting setting = free(network, type);
              WeightedSum.Extra cycle =
                  new WeightedSum.Extra(new CycleConsistency(setting), 0.5, 0.25);
              return new Trained(
                  new WeightedSum(new LsdF2d2(setting), List.of(cycle)).at(0.5), network);
            }));
    TimeLaw late = new TimeLaw.TowardData(0.005);
    ProbabilityPath linear = new ProbabilityPath.Linear();
    ProbabilityPath round = new ProbabilityPath.VariancePreserving();
    addFlowMatching(cases, "plain", new FlowMatching.Options(linear, new TimeLaw.Uniform(), 0));
    addFlowMatching(cases, "averaged", new FlowMatching.Options(linear, late, 9));
    addFlowMatching(cases, "on another path", new FlowMatching.Options(round, late, 9));
    addMethods(
        cases, "with teacher", map -> type -> new Instantaneous.Teacher(Students.teacher(type)));
    addMethods(cases, "from data", map -> type -> new Instantaneous.Data(map));
    addMap(
        cases,
        "trajectory regression",
        (map, type) ->
            new TrajectoryRegression(
                map,
                Students.trajectories(Students.teacher(type), type),
                TrajectoryRegression.Options.DEFAULT));
    cases.add(
        new Case(
            "potential regression",
            type -> {
              Network network = Students.network(1, false, type, 1);
              return new Trained(
                  new PotentialRegression(
                      new NetworkPotential(network),
                      Students.trajectories(Students.teacher(type), type),
                      new PotentialRegression.Options(0.5, 1)),
                  network);
            }));
    return cases.stream();
  }

  @ParameterizedTest
  @MethodSource("objectives")
  void theLossIsOneFiniteNumberWithAGradient(Case c) {
    for (DType type : List.of(DType.FLOAT32, DType.FLOAT64)) {
      Trained trained = c.make().apply(type);
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

  @ParameterizedTest
  @MethodSource("objectives")
  void sameRandomNumbersGiveTheSameBits(Case c) {
    Trained trained = c.make().apply(DType.FLOAT32);
    assertEquals(trained.loss(16, 5).item(), trained.loss(16, 5).item());
    assertNotEquals(trained.loss(16, 5).item(), trained.loss(16, 6).item());
    assertArrayEquals(trained.gradient(16, 5).toFloats(), trained.gradient(16, 5).toFloats());
    assertEquals(
        c.make().apply(DType.FLOAT32).loss(16, 5).item(), trained.loss(16, 5).item(), "made anew");
  }

  @ParameterizedTest
  @MethodSource("objectives")
  void theGradientLowersTheLoss(Case c) {
    Trained trained = c.make().apply(DType.FLOAT64);
    double before = trained.loss(400, 7).item();
    double least = before;
    for (int step = 0; step < 60; step++) {
      Tensor gradient = trained.gradient(400, 7);
      double size = Math.max(1, gradient.square().sum().sqrt().item());
      trained.network().parameters().flat().detach().addInPlace(gradient, -0.02 / size);
      least = Math.min(least, trained.loss(400, 7).item());
    }
    // A normalised error weighs nearly the same however small it gets.
    double most = c.name().startsWith("Align Your Flow") ? 0.993 : 0.97;
    assertTrue(least < most * before, c + ": " + before + " -> " + least);
  }

  @Test
  void aMapWithoutADivergenceIsTrainedOnItsVelocityOnly() {
    DType type = DType.FLOAT64;
    JointFlowMap map = Students.map(type);
    JointFlowMap part = new Students.VelocityOnly(map);
    assertFalse(part.hasDivergence());
    JointError uOnly = new JointError(0);
    Instantaneous field = new Instantaneous.Teacher(Students.teacher(type));
    TrainingRows data = Students.data(type);
    Trajectories solved = Students.trajectories(Students.teacher(type), type);
    TrajectoryRegression.Options o = new TrajectoryRegression.Options(0, 0.5, 0.6, true);
    List<Function<JointFlowMap, Objective>> makers =
        List.of(
            m -> new LsdF2d2(new Setting(m, field, data, uOnly)),
            m -> new MeanFlowF2d2(new Setting(m, field, data, uOnly), 0.25, RowWeight.EQUAL),
            m -> new ShortcutF2d2(new Setting(m, field, data, uOnly), 5),
            m ->
                new EulerianSelfDistillation(
                    new Setting(m, field, data, uOnly), 0.5, RowWeight.EQUAL),
            m -> psd(new Setting(m, field, data, uOnly), Cut.UNIFORM, Rounds.NONE),
            m -> new FlowMapMatching(new Setting(m, field, data, uOnly)),
            m -> new ImprovedMeanFlow(new Setting(m, field, data, uOnly), 0.5, RowWeight.EQUAL),
            m -> new AlphaFlow(new Setting(m, field, data, uOnly), 0.5, 0.3),
            m -> new AlignYourFlow(new Setting(m, field, data, uOnly), AlignYourFlow.Kind.EMD, 0.3),
            m -> new CycleConsistency(new Setting(m, field, data, uOnly)),
            m ->
                new RecursiveConsistency(
                    new Setting(m, field, data, uOnly),
                    0.5,
                    0.05,
                    RecursiveConsistency.Weight.PUBLISHED),
            m ->
                new TwinFlow(new Setting(m, field, data, uOnly), 0.5, 0.05, Students.teacher(type))
                    .at(1),
            m ->
                new FlowConsist(new Setting(m, field, data, uOnly), 0.5, Students.teacher(type))
                    .at(1),
            m -> new TrajectoryRegression(m, solved, o));
    for (Function<JointFlowMap, Objective> make : makers) {
      double whole = make.apply(map).loss(20, new Rng(8)).item();
      double velocity = make.apply(part).loss(20, new Rng(8)).item();
      assertEquals(whole, velocity, 1e-13 * whole);
    }
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
      assertThrows(IllegalArgumentException.class, () -> new ShortcutF2d2(setting, levels));
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
