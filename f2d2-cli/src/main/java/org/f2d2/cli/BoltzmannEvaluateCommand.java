package org.f2d2.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.f2d2.BoltzmannGenerator;
import org.f2d2.BoltzmannGenerator.Density;
import org.f2d2.BoltzmannSamples;
import org.f2d2.DensityModel;
import org.f2d2.cli.report.BoltzmannPage;
import org.f2d2.domain.configuration.Configurations;
import org.f2d2.energy.Energy;
import org.f2d2.error.F2d2Exception;
import org.f2d2.error.OptionException;
import org.f2d2.lab.boltzmann.BoltzmannEvaluation;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code f2d2 boltzmann evaluate}. */
@Command(
    name = "evaluate",
    mixinStandardHelpOptions = true,
    description = {
      "Draws from a model of a target in each way it knows, and says what the samples are worth: the"
          + " effective sample size of their weights, log Z, and how far they are from reference"
          + " rows before and after weighting.",
      "W2 and energy W2 are 2-Wasserstein distances to the reference rows, of the samples as they are"
          + " and of samples drawn by their weights; those of two halves of the reference rows are"
          + " the floor. Rows of particles are compared as near as turning and exchanging brings"
          + " them.",
      "folded is the share of samples whose jumps met a determinant that is not positive, cycle how"
          + " far a jump back ends from where the jump began. The gap is by how much the log-weights"
          + " by the head are above those by the Jacobian, in the mean, and its standard deviation.",
      "Each line also goes to standard error as soon as it is measured."
    })
final class BoltzmannEvaluateCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private ModelOption model = new ModelOption();

  @Option(
      names = "--reference",
      paramLabel = "FILE",
      description = "Rows of the target, such as boltzmann reference writes them.")
  private @Nullable String reference;

  @Option(
      names = "--count",
      paramLabel = "N",
      description = "Samples of each way; 10000 by default.")
  private int count = 10_000;

  @Option(
      names = "--jumps",
      paramLabel = "K",
      split = ",",
      defaultValue = "1,2,4,8",
      description = "Jumps of the few-step map; ${DEFAULT-VALUE} by default.")
  private List<Integer> jumps = List.of();

  @Option(names = "--no-ode", description = "Leave out the model's own ODE, which takes longest.")
  private boolean noOde;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description =
          "Also writes a page: effective share against evaluations, and energies, distances of"
              + " particles, weights and dihedral angles of the samples of the last --jumps.")
  private @Nullable Path report;

  @Option(names = "--seed", paramLabel = "S", description = "Fixes the draws; 0 by default.")
  private long seed;

  @Mixin private DeviceOption device = new DeviceOption();
  @Mixin private ResultsOption results = new ResultsOption();

  @Override
  public Integer call() {
    Complaint.asUsage(
        spec,
        () -> {
          require("count", count);
          jumps.forEach(k -> require("jumps", k));
          return null;
        });
    if (report != null) {
      ReportFile.requireWritable(report);
    }
    device.use();
    try (DensityModel fitted = model.load()) {
      BoltzmannGenerator generator = new BoltzmannGenerator(fitted);
      Energy energy = generator.energy();
      Optional<Configurations> rows =
          Optional.ofNullable(reference)
              .map(f -> ConfigurationFiles.read(f, energy.particles(), energy.dimensions()));
      rows.ifPresent(r -> requireFinite(energy, r));
      List<BoltzmannSamples> shown = new ArrayList<>();
      BoltzmannEvaluation evaluation =
          BoltzmannEvaluation.of(
              generator,
              new BoltzmannEvaluation.Options(count, jumps, !noOde, rows, seed),
              results::progress,
              (line, samples) -> {
                if (report != null && line.density() == Density.JACOBIAN) {
                  shown.add(samples);
                }
              });
      if (report != null) {
        BoltzmannSamples most = shown.get(shown.size() - 1);
        ReportFile.write(
            report, BoltzmannPage.of(new BoltzmannPage.Contents(energy, evaluation, most, rows)));
      }
      results.print(evaluation);
    }
    return 0;
  }

  static void require(String option, int value) {
    if (value < 1) {
      throw new OptionException(option, "must be at least 1, got " + value);
    }
  }

  /** Distances to rows that are infinitely rare mean nothing. */
  private static void requireFinite(Energy energy, Configurations rows) {
    double[] energies = new double[rows.count()];
    energy.values(rows.values(), energies);
    for (int i = 0; i < energies.length; i++) {
      if (!Double.isFinite(energies[i])) {
        throw new F2d2Exception(
            "reference row "
                + (i + 1)
                + " has the energy "
                + energies[i]
                + " under "
                + energy.name());
      }
    }
  }
}
