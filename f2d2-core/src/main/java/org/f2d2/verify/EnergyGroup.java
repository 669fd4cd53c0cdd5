package org.f2d2.verify;

import static org.f2d2.verify.TestGrid.column;
import static org.f2d2.verify.TestGrid.largest;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.f2d2.energy.Energy;
import org.f2d2.energy.GeometricPath;
import org.f2d2.energy.reference.ChainDiagnostics;
import org.f2d2.energy.weights.ImportanceWeights;
import org.f2d2.energy.weights.Resampling;
import org.f2d2.flow.GaussianPrior;
import org.f2d2.flow.JointFlowMap;
import org.f2d2.flow.TimeGrid;
import org.f2d2.likelihood.InverseJumps;
import org.f2d2.net.Query;
import org.f2d2.objective.NeuralFlowSampler;
import org.f2d2.objective.ReplayBuffer;
import org.f2d2.sampling.DeterminantKernel;
import org.f2d2.sampling.KernelChain;
import org.f2d2.sampling.Sampler;
import org.f2d2.sampling.SequentialMonteCarlo;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.RowChunks;
import org.f2d2.tensor.Tensor;
import org.f2d2.verify.TestGrid.Kind;

/**
 * Samplers of energies: determinants of jumps, jumps undone, weights, diagnostics of chains, the
 * estimator of neural flow samplers, and sequential Monte Carlo. The mistakes are in what the
 * classes are given, so that they make them themselves.
 */
final class EnergyGroup {

  private static final double EXACT = 1e-9;
  private static final RowChunks CHUNKS = new RowChunks(4096);
  private static final TimeGrid GRID = TimeGrid.of(0, 0.3, 0.6, 1);

  private final List<Supplier<Check>> checks = new ArrayList<>();
  private final List<Supplier<Mutant>> mutants = new ArrayList<>();

  private EnergyGroup() {}

  static Verification.Group create() {
    EnergyGroup group = new EnergyGroup();
    group.addDeterminants();
    group.addInverses();
    group.addVelocityEstimator();
    group.addSequential();
    group.addWeights();
    group.addDiagnostics();
    return new Verification.Group("samplers of energies", group.checks, group.mutants);
  }

  private static final Broken.WrongMap RIGHT = (exact, q, before) -> exact.answer(q);

  /** By how much log q of samples by their determinants misses the density of the flow. */
  private static double determinants(Kind kind, Broken.WrongMap wrong) {
    TestGrid grid = TestGrid.of(kind, 1, TestGrid.Direction.FORWARD);
    Tensor z = TestGrid.points(grid.flow().dimensions(), 9);
    Sampler.ScoredSample sample =
        new KernelChain(
                new DeterminantKernel(Broken.map(grid.map(), wrong)),
                GaussianPrior.STANDARD,
                GRID,
                new Rng(0),
                CHUNKS)
            .scoredFrom(z);
    double[] right = grid.flow().logDensity(sample.points(), column(1, z.size(0))).toDoubles();
    double worst = 0;
    for (int i = 0; i < right.length; i++) {
      double miss = Math.abs(right[i] - sample.logDensity()[i]);
      worst = miss <= worst ? worst : miss;
    }
    return worst;
  }

  private void addDeterminants() {
    for (Kind kind : Kind.values()) {
      checks.add(
          () ->
              Check.of(
                  "log q by determinants is log p_1",
                  kind + ", 3 jumps",
                  determinants(kind, RIGHT),
                  EXACT));
    }
    addDeterminantMutant(
        "determinants: minus (t-s) du/dx",
        (exact, q, before) -> Broken.derivative(exact.answer(q), -1));
    addDeterminantMutant(
        "determinants: of the identity",
        (exact, q, before) -> Broken.derivative(exact.answer(q), 0));
    addDeterminantMutant(
        "determinants: half of du/dx",
        (exact, q, before) -> Broken.derivative(exact.answer(q), 0.5));
    addDeterminantMutant(
        "determinants: of the instantaneous velocity",
        (exact, q, before) ->
            new Query.Answer(exact.answer(q).value(), exact.answer(Broken.to(q, q.s())).tangent()));
  }

