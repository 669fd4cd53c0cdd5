package org.f2d2.sampling;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.f2d2.energy.EnergyCheck;
import org.f2d2.energy.GeometricPath;
import org.f2d2.energy.reference.HamiltonianMonteCarlo;
import org.f2d2.energy.weights.Resampling;
import org.f2d2.error.F2d2Exception;
import org.f2d2.error.OptionException;
import org.f2d2.metric.EffectiveSampleSize;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;

/**
 * Sequential Monte Carlo along a {@link GeometricPath}, with particles that a velocity may carry
 * ("Neural Flow Samplers with Shortcut Models", arXiv 2502.07337; Del Moral, Doucet and Jasra,
 * "Sequential Monte Carlo samplers", 2006). From time t to t + h,
 *
 * <pre>
 *   move         x' = X_{t,t+h}(x)
 *   weight       log w += log r_{t+h}(x') - log r_t(x) + log |det ∂x'/∂x|
 *   resample     where the effective share is below a threshold:  log Ẑ += log mean w,  w = 1
 *   rejuvenate   by Hamiltonian Monte Carlo, which leaves r_{t+h} as it is
 * </pre>
 *
 * <p>Without a move this is annealed importance sampling with resampling; with the path's own
 * velocity all weights are equal. Ẑ is unbiased where every move is one to one. Steps of the chains
 * are fitted in a run of their own, so that no particle settles the kernel that moves it.
 */
public final class SequentialMonteCarlo {

  /** Groups of particles that go together, whatever the number of threads. */
  private static final int PARTS = 4;

  /** The stream that settles copies, beside those of the parts. */
  private static final int RESAMPLING = -1;

  /** The share of proposals that should be accepted. */
  private static final double WANTED = 0.75;

  /** Of the particles, in the run that fits the steps; and at least so many. */
  private static final int PILOT_ONE_IN = 8;

  private static final int LEAST_PILOTS = 64;

  /** Rejuvenations of that run for each of the others, in which it adapts. */
  private static final int TRIALS = 4;

  private static final double FIRST_STEP = 0.3;

  /** How fast the step follows what is accepted. */
  private static final double GAIN = 1.5;

  /** Beyond it a square overflows in single precision. */
  private static final double FARTHEST = 1e15;

  /** As the numbers of all particles must fit into an array. */
  private static final long MOST_NUMBERS = 500_000_000L;

  /**
   * Options.
   *
   * @param particles N, at least 2
   * @param steps from time 0 to 1, of equal length; at least 1
   * @param threshold effective share below which is resampled, in [0, 1]; 0 for never
   * @param resampling how
   * @param moves of Hamiltonian Monte Carlo after each step; 0 for none
   * @param leapfrog most leapfrog steps of a move; 1 is MALA
   * @param seed of all draws
   */
  public record Options(
      int particles,
      int steps,
      double threshold,
      Resampling resampling,
      int moves,
      int leapfrog,
      long seed) {

    /** A thousand particles in 128 steps, with a move of up to three leapfrog steps after each. */
    public static final Options DEFAULT =
        new Options(1000, 128, 0.5, Resampling.SYSTEMATIC, 1, 3, 0);

    /** Checks the numbers. */
    public Options {
      require("particles", particles, 2);
      require("steps", steps, 1);
      require("moves", moves, 0);
      require("leapfrog", leapfrog, 1);
      if (!(threshold >= 0 && threshold <= 1)) {
        throw new OptionException("threshold", "must lie in [0, 1], got " + threshold);
      }
    }

    private static void require(String option, int value, int least) {
      if (value < least) {
        throw new OptionException(option, "must be at least " + least + ", got " + value);
      }
    }

    /** The same with other numbers of particles and steps. */
    public Options with(int otherParticles, int otherSteps) {
      return new Options(otherParticles, otherSteps, threshold, resampling, moves, leapfrog, seed);
    }

    /** The same without resampling and without chains: the weights are those of the moves alone. */
    public Options withoutChains() {
      return new Options(particles, steps, 0, resampling, 0, leapfrog, seed);
    }

    /** The same with another seed. */
    public Options withSeed(long other) {
      return new Options(particles, steps, threshold, resampling, moves, leapfrog, other);
    }
  }

  /** Works on parts 0, ..., parts - 1, on however many threads, and returns what they give. */
  @FunctionalInterface
  public interface Parts {
    /** Results in the order of the parts. */
    <T> List<T> map(int parts, IntFunction<T> work);
  }

  /**
   * What a step says of itself.
   *
   * @param time at which it ended
   * @param effectiveShare of the weights before any resampling
   * @param resampled whether there was any
   * @param logNormaliser log Ẑ so far, in nats
   * @param acceptance mean over the moves; NaN without any
   */
  public record Step(
      double time,
      double effectiveShare,
      boolean resampled,
      double logNormaliser,
      double acceptance) {}

  /**
   * Particles.
   *
   * @param time that they are at
   * @param points row-major, in the coordinates of the path
   * @param energies of the target, E
   * @param logWeights since the last resampling, nats
   */
  public record Particles(double time, double[] points, double[] energies, double[] logWeights) {

