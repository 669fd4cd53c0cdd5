package org.f2d2.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.f2d2.AnnealedSampler;
import org.f2d2.AnnealedSampler.AnnealedSamples;
import org.f2d2.DensityModel;
import org.f2d2.data.CsvRowWriter;
import org.f2d2.domain.configuration.Configurations;
import org.f2d2.domain.configuration.EnergyAlone;
import org.f2d2.energy.Energy;
import org.f2d2.energy.systems.Target;
import org.f2d2.metric.EffectiveSampleSize;
import org.f2d2.sampling.SequentialMonteCarlo;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code f2d2 boltzmann anneal}. */
@Command(
    name = "anneal",
    mixinStandardHelpOptions = true,
    description = {
      "Draws weighted rows of a target by particles that go from noise to it in small steps, with"
          + " resampling and Hamiltonian Monte Carlo on the way, and estimates log Z.",
      "A model that boltzmann fit has learned from the energy alone carries them, if one is given:"
          + " fewer steps then do. The rows are written as CSV with their energy and log-weight."
    })
final class BoltzmannAnnealCommand implements Callable<Integer> {

  private static final SequentialMonteCarlo.Options STANDARD = SequentialMonteCarlo.Options.DEFAULT;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private TargetOption target = new TargetOption();

  @Option(
      names = "--output",
      required = true,
      paramLabel = "FILE",
      description = "Where the rows go; - is standard output.")
  private String output = "";

  @Option(
      names = "--model",
      paramLabel = "DIR",
      description = "A model that was fitted without rows, whose jumps carry the particles.")
  private @Nullable Path model;

  @Option(names = "--particles", paramLabel = "N", description = "How many; 1000 by default.")
  private int particles = STANDARD.particles();

  @Option(
      names = "--steps",
      paramLabel = "K",
      description = "From noise to the target; 128 by default.")
  private int steps = STANDARD.steps();

  @Option(
      names = "--moves",
      paramLabel = "N",
      description = "Of Hamiltonian Monte Carlo after each step; 1 by default, 0 for none.")
  private int moves = STANDARD.moves();

  @Option(
      names = "--threshold",
      paramLabel = "X",
      description =
          "Effective share of the weights below which particles are resampled; 0.5 by default, 0 for"
              + " never.")
  private double threshold = STANDARD.threshold();

  @Option(
      names = "--scale",
      paramLabel = "S",
      description = "Standard deviation of the noise; that of the target or model if not given.")
  private @Nullable Double scale;

  @Option(names = "--seed", paramLabel = "S", description = "Fixes the draws; 0 by default.")
  private long seed;

  @Mixin private DeviceOption device = new DeviceOption();
  @Mixin private ResultsOption results = new ResultsOption();

  @Override
  public Integer call() {
    Target known = target.target();
    SequentialMonteCarlo.Options options =
        Complaint.asUsage(
            spec,
            () ->
                new SequentialMonteCarlo.Options(
                    particles,
                    steps,
                    threshold,
                    STANDARD.resampling(),
                    moves,
                    STANDARD.leapfrog(),
                    seed));
    Energy energy = known.energy().get();
    EnergyAlone alone =
        Complaint.asUsage(
            spec, () -> new EnergyAlone(energy, scale == null ? known.scale() : scale));
    if (model != null && scale != null) {
      throw new ParameterException(
          spec.commandLine(), "--scale is that of the model where there is one");
    }
    device.use();
    if (model == null) {
      return run(AnnealedSampler.of(alone), options, energy);
    }
    try (DensityModel fitted = DensityModel.load(model)) {
      return run(AnnealedSampler.of(fitted, energy), options, energy);
    }
  }

  private int run(AnnealedSampler sampler, SequentialMonteCarlo.Options options, Energy energy) {
    List<String> columns =
        new ArrayList<>(Configurations.columns(energy.particles(), energy.dimensions()));
    columns.addAll(List.of("energy", "log_weight"));
    AnnealedSamples samples;
    // A place that cannot be written to is found before the work.
    try (CsvRowWriter writer =
        CsvRowWriter.open(output, StandardOutput.stream(), columns, List.of())) {
      samples = sampler.run(options);
      write(samples, writer);
    }
    samples.warnings().forEach(line -> results.progress("f2d2: " + line));
    if (output.equals("-")) {
      results.progress(words(samples).strip());
    } else {
      results.print(() -> json(samples), out -> out.print(words(samples)));
    }
    return 0;
  }

  private static void write(AnnealedSamples samples, CsvRowWriter writer) {
    int d = samples.rows().dimensions();
    double[] cells = new double[d + 2];
    for (int i = 0; i < samples.rows().count(); i++) {
      System.arraycopy(samples.rows().row(i), 0, cells, 0, d);
      cells[d] = samples.energies()[i];
      cells[d + 1] = samples.logWeights()[i];
      writer.writeRow(cells);
    }
    writer.finish();
  }

  private static Map<String, Object> json(AnnealedSamples samples) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("rows", samples.rows().count());
    all.put("logZ", samples.logNormaliser());
    all.put("essShare", EffectiveSampleSize.share(samples.logWeights()));
    all.put("resampled", resampled(samples));
    all.put("steps", samples.steps());
    all.put("warnings", samples.warnings());
    return all;
  }

  private static long resampled(AnnealedSamples samples) {
    return samples.steps().stream().filter(SequentialMonteCarlo.Step::resampled).count();
  }

  private static String words(AnnealedSamples samples) {
    return String.format(
        Locale.ROOT,
        "%d rows in %d steps: log Z %.4f, resampled %d times, ESS of the weights since then %.1f %%%n",
        samples.rows().count(),
        samples.steps().size(),
        samples.logNormaliser(),
        resampled(samples),
        100 * EffectiveSampleSize.share(samples.logWeights()));
  }
}