  private void addDeterminantMutant(String name, Broken.WrongMap wrong) {
    mutants.add(() -> Mutant.of(name, determinants(Kind.MIXTURE, wrong)));
  }

  /** By how much log q at given points, by undoing jumps, misses the density of the flow. */
  private static double inverses(Kind kind, Broken.WrongMap wrong) {
    TestGrid grid = TestGrid.of(kind, 1, TestGrid.Direction.FORWARD);
    Tensor x = TestGrid.points(grid.flow().dimensions(), 9);
    double[] right = grid.flow().logDensity(x, column(1, x.size(0))).toDoubles();
    InverseJumps.Inverted found =
        new InverseJumps(Broken.map(grid.map(), wrong), GaussianPrior.STANDARD, GRID).invert(x);
    double[] logDensity = found.estimate().logDensity();
    double worst = 0;
    for (int i = 0; i < right.length; i++) {
      double miss = Math.abs(right[i] - logDensity[i]);
      worst = miss <= worst ? worst : miss;
    }
    return worst;
  }

  private void addInverses() {
    for (Kind kind : Kind.values()) {
      checks.add(
          () ->
              Check.of(
                  "log q at given points is log p_1",
                  kind + ", 3 jumps undone",
                  inverses(kind, RIGHT),
                  1e-6));
    }
    mutants.add(
        () ->
            Mutant.of(
                "undone jumps: minus (t-s) du/dx",
                inverses(
                    Kind.MIXTURE, (exact, q, before) -> Broken.derivative(exact.answer(q), -1))));
    mutants.add(
        () ->
            Mutant.of(
                "undone jumps: velocity turned",
                inverses(
                    Kind.MIXTURE, (exact, q, before) -> Broken.columns(exact.answer(q), -1, 1))));
  }

  private static final double MEAN = 2;
  private static final double VARIANCE = 0.25;

  /** d log Z/dt at t = 0.4 for β = t: the published -0.21901 without the factor of the noise. */
  private static final double SLOPE = -0.2190082644628099 + 0.5 * Math.log(2 * Math.PI);

  /** exp(-(x - 2)²/(2 · 0.25)) on the line, unnormalised. */
  private record Narrow(double gradientFactor) implements Energy {
    @Override
    public String name() {
      return "narrow";
    }

    @Override
    public int dimensions() {
      return 1;
    }

    @Override
    public double value(double[] x) {
      return (x[0] - MEAN) * (x[0] - MEAN) / (2 * VARIANCE);
    }

    @Override
    public double value(double[] x, double[] gradient) {
      gradient[0] = gradientFactor * (x[0] - MEAN) / VARIANCE;
      return value(x);
    }
  }

  /**
   * The map of the path to {@link Narrow}, whose densities are Gaussians: precision 1 + 3β, mean
   * 8β/(1 + 3β).
   */
  private record NarrowMap(double power) implements JointFlowMap {
    @Override
    public int dimensions() {
      return 1;
    }

    @Override
    public boolean hasDivergence() {
      return true;
    }

    private double[] moments(double t) {
      double share = Math.pow(t, power);
      double precision = 1 + 3 * share;
      return new double[] {8 * share / precision, 1 / Math.sqrt(precision)};
    }

    /** v = m' + s'/s (x - m). */
    @Override
    public Tensor rate(Tensor x, Tensor s, Tensor t) {
      double[] from = s.toDoubles();
      double[] to = t.toDoubles();
      double[] intercept = new double[from.length];
      double[] slope = new double[from.length];
      double[] divergence = new double[from.length];
      for (int i = 0; i < from.length; i++) {
        double[] a = moments(from[i]);
        double[] b = moments(to[i]);
        double h = to[i] - from[i];
        if (h == 0) {
          double rate = power == 1 ? 1 : power * Math.pow(to[i], power - 1);
          double precision = 1 + 3 * Math.pow(to[i], power);
          slope[i] = -1.5 * rate / precision;
          intercept[i] = 8 * rate / (precision * precision) - slope[i] * a[0];
          divergence[i] = slope[i];
        } else {
          slope[i] = (b[1] / a[1] - 1) / h;
          intercept[i] = (b[0] - b[1] / a[1] * a[0]) / h;
          divergence[i] = Math.log(b[1] / a[1]) / h;
        }
      }
      int n = from.length;
      return Tensor.cat(
          1,
          x.mul(Tensor.of(slope, x.type(), n, 1)).add(Tensor.of(intercept, x.type(), n, 1)),
          Tensor.of(divergence, x.type(), n, 1));
    }
  }

