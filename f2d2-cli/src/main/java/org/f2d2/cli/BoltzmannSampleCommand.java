package org.f2d2.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.f2d2.BoltzmannGenerator;
import org.f2d2.BoltzmannGenerator.Density;
import org.f2d2.BoltzmannSamples;
import org.f2d2.DensityModel;
import org.f2d2.data.CsvRowWriter;
import org.f2d2.domain.configuration.Configurations;
import org.f2d2.energy.Energy;
import org.f2d2.energy.weights.ImportanceWeights;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code f2d2 boltzmann sample}. */
@Command(
    name = "sample",
    mixinStandardHelpOptions = true,
    description = {
      "Draws rows from a model of a target, with their energies, log-densities and log-weights, and"
          + " says what the weights are worth.",
      "The log-density is that of the rows as they are drawn; weights of exp(log_weight) make them"
          + " stand for the target. f2d2 weights FILE --log-density log_density --log-target"
          + " log_target says more about the weights, and resamples.",
      "A jump costs one evaluation with the divergence head, and one for each free coordinate with"
          + " the Jacobian."
    })
final class BoltzmannSampleCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private ModelOption model = new ModelOption();

  @Option(names = "--count", required = true, paramLabel = "N", description = "How many rows.")
  private int count;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "FILE",
      description = "Where the rows go; - is standard output.")
  private String output = "";

  @Option(
      names = "--jumps",
      paramLabel = "K",
      description =
          "Jumps of the few-step map; 4 by default. A pilot with Jacobians chooses the times between"
              + " them.")
  private int jumps = 4;

  @Option(
      names = "--density",
      paramLabel = "HOW",
      description =
          "Where log q comes from: jacobian (of the jumps, the default), head (the divergence head,"
              + " faster and off by what the head is) or ode (the model's own flow).")
  private Density density = Density.JACOBIAN;

  @Option(names = "--seed", paramLabel = "S", description = "Fixes the draws; 0 by default.")
  private long seed;

  @Mixin private DeviceOption device = new DeviceOption();
  @Mixin private ResultsOption results = new ResultsOption();

  @Override
  public Integer call() {
    Complaint.asUsage(
        spec,
        () -> {
          BoltzmannEvaluateCommand.require("count", count);
          BoltzmannEvaluateCommand.require("jumps", jumps);
          return null;
        });
    device.use();
    try (DensityModel fitted = model.load()) {
      BoltzmannGenerator generator = new BoltzmannGenerator(fitted);
      BoltzmannSamples samples;
      // A place that cannot be written to is found before the work.
      try (CsvRowWriter writer = open(generator)) {
        samples = generator.sample(count, jumps, density, seed);
        write(samples, writer);
      }
      ImportanceWeights weights = ImportanceWeights.of(samples.logWeights());
      weights.warnings().forEach(line -> results.progress("f2d2: " + line));
      samples
          .foldedShare()
          .filter(share -> share > 0)
          .ifPresent(
              share ->
                  results.progress(
                      String.format(
                          Locale.ROOT,
                          "f2d2: the jumps fold at %.2g of the samples, whose weights are too large:"
                              + " take more jumps",
                          share)));
      if (output.equals("-")) {
        results.progress(words(samples, weights).strip());
      } else {
        results.print(() -> json(samples, weights), out -> out.print(words(samples, weights)));
      }
    }
    return 0;
  }

  private CsvRowWriter open(BoltzmannGenerator generator) {
    Energy energy = generator.energy();
    List<String> columns =
        new ArrayList<>(Configurations.columns(energy.particles(), energy.dimensions()));
    columns.addAll(List.of("energy", "log_target", "log_density", "log_weight"));
    return CsvRowWriter.open(output, StandardOutput.stream(), columns, List.of());
  }

  private static void write(BoltzmannSamples samples, CsvRowWriter writer) {
    Configurations rows = samples.rows();
    int d = rows.dimensions();
    double[] logWeights = samples.logWeights();
    double[] cells = new double[d + 4];
    for (int i = 0; i < rows.count(); i++) {
      System.arraycopy(rows.row(i), 0, cells, 0, d);
      cells[d] = samples.energies()[i];
      cells[d + 1] = -samples.energies()[i];
      cells[d + 2] = samples.logDensity()[i];
      cells[d + 3] = logWeights[i];
      writer.writeRow(cells);
    }
    writer.finish();
  }

  private static Map<String, Object> json(BoltzmannSamples samples, ImportanceWeights weights) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("rows", samples.rows().count());
    all.put("density", samples.kind().name().toLowerCase(Locale.ROOT));
    all.put("evaluations", samples.evaluations());
    all.put("ess", weights.effectiveSize());
    all.put("essShare", weights.effectiveShare());
    all.put("logZ", weights.logNormaliser());
    all.put("logZError", weights.logNormaliserError());
    samples.foldedShare().ifPresent(f -> all.put("foldedShare", f));
    samples.cycleError().ifPresent(c -> all.put("cycleError", c));
    all.put("warnings", weights.warnings());
    return all;
  }

  private static String words(BoltzmannSamples samples, ImportanceWeights weights) {
    return String.format(
        Locale.ROOT,
        "%d rows, %d evaluations each: ESS %.0f (%.1f %%), log Z %.4f ± %.4f%n",
        samples.rows().count(),
        samples.evaluations(),
        weights.effectiveSize(),
        100 * weights.effectiveShare(),
        weights.logNormaliser(),
        weights.logNormaliserError());
  }
}
