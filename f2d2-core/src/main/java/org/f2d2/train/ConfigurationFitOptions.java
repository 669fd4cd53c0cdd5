package org.f2d2.train;

import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import org.f2d2.data.Batch;
import org.f2d2.domain.configuration.ConfigurationDomain;
import org.f2d2.domain.configuration.Configurations;
import org.f2d2.domain.configuration.EnergyAlone;
import org.f2d2.error.F2d2Exception;
import org.f2d2.error.OptionException;
import org.f2d2.objective.Falcon;
import org.f2d2.objective.Method;
import org.f2d2.objective.ShortcutF2d2;

/**
 * What a user may choose about a fit of configurations: of particles by a {@link
 * org.f2d2.net.ParticleNetwork}, of plain coordinates by a perceptron.
 *
 * @param target name of the energy, with its convention
 * @param method how the flow map is trained, with its options
 * @param budget how long to train; steps are those of the flow map
 * @param seed fixes every random draw
 * @param workers threads; part of what a result is reproduced by
 * @param width features of a particle and of a pair, or units of a layer
 * @param layers rounds of messages, or layers
 * @param batch rows of a step
 * @param rate peak learning rate
 * @param ema decay of the running average
 */
public record ConfigurationFitOptions(
    String target,
    @JsonSerialize(using = StoredMethod.Writer.class)
        @JsonDeserialize(using = StoredMethod.Reader.class)
        Method method,
    Budget budget,
    long seed,
    int workers,
    int width,
    int layers,
    int batch,
    double rate,
    double ema)
    implements FitChoices {

  /** What a user gets who chooses nothing. */
  public static ConfigurationFitOptions of(String target) {
    return new ConfigurationFitOptions(
        target,
        Falcon.METHOD,
        new Budget.Minutes(5),
        0,
        Math.max(1, Runtime.getRuntime().availableProcessors()),
        64,
        3,
        256,
        1e-3,
        0.999);
  }

  /** {@link #of} where there are no rows: the jumps are learned by halves. */
  public static ConfigurationFitOptions ofEnergyAlone(String target) {
    return of(target).with(ShortcutF2d2.SHORTCUT_F2D2);
  }

  /** Checks the numbers. */
  public ConfigurationFitOptions {
    if (method.fromTrajectories()) {
      throw new F2d2Exception("configurations are fitted by methods without solved trajectories");
    }
    if (workers < 1) {
      throw new OptionException("workers", "must be at least 1, got " + workers);
    }
    NetworkSizes.require("student", width, layers, batch);
    if (width < 1) {
      throw new OptionException("studentWidth", "must be at least 1, got " + width);
    }
    if (batch < 1 || !(rate > 0) || !(ema >= 0) || !(ema < 1)) {
      throw new F2d2Exception(
          "a fit needs batch >= 1, a positive rate and ema in [0, 1): "
              + batch
              + ", "
              + rate
              + ", "
              + ema);
    }
  }

  /** These options with another method. */
  public ConfigurationFitOptions with(Method other) {
    return new ConfigurationFitOptions(
        target, other, budget, seed, workers, width, layers, batch, rate, ema);
  }

  /** These options with another length. */
  public ConfigurationFitOptions with(Budget other) {
    return new ConfigurationFitOptions(
        target, method, other, seed, workers, width, layers, batch, rate, ema);
  }

  /** These options with another size of the network. */
  public ConfigurationFitOptions withNetwork(int units, int depth) {
    return new ConfigurationFitOptions(
        target, method, budget, seed, workers, units, depth, batch, rate, ema);
  }

  /** These options with another seed. */
  public ConfigurationFitOptions withSeed(long other) {
    return new ConfigurationFitOptions(
        target, method, budget, other, workers, width, layers, batch, rate, ema);
  }

  /** These options with another number of threads. */
  public ConfigurationFitOptions withWorkers(int other) {
    return new ConfigurationFitOptions(
        target, method, budget, seed, other, width, layers, batch, rate, ema);
  }

  @Override
  public String one() {
    return ConfigurationDomain.ONE;
  }

  @Override
  public FittedFlow fit(
      Batch rows,
      Path directory,
      boolean resume,
      Optional<FittedFlow> taught,
      FitListener listener) {
    if (rows instanceof EnergyAlone target) {
      if (taught.isPresent()) {
        throw new F2d2Exception("without rows there is no teacher to take");
      }
      return run(options -> new EnergyFit(target, options), directory, resume, listener);
    }
    return taught
        .map(t -> ConfigurationFit.like(t, own(rows), this))
        .orElse(this)
        .run(
            options -> new ConfigurationFit(own(rows), options, taught),
            directory,
            resume,
            listener);
  }

  private FittedFlow run(
      Function<ConfigurationFitOptions, Recipe<?>> recipe,
      Path directory,
      boolean resume,
      FitListener listener) {
    return Fit.run(
        this,
        ConfigurationFitOptions.class,
        ConfigurationFit.VERSION,
        recipe,
        Optional.of(directory),
        resume,
        listener);
  }

  private Configurations own(Batch rows) {
    if (rows instanceof Configurations own) {
      return own;
    }
    throw new F2d2Exception("these options are for configurations");
  }

  @Override
  public FitChoices begun(Path directory) {
    return Fit.begun(directory, ConfigurationFitOptions.class, ConfigurationFit.VERSION, one());
  }

  @Override
  public boolean fitted(FittedFlow model, Batch rows) {
    String hash =
        rows instanceof EnergyAlone target
            ? EnergyFit.hash(target)
            : ConfigurationFit.hash(own(rows));
    return model.provenance().dataHash().equals(hash);
  }
}