    /** As many points again, drawn by their weights. */
    public double[] drawn(SplittableRandom random) {
      int[] copies = copies(Resampling.SYSTEMATIC, logWeights, random);
      return copied(points, copies, points.length / logWeights.length);
    }
  }

  /**
   * The end of a run.
   *
   * @param particles at time 1
   * @param steps one after the other
   */
  public record Run(Particles particles, List<Step> steps) {
    /** log Ẑ of the target, nats. */
    public double logNormaliser() {
      return steps.get(steps.size() - 1).logNormaliser();
    }
  }

  /** Sees the particles at time 0 and after each step. */
  @FunctionalInterface
  public interface Observer {
    /** Takes what is not going to change. */
    void see(Particles particles);
  }

  private final GeometricPath path;
  private final Optional<TransitionKernel> kernel;
  private final Options options;
  private final Parts parts;

  /**
   * A sampler.
   *
   * @param kernel that carries the particles and knows its divergence; empty where they stand still
   * @throws F2d2Exception when the particles do not fit into memory
   */
  public SequentialMonteCarlo(
      GeometricPath path, Optional<TransitionKernel> kernel, Options options, Parts parts) {
    if ((long) options.particles() * path.target().dimensions() > MOST_NUMBERS) {
      throw new F2d2Exception(
          options.particles()
              + " particles of "
              + path.target().dimensions()
              + " coordinates do not fit into memory");
    }
    this.path = path;
    this.kernel = kernel;
    this.options = options;
    this.parts = parts;
  }

  /** Runs from noise to the target. */
  public Run run() {
    return run(particles -> {});
  }

  /** {@link #run()}, seen by somebody. */
  public Run run(Observer observer) {
    double[] lengths = new double[options.steps()];
    Arrays.fill(lengths, FIRST_STEP);
    if (options.moves() > 0) {
      int pilots = Math.max(LEAST_PILOTS, options.particles() / PILOT_ONE_IN);
      Options few = options.with(pilots, options.steps()).withSeed(~options.seed());
      new SequentialMonteCarlo(path, kernel, few, parts).run(lengths, TRIALS, p -> {});
    }
    return run(lengths, 1, observer);
  }

  /** Numbers of some particles after a move. */
  private record Moved(double[] points, double[] energies, double[] increments, double accepted) {}

  /**
   * A run.
   *
   * @param lengths steps of the chains at each time
   * @param trials rejuvenations of each step; of more than one, all adapt
   */
  private Run run(double[] lengths, int trials, Observer observer) {
    int n = options.particles();
    int d = path.target().dimensions();
    double[] points = noise(n, d);
    double[] energies = new double[n];
    path.target().values(points, energies);
    double[] logWeights = new double[n];
    double settled = 0;
    List<Step> steps = new ArrayList<>();
    observer.see(new Particles(0, points, energies, logWeights));
    for (int k = 0; k < options.steps(); k++) {
      double from = (double) k / options.steps();
      double to = (k + 1.0) / options.steps();
      double[] start = points;
      double[] startEnergies = energies;
      List<Moved> moved =
          each(n, (a, b) -> moved(rows(start, a, b, d), startEnergies, a, from, to));
      points = joined(moved, Moved::points, n * d);
      energies = joined(moved, Moved::energies, n);
      double[] increments = joined(moved, Moved::increments, n);
      double[] weights = logWeights.clone();
      Arrays.setAll(weights, i -> weights[i] + increments[i]);
      logWeights = weights;
      double share = EffectiveSampleSize.share(weights);
      double logMean = logMean(weights);
      boolean resampled = share < options.threshold() && k + 1 < options.steps();
      SplittableRandom random = random(k, RESAMPLING);
      if (resampled) {
        int[] copies = copies(options.resampling(), weights, random);
        points = copied(points, copies, d);
        energies = copied(energies, copies, 1);
        logWeights = new double[n];
        settled += logMean;
      }
      double accepted = Double.NaN;
      for (int trial = 0; trial < trials && options.moves() > 0; trial++) {
        double[] at = points;
        double[] atEnergies = energies;
        double length = lengths[k];
        int draw = k * trials + trial;
        List<Moved> chains =
            each(
                n,
                (a, b) ->
                    rejuvenated(
                        rows(at, a, b, d), rows(atEnergies, a, b, 1), to, length, random(draw, a)));
        points = joined(chains, Moved::points, n * d);
        energies = joined(chains, Moved::energies, n);
        accepted = chains.stream().mapToDouble(Moved::accepted).sum() / n / options.moves();
        if (trials > 1) {
          lengths[k] = length * Math.exp(GAIN * (accepted - WANTED));
        }
      }
      if (trials > 1 && k + 1 < lengths.length) {
        lengths[k + 1] = lengths[k];
      }
      steps.add(new Step(to, share, resampled, resampled ? settled : settled + logMean, accepted));
      observer.see(new Particles(to, points, energies, logWeights));
    }
    return new Run(new Particles(1, points, energies, logWeights), List.copyOf(steps));
  }

