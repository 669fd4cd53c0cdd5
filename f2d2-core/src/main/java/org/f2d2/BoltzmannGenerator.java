package org.f2d2;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.f2d2.domain.Domain;
import org.f2d2.domain.configuration.ConfigurationDomain;
import org.f2d2.domain.configuration.Configurations;
import org.f2d2.energy.Energy;
import org.f2d2.energy.systems.Target;
import org.f2d2.error.F2d2Exception;
import org.f2d2.error.OptionException;
import org.f2d2.flow.Calls;
import org.f2d2.flow.GaussianPrior;
import org.f2d2.flow.LearnedFlowMap;
import org.f2d2.flow.TimeGrid;
import org.f2d2.likelihood.Injectivity;
import org.f2d2.metric.EffectiveSampleSize;
import org.f2d2.sampling.DeterminantKernel;
import org.f2d2.sampling.JumpSampler;
import org.f2d2.sampling.KernelChain;
import org.f2d2.sampling.Sampler;
import org.f2d2.score.Nfe;
import org.f2d2.tensor.Rng;
import org.f2d2.train.FittedFlow;
import org.f2d2.train.WorkerPool;

/**
 * A model that draws from a target and says with what density, so that its samples can be weighted
 * (Noé et al., "Boltzmann generators", 2019).
 *
 * <pre>{@code
 * try (DensityModel model = DensityModel.load(Path.of("dw4"))) {
 *   BoltzmannSamples samples =
 *       new BoltzmannGenerator(model).sample(10_000, 4, BoltzmannGenerator.Density.JACOBIAN, 0);
 *   ImportanceWeights weights = ImportanceWeights.of(samples.logWeights());
 * }
 * }</pre>
 *
 * <p>It lives as long as the model does, and any number of threads may use it.
 */
public final class BoltzmannGenerator {

  /** Samples whose jumps are looked at, of each draw. */
  private static final int LOOKED_AT = 1000;

  /** Where the log-density of a sample comes from. */
  public enum Density {
    /** From the determinants of its jumps: exact where these are one to one. */
    JACOBIAN,
    /** From the divergence head, one evaluation a jump; off by what the head is. */
    HEAD,
    /** From the model's own ODE, which is solved in place of the jumps. */
    ODE
  }

  private static final int MOST_JUMPS = 1024;

  /** See {@link #grid}. */
  private static final List<Double> POWERS = List.of(0.7, 1.0, 1.2, 1.4, 1.6, 1.8);

  private static final int PILOTS = 2000;
  private static final int PILOT_COLUMNS = 32_000;
  private static final int LEAST_PILOTS = 200;
  private static final long PILOT_SEED = 0x5EED_0F_71A5L;

  /** Of more jumps the times lie like those of so many. */
  private static final int MOST_TRIED = 16;

  private final Map<Integer, TimeGrid> grids = new ConcurrentHashMap<>();

  private final DensityModel model;
  private final FittedFlow flow;
  private final ConfigurationDomain domain;
  private final Energy energy;
  private final WorkerPool pool;

  /**
   * That of a model of one of the known targets.
   *
   * @throws F2d2Exception when the model is not of configurations, or its target is unknown
   */
  public BoltzmannGenerator(DensityModel model) {
    this(model, Target.of(domain(model).target()).energy().get());
  }

  /**
   * That of a model and its target.
   *
   * @throws F2d2Exception when the model is not of configurations of this target
   */
  public BoltzmannGenerator(DensityModel model, Energy energy) {
    model.requireOpen();
    this.model = model;
    this.flow = model.fitted();
    this.domain = domain(model);
    this.energy = energy;
    this.pool = model.pool();
    if (!domain.target().equals(energy.name())
        || domain.dimensions() != energy.dimensions()
        || !domain.particles().equals(energy.particles())) {
      throw new F2d2Exception(
          domain.target().equals(energy.name())
              ? "the energy "
                  + energy.name()
                  + " is of other particles or coordinates than the model"
              : "the model is of " + domain.describe() + ", not of " + energy.name());
    }
  }

  private static ConfigurationDomain domain(DensityModel model) {
    if (model.domain() instanceof ConfigurationDomain own) {
      return own;
    }
    throw new F2d2Exception("the model is of " + model.domain().describe() + ", not of a target");
  }

  /** The energy of the target. */
  public Energy energy() {
    return energy;
  }

  /** Whether the model has a divergence head. */
  public boolean hasHead() {
    return flow.student().hasDivergence();
  }

