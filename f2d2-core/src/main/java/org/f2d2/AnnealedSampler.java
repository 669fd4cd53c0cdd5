package org.f2d2;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.IntFunction;
import org.f2d2.domain.configuration.ConfigurationDomain;
import org.f2d2.domain.configuration.Configurations;
import org.f2d2.domain.configuration.EnergyAlone;
import org.f2d2.energy.Energy;
import org.f2d2.error.F2d2Exception;
import org.f2d2.sampling.DeterminantKernel;
import org.f2d2.sampling.SequentialMonteCarlo;
import org.f2d2.sampling.TransitionKernel;
import org.f2d2.train.WorkerPool;

/**
 * Draws from a target by particles that go from noise to it, see {@link SequentialMonteCarlo}: by
 * themselves, or carried by a model that was fitted to the energy alone.
 *
 * <pre>{@code
 * AnnealedSampler sampler = AnnealedSampler.of(new EnergyAlone(energy, 2));
 * double logZ = sampler.run(SequentialMonteCarlo.Options.DEFAULT).logNormaliser();
 * }</pre>
 */
public final class AnnealedSampler {

  /** Particles that all others were copied from: fewer say nothing of what lies between them. */
  private static final double FEWEST_LEFT = 20;

  private final EnergyAlone target;
  private final Optional<TransitionKernel> kernel;

  private AnnealedSampler(EnergyAlone target, Optional<TransitionKernel> kernel) {
    this.target = target;
    this.kernel = kernel;
  }

  /** Of particles that only chains move. */
  public static AnnealedSampler of(EnergyAlone target) {
    return new AnnealedSampler(target, Optional.empty());
  }

  /**
   * Of particles that the jumps of a model carry.
   *
   * @param model fitted to this energy alone; it must stay open
   * @throws F2d2Exception when it is not
   */
  public static AnnealedSampler of(DensityModel model, Energy energy) {
    model.requireOpen();
    if (!(model.domain() instanceof ConfigurationDomain domain)
        || !domain.target().equals(energy.name())) {
      throw new F2d2Exception(
          "the model is of " + model.domain().describe() + ", not of " + energy.name());
    }
    if (model.fitted().provenance().rows() > 0) {
      throw new F2d2Exception(
          "the model was fitted to rows: its path is not the one that particles are carried along");
    }
    return new AnnealedSampler(
        new EnergyAlone(energy, domain.scale().get(0)),
        Optional.of(new DeterminantKernel(model.fitted().student())));
  }

  /**
   * Samples.
   *
   * @param rows particles at the target
   * @param energies E of each, in kT
   * @param logWeights of each, nats, up to a common constant
   * @param steps what each step said
   */
  public record AnnealedSamples(
      Configurations rows,
      double[] energies,
      double[] logWeights,
      List<SequentialMonteCarlo.Step> steps) {

    /** log Ẑ, nats. */
    public double logNormaliser() {
      return steps.get(steps.size() - 1).logNormaliser();
    }

    /** What a user should know before trusting the samples, one line each. */
    public List<String> warnings() {
      SequentialMonteCarlo.Step worst =
          steps.stream()
              .min(Comparator.comparingDouble(SequentialMonteCarlo.Step::effectiveShare))
              .orElseThrow();
      double left = worst.effectiveShare() * energies.length;
      return left < FEWEST_LEFT
          ? List.of(
              String.format(
                  Locale.ROOT,
                  "at time %.3f no more than %.1f of %d particles were left by their weights: neither"
                      + " the rows nor log Z are to be trusted; take more steps, or noise of another"
                      + " width",
                  worst.time(),
                  left,
                  energies.length))
          : List.of();
    }
  }

  /**
   * Runs particles on all cores; the samples do not depend on how many these are.
   *
   * @throws F2d2Exception when an energy is not a number, or no particle has a finite one
   */
  public AnnealedSamples run(SequentialMonteCarlo.Options options) {
    try (WorkerPool pool = new WorkerPool(Runtime.getRuntime().availableProcessors())) {
      SequentialMonteCarlo.Run run =
          new SequentialMonteCarlo(
                  target.path(),
                  kernel,
                  options,
                  new SequentialMonteCarlo.Parts() {
                    @Override
                    public <T> List<T> map(int parts, IntFunction<T> work) {
                      return pool.map(parts, work);
                    }
                  })
              .run();
      Configurations rows = target.domain().decode(run.particles().points());
      double[] energies = new double[rows.count()];
      target.energy().values(rows.values(), energies);
      return new AnnealedSamples(rows, energies, run.particles().logWeights(), run.steps());
    }
  }
}