  private double[] noise(int n, int d) {
    try (Scope scope = Scope.open()) {
      Rng rng = new Rng(options.seed()).derive(41);
      return rng.normalRows(DType.FLOAT32, n, d).toDoubles();
    }
  }

  // Seeds that follow each other would give streams that are each other's, a draw later.
  private SplittableRandom random(int step, int part) {
    long mixed = new SplittableRandom(options.seed()).nextLong();
    long own = (long) step << 32 | Integer.toUnsignedLong(part);
    return new SplittableRandom(new SplittableRandom(mixed ^ own).nextLong());
  }

  /** Work on the particles from a to b. */
  @FunctionalInterface
  private interface Range {
    Moved on(int a, int b);
  }

  private List<Moved> each(int n, Range work) {
    int count = Math.min(PARTS, n);
    return parts.map(
        count, p -> work.on((int) ((long) p * n / count), (int) ((p + 1L) * n / count)));
  }

  private Moved moved(double[] points, double[] energies, int first, double from, double to) {
    int d = path.target().dimensions();
    int n = points.length / d;
    double[] landed = points;
    double[] logVolume = new double[n];
    if (kernel.isPresent()) {
      try (Scope scope = Scope.open()) {
        Tensor x = Tensor.of(points, DType.FLOAT32, n, d);
        Rng rng = new Rng(options.seed()).derive(first, Double.doubleToLongBits(to));
        TransitionKernel.Step step = Autograd.noGrad(() -> kernel.get().step(x, from, to, rng));
        landed = step.points().toDoubles();
        logVolume = step.info().divergence().orElseThrow().toDoubles();
      }
    }
    // A point that a network cannot answer for is nowhere: it goes back, with no weight.
    boolean[] lost = new boolean[n];
    for (int i = 0; i < n * d; i++) {
      lost[i / d] |= !(Math.abs(landed[i]) < FARTHEST);
    }
    for (int i = 0; i < n; i++) {
      if (lost[i]) {
        System.arraycopy(points, i * d, landed, i * d, d);
      }
    }
    double[] reached = new double[n];
    path.target().values(landed, reached);
    double[] increments = new double[n];
    for (int i = 0; i < n; i++) {
      EnergyCheck.requireNumber(path.target(), reached[i]);
      double before = path.logDensity(square(points, i, d), energies[first + i], from);
      double after = path.logDensity(square(landed, i, d), reached[i], to);
      double change = after - before + logVolume[i];
      increments[i] =
          lost[i] || !(change < Double.POSITIVE_INFINITY) ? Double.NEGATIVE_INFINITY : change;
    }
    return new Moved(landed, reached, increments, 0);
  }

  private Moved rejuvenated(
      double[] points, double[] energies, double time, double length, SplittableRandom random) {
    int d = path.target().dimensions();
    HamiltonianMonteCarlo chain = new HamiltonianMonteCarlo(path.at(time), options.leapfrog());
    double[] moved = points.clone();
    double[] reached = energies.clone();
    double accepted = 0;
    for (int i = 0; i < reached.length; i++) {
      if (reached[i] == Double.POSITIVE_INFINITY) {
        continue;
      }
      HamiltonianMonteCarlo.State state =
          new HamiltonianMonteCarlo.State(path.at(time), rows(points, i, i + 1, d));
      for (int m = 0; m < options.moves(); m++) {
        accepted += chain.move(state, 1, length, random);
      }
      System.arraycopy(state.x(), 0, moved, i * d, d);
      // Back from -log r: the same to rounding, without another look at the target.
      double share = path.share(time);
      double prior = (1 - share) * path.logPrior(square(moved, i, d));
      reached[i] = (state.energy() + prior) / share;
    }
    return new Moved(moved, reached, new double[0], accepted);
  }

  private static int[] copies(Resampling resampling, double[] logWeights, SplittableRandom random) {
    double largest = Arrays.stream(logWeights).max().orElseThrow();
    double[] weights = Arrays.stream(logWeights).map(w -> Math.exp(w - largest)).toArray();
    return resampling.draw(weights, weights.length, random);
  }

  private static double logMean(double[] logWeights) {
    double largest = Arrays.stream(logWeights).max().orElseThrow();
    return largest
        + Math.log(
            Arrays.stream(logWeights).map(w -> Math.exp(w - largest)).average().orElseThrow());
  }

  private static double square(double[] points, int row, int d) {
    double sum = 0;
    for (int i = row * d; i < (row + 1) * d; i++) {
      sum += points[i] * points[i];
    }
    return sum;
  }

  private static double[] rows(double[] values, int a, int b, int d) {
    return Arrays.copyOfRange(values, a * d, b * d);
  }

  private static double[] copied(double[] values, int[] rows, int d) {
    double[] all = new double[rows.length * d];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(values, rows[i] * d, all, i * d, d);
    }
    return all;
  }

  private static double[] joined(List<Moved> parts, Function<Moved, double[]> of, int size) {
    double[] all = new double[size];
    int at = 0;
    for (Moved part : parts) {
      double[] own = of.apply(part);
      System.arraycopy(own, 0, all, at, own.length);
      at += own.length;
    }
    return all;
  }
}