  /** Rows of {@link ReplayBuffer} at one time, at points that no density of the path drew. */
  private static ReplayBuffer.Rows rows(Energy energy, double power, double t) {
    double[] points = IntStream.range(0, 200).mapToDouble(i -> -4 + 0.04 * i).toArray();
    ReplayBuffer buffer =
        new ReplayBuffer.Builder(new GeometricPath(energy, power), 1)
            .add(points)
            .add(points)
            .build(DType.FLOAT64);
    return buffer.rows(column(t, 400), new Rng(7));
  }

  /** How far ξ is from d log Z / dt. */
  private static double estimator(ReplayBuffer.Rows rows, JointFlowMap map, double right) {
    Tensor xi = NeuralFlowSampler.xi(map, rows).detach();
    return largest(xi.sub(right));
  }

  private void addVelocityEstimator() {
    checks.add(
        () ->
            Check.of(
                "xi is d log Z/dt at any point",
                "path to a Gaussian, t = 0.4",
                estimator(rows(new Narrow(1), 1, 0.4), new NarrowMap(1), SLOPE),
                1e-10));
    checks.add(
        () -> {
          Tensor xi = NeuralFlowSampler.xi(new NarrowMap(2), rows(new Narrow(1), 2, 0.7));
          return Check.of(
              "xi is the same at any point",
              "the same with a power of 2, t = 0.7",
              largest(xi.detach().sub(xi.detach().mean().item())),
              1e-10);
        });
    addEstimatorMutant(
        "neural flow sampler: divergence missing",
        new Narrow(1),
        1,
        // What does not depend on x has no divergence.
        wrong(
            (exact, q, before) ->
                exact.answer(
                    Broken.from(q, Tensor.of(q.x().toDoubles(), q.x().type(), q.x().shape())))));
    addEstimatorMutant("neural flow sampler: minus the score", new Narrow(-1), 1, new NarrowMap(1));
    addEstimatorMutant(
        "neural flow sampler: velocity of another path", new Narrow(1), 2, new NarrowMap(1));
    addEstimatorMutant(
        "neural flow sampler: 0.7 of the velocity",
        new Narrow(1),
        1,
        wrong((exact, q, before) -> Broken.columns(exact.answer(q), 0.7, 0.7)));
    addEstimatorMutant(
        "neural flow sampler: average velocity",
        new Narrow(1),
        1,
        wrong((exact, q, before) -> exact.answer(Broken.to(q, q.s().mul(0)))));
  }

  private static JointFlowMap wrong(Broken.WrongMap how) {
    return Broken.map(new NarrowMap(1), how);
  }

  private void addEstimatorMutant(String name, Energy energy, double power, JointFlowMap map) {
    mutants.add(() -> Mutant.of(name, estimator(rows(energy, power, 0.4), map, SLOPE)));
  }

  private static final SequentialMonteCarlo.Parts HERE =
      new SequentialMonteCarlo.Parts() {
        @Override
        public <T> List<T> map(int parts, IntFunction<T> work) {
          return IntStream.range(0, parts).mapToObj(work).toList();
        }
      };

