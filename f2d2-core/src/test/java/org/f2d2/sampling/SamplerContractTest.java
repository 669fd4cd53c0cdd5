package org.f2d2.sampling;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.example.TwoHalves;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.f2d2.flow.ButcherTableau;
import org.f2d2.flow.FramedVelocity;
import org.f2d2.flow.GaussianFlow;
import org.f2d2.flow.GaussianFrame;
import org.f2d2.flow.GaussianPrior;
import org.f2d2.flow.OdeSolver;
import org.f2d2.flow.RotatedGaussianFlow;
import org.f2d2.flow.SinhFlow;
import org.f2d2.flow.TimeGrid;
import org.f2d2.net.Mlp;
import org.f2d2.plain.FourierFeatures;
import org.f2d2.plain.MlpArchitecture;
import org.f2d2.plain.TimeEmbedding;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.RowChunks;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every sampler has to satisfy. */
class SamplerContractTest {

  private static final GaussianPrior PRIOR = new GaussianPrior(0.8);
  private static final SinhFlow FLOW = SinhFlow.DEFAULT;
  private static final RowChunks CHUNKS = new RowChunks(7);
  private static final TimeGrid GRID = TimeGrid.of(0, 0.2, 1);
  private static final OdeSolver RK4 = new OdeSolver.FixedStep(ButcherTableau.RK4, 60);
  private static final OdeSolver ADAPTIVE =
      new OdeSolver.Adaptive(ButcherTableau.DORMAND_PRINCE, 1e-8, 1000);
  private static final JumpSampler JUMPS = new JumpSampler(FLOW, PRIOR, GRID, CHUNKS);

  /**
   * A sampler.
   *
   * @param truth the log-density of its model at points; empty where it has no log-density
   */
  record Case(String name, Sampler sampler, Optional<Function<Tensor, double[]>> truth) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Case scored(String name, Sampler sampler) {
    return new Case(name, sampler, Optional.of(x -> FLOW.logDensity(x, PRIOR)));
  }

  static Stream<Case> cases() {
    RotatedGaussianFlow base =
        new RotatedGaussianFlow(
            GaussianFlow.of(new double[] {0.4, -1}, new double[] {0.3, 2}, 1),
            Tensor.of(new double[] {0.6, 0.8, -0.8, 0.6}, 2, 2).outliveScopes());
    // A network that starts with zeros corrects nothing: the flow is that of the base.
    Mlp zero =
        Mlp.random(
            new MlpArchitecture(2, 2, 4, 1, new TimeEmbedding(2), new FourierFeatures(0), false, 0),
            DType.FLOAT64,
            new Rng(1));
    FramedVelocity framed = new FramedVelocity(zero, new GaussianFrame(base));
    return Stream.of(
        scored("ODE", new OdeSampler(FLOW, PRIOR, RK4, CHUNKS)),
        scored("adaptive ODE", new OdeSampler(FLOW, PRIOR, ADAPTIVE, CHUNKS)),
        scored("jumps", JUMPS),
        scored("self-guidance", new SelfGuidance(JUMPS, 0.05)),
        scored("chain", new KernelChain(new JumpKernel(FLOW), PRIOR, GRID, new Rng(5), CHUNKS)),
        scored(
            "chain of the example of the documents",
            new KernelChain(new TwoHalves(new JumpKernel(FLOW)), PRIOR, GRID, new Rng(5), CHUNKS)),
        new Case(
            "in a frame",
            new FramedSampler(framed, RK4, CHUNKS),
            Optional.of(x -> base.logDensity(x, 1).toDoubles())),
        new Case("γ", new GammaSampler(FLOW, GRID, 0.5, new Rng(5), CHUNKS), Optional.empty()));
  }

  private static Tensor noise(Sampler sampler, int n, DType type) {
    return sampler.prior().draw(n, sampler.dimensions(), type, new Rng(2));
  }

  /** Networks have a type of their own. */
  private static DType type(Case c) {
    return c.name().equals("in a frame") ? DType.FLOAT64 : DType.FLOAT32;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theLogDensityIsThatOfTheModelAtThePoint(Case c) {
    try (Scope scope = Scope.open()) {
      Tensor z = noise(c.sampler(), 30, DType.FLOAT64);
      if (c.truth().isEmpty()) {
        assertThrows(UnsupportedOperationException.class, () -> c.sampler().scoredFrom(z));
        return;
      }
      Sampler.ScoredSample sample = c.sampler().scoredFrom(z);
      assertArrayEquals(c.truth().get().apply(sample.points()), sample.logDensity(), 1e-7);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void scoringDoesNotChangeThePoints(Case c) {
    if (c.truth().isEmpty()) {
      return;
    }
    try (Scope scope = Scope.open()) {
      Sampler.Sample plain = c.sampler().sample(30, type(c), new Rng(1));
      Sampler.ScoredSample scored = c.sampler().sampleScored(30, type(c), new Rng(1));
      assertEquals(type(c), plain.points().type());
      // An adaptive solver takes other steps with a log-density than without.
      boolean adaptive = c.name().startsWith("adaptive");
      double allowed = adaptive ? 1e-5 : 0;
      assertArrayEquals(plain.points().toDoubles(), scored.points().toDoubles(), allowed);
      assertTrue(adaptive || plain.calls().equals(scored.calls()));
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void noRowsAndWrongRows(Case c) {
    try (Scope scope = Scope.open()) {
      Sampler sampler = c.sampler();
      assertArrayEquals(
          new long[] {0, 2}, sampler.sample(0, DType.FLOAT64, new Rng(1)).points().shape());
      Tensor wrong = Tensor.zeros(DType.FLOAT64, 3, 4);
      assertThrows(IllegalArgumentException.class, () -> sampler.from(wrong));
      if (c.truth().isPresent()) {
        assertThrows(IllegalArgumentException.class, () -> sampler.scoredFrom(wrong));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theFirstPointsDoNotDependOnTheirNumber(Case c) {
    try (Scope scope = Scope.open()) {
      double[] many = c.sampler().sample(40, type(c), new Rng(1)).points().toDoubles();
      for (int n : new int[] {1, 10, 39}) {
        double[] few = c.sampler().sample(n, type(c), new Rng(1)).points().toDoubles();
        assertArrayEquals(Arrays.copyOf(many, 2 * n), few, 1e-5, n + " points");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theSameNoiseGivesTheSamePointsAndStaysAsItIs(Case c) {
    try (Scope scope = Scope.open()) {
      Tensor z = noise(c.sampler(), 10, DType.FLOAT64);
      double[] before = z.toDoubles();
      double[] points = c.sampler().from(z).points().toDoubles();
      assertArrayEquals(points, c.sampler().from(z).points().toDoubles());
      assertArrayEquals(before, z.toDoubles());
      if (c.truth().isPresent()) {
        c.sampler().scoredFrom(z);
        assertArrayEquals(before, z.toDoubles());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void itSaysWhatItCost(Case c) {
    try (Scope scope = Scope.open()) {
      int forward = c.sampler().from(noise(c.sampler(), 10, DType.FLOAT64)).calls().forward();
      int expected =
          switch (c.name()) {
            case "ODE", "in a frame" -> 240;
            case "adaptive ODE" -> forward / 6 * 6 + 1;
            case "self-guidance" -> 3;
            case "chain of the example of the documents" -> 4;
            default -> 2;
          };
      assertEquals(expected, forward);
    }
  }
}