  /**
   * Draws samples.
   *
   * @param jumps of the few-step map; not asked for with {@link Density#ODE}
   * @param seed of the noise; the same noise for every kind of density
   * @throws F2d2Exception when the model has no divergence head and one is asked for, or the energy
   *     of a sample is not a number
   */
  public BoltzmannSamples sample(int count, int jumps, Density kind, long seed) {
    model.requireOpen();
    if (count < 1) {
      throw new OptionException("count", "must be at least 1, got " + count);
    }
    if (kind != Density.ODE && (jumps < 1 || jumps > MOST_JUMPS)) {
      throw new OptionException("jumps", "must lie in [1, " + MOST_JUMPS + "], got " + jumps);
    }
    SampleOptions options =
        new SampleOptions(new Nfe.Jumps(kind == Density.ODE ? 1 : jumps), false, false, seed);
    TimeGrid grid = kind == Density.ODE ? TimeGrid.uniform(1) : grid(jumps);
    PointSamples points = new PointSamples(flow, pool);
    Drawn drawn = drawn(count, kind, grid, options);
    for (double each : drawn.energies()) {
      if (Double.isNaN(each) || each == Double.NEGATIVE_INFINITY) {
        throw new F2d2Exception("the energy of " + energy.name() + " is " + each + " at a sample");
      }
    }
    Optional<Injectivity> looked =
        kind == Density.JACOBIAN
            ? Optional.of(points.injectivity(Math.min(count, LOOKED_AT), options, grid))
            : Optional.empty();
    return new BoltzmannSamples(
        drawn.rows(),
        drawn.energies(),
        drawn.logDensity(),
        kind,
        grid,
        evaluations(kind, drawn.calls()),
        looked.map(l -> (double) l.negative() / l.rows()),
        looked.map(Injectivity::cycleError));
  }

  /**
   * Between which times so many jumps are taken: those of {@link TimeGrid#towardsData} whose
   * weights, by the Jacobian, are the most equal in a pilot of its own draws. Where the path bends,
   * jumps are best short, and that is not the same for all targets.
   */
  public TimeGrid grid(int jumps) {
    if (jumps > MOST_TRIED) {
      double power = power(grid(MOST_TRIED));
      return TimeGrid.towardsData(jumps, power);
    }
    return jumps == 1 ? TimeGrid.uniform(1) : grids.computeIfAbsent(jumps, this::best);
  }

  private static double power(TimeGrid grid) {
    double last = 1 - grid.time(grid.jumps() - 1);
    return -Math.log(last) / Math.log(grid.jumps());
  }

  private TimeGrid best(int jumps) {
    SampleOptions options = new SampleOptions(new Nfe.Jumps(jumps), false, false, PILOT_SEED);
    TimeGrid best = TimeGrid.uniform(jumps);
    // A Jacobian has as many columns as there are coordinates.
    int pilots = Math.max(LEAST_PILOTS, Math.min(PILOTS, PILOT_COLUMNS / domain.moving()));
    double most = 0;
    for (double power : POWERS) {
      TimeGrid grid = TimeGrid.towardsData(jumps, power);
      double[] weights = drawn(pilots, Density.JACOBIAN, grid, options).logWeights();
      // Where some are no numbers, or the target is zero at all of them, a grid is no good.
      boolean numbers = Arrays.stream(weights).allMatch(w -> w < Double.POSITIVE_INFINITY);
      boolean some = Arrays.stream(weights).anyMatch(w -> w > Double.NEGATIVE_INFINITY);
      double share = numbers && some ? EffectiveSampleSize.share(weights) : 0;
      if (share > most) {
        most = share;
        best = grid;
      }
    }
    return best;
  }

  /** Samples without what is said about them. */
  private record Drawn(Configurations rows, double[] energies, double[] logDensity, Calls calls) {
    double[] logWeights() {
      double[] weights = new double[energies.length];
      Arrays.setAll(weights, i -> -energies[i] - logDensity[i]);
      return weights;
    }
  }

  private Drawn drawn(int count, Density kind, TimeGrid grid, SampleOptions options) {
    PointSamples points = new PointSamples(flow, pool);
    PointSamples.Scored drawn = points.scored(count, options, sampler(kind, grid, points));
    Configurations rows = domain.decode(drawn.values());
    Domain.Points back = domain.encode(rows);
    double[] logDensity = drawn.logDensity().clone();
    double[] energies = new double[count];
    energy.values(rows.values(), energies);
    for (int i = 0; i < count; i++) {
      logDensity[i] += back.logAbsDeterminant()[i];
    }
    return new Drawn(rows, energies, logDensity, drawn.calls());
  }

  private Sampler sampler(Density kind, TimeGrid grid, PointSamples points) {
    LearnedFlowMap map = flow.student();
    GaussianPrior prior = GaussianPrior.STANDARD;
    return switch (kind) {
      case JACOBIAN ->
          new KernelChain(new DeterminantKernel(map), prior, grid, new Rng(0), points.chunks());
      case HEAD -> {
        if (!map.hasDivergence()) {
          throw new F2d2Exception(
              "the model has no divergence head; known ways are "
                  + Density.JACOBIAN.name().toLowerCase(Locale.ROOT)
                  + " and "
                  + Density.ODE.name().toLowerCase(Locale.ROOT));
        }
        yield new JumpSampler(map, prior, grid, points.chunks());
      }
      case ODE -> flow.exact().sampler(points.chunks());
    };
  }

  /** With an exact trace, each evaluation of the right side is one of the network and d others. */
  private int evaluations(Density kind, Calls calls) {
    return kind == Density.ODE ? calls.forward() * domain.moving() : calls.forward();
  }
}