  /** How far log Ẑ of particles is from the right one, and how unequal their weights are. */
  private static double sequential(Optional<JointFlowMap> map, double power) {
    SequentialMonteCarlo.Run run =
        new SequentialMonteCarlo(
                new GeometricPath(new Narrow(1), power),
                map.map(DeterminantKernel::new),
                new SequentialMonteCarlo.Options(64, 4, 0, Resampling.SYSTEMATIC, 0, 1, 3),
                HERE)
            .run();
    double[] w = run.particles().logWeights();
    double spread = Arrays.stream(w).max().orElseThrow() - Arrays.stream(w).min().orElseThrow();
    double right = 0.5 * Math.log(2 * Math.PI * VARIANCE);
    return Math.max(Math.abs(run.logNormaliser() - right), spread);
  }

  private void addSequential() {
    for (double power : new double[] {1, 2}) {
      checks.add(
          () ->
              Check.of(
                  "particles of the exact map weigh the same",
                  "path to a Gaussian of power " + power,
                  sequential(Optional.of(new NarrowMap(power)), power),
                  // Points are in single precision.
                  1e-4));
    }
    mutants.add(
        () ->
            Mutant.of(
                "sequential Monte Carlo: minus log |det|",
                sequential(
                    Optional.of(
                        wrong((exact, q, before) -> Broken.derivative(exact.answer(q), -1))),
                    1)));
    mutants.add(
        () ->
            Mutant.of(
                "sequential Monte Carlo: no determinant",
                sequential(
                    Optional.of(wrong((exact, q, before) -> Broken.derivative(exact.answer(q), 0))),
                    1)));
    mutants.add(
        () ->
            Mutant.of(
                "sequential Monte Carlo: jumps of the instantaneous velocity",
                sequential(
                    Optional.of(wrong((exact, q, before) -> exact.answer(Broken.to(q, q.s())))),
                    1)));
  }

  /** How many standard errors log Ẑ is off for a proposal 1.2 times as wide as N(0, I). */
  private static double weights(double sign) {
    SplittableRandom random = new SplittableRandom(4);
    int n = 20_000;
    double[] target = new double[n];
    double[] density = new double[n];
    for (int i = 0; i < n; i++) {
      for (int c = 0; c < 2; c++) {
        double z = random.nextGaussian();
        double x = 1.2 * z;
        target[i] += -0.5 * x * x - 0.5 * Math.log(2 * Math.PI);
        density[i] += -0.5 * z * z - 0.5 * Math.log(2 * Math.PI) - Math.log(1.2);
      }
    }
    if (sign < 0) {
      double[] swapped = target;
      target = density;
      density = swapped;
    }
    ImportanceWeights weights = ImportanceWeights.of(target, density);
    return Math.abs(weights.logNormaliser()) / weights.logNormaliserError();
  }

  private void addWeights() {
    checks.add(
        () ->
            Check.of(
                "log Z of a proposal 1.2 times as wide is 0, in standard errors",
                "2-D normal, 20000 draws",
                weights(1),
                3));
    mutants.add(
        () -> {
          double errors = weights(-1);
          return new Mutant("weights: sign turned", errors, 3, errors > 3);
        });
  }

  private static double[][] chains(double shift, double drift) {
    double[][] chains = new double[4][1000];
    for (int c = 0; c < chains.length; c++) {
      SplittableRandom random = new SplittableRandom(c);
      for (int i = 0; i < chains[c].length; i++) {
        chains[c][i] = random.nextGaussian() + shift * c + drift * i / chains[c].length;
      }
    }
    return chains;
  }

  private void addDiagnostics() {
    checks.add(
        () ->
            Check.of(
                "split R-hat of independent draws is 1",
                "4 chains of 1000",
                Math.abs(ChainDiagnostics.splitRhat(chains(0, 0)) - 1),
                0.01));
    checks.add(
        () ->
            Check.of(
                "bulk ESS of independent draws is their number",
                "4 chains of 1000",
                Math.abs(ChainDiagnostics.bulkEss(chains(0, 0)) / 4000 - 1),
                0.1));
    mutants.add(
        () ->
            Mutant.of(
                "diagnostics: chains at different places",
                ChainDiagnostics.splitRhat(chains(1, 0)) - 1));
    mutants.add(
        () ->
            Mutant.of(
                "diagnostics: chains that drift together",
                ChainDiagnostics.splitRhat(chains(0, 2)) - 1));
  }
}
