package org.f2d2.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.f2d2.lab.far.FarBenchmark;
import org.f2d2.lab.far.FarDensity;
import org.f2d2.lab.far.FarResult;
import org.f2d2.lab.far.FarResults;
import org.f2d2.lab.far.FarRows;
import org.f2d2.train.FitListener;
import org.f2d2.train.FitOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code f2d2 bench far}. */
@Command(
    name = "far",
    mixinStandardHelpOptions = true,
    description = {
      "Fits densities that are known exactly and looks for rows that the density never draws but"
          + " the model thinks usual: drawn rows pushed 3 to 1,000,000 standard deviations along"
          + " random directions and columns, points between drawn rows and points of boxes, all"
          + " more than 3 nats rarer than the rarest of a million draws.",
      "Each line also goes to standard error as soon as it is measured. Ends with 1 where a row has"
          + " p > .01."
    })
final class BenchFarCommand implements Callable<Integer> {

  /** Draws that say how rare a row may be; the same for all fits of a density. */
  private static final long DRAWS_SEED = 1;

  @Option(
      names = "--case",
      paramLabel = "DENSITY",
      split = ",",
      description = "Which densities; all of them if not given.")
  private List<String> cases = List.of();

  @Option(
      names = "--minutes",
      paramLabel = "M",
      split = ",",
      defaultValue = "0.3,1,5",
      description = "Minutes of the fits of each density; ${DEFAULT-VALUE} if not given.")
  private List<Double> minutes = List.of();

  @Option(
      names = "--seeds",
      paramLabel = "N",
      defaultValue = "1",
      description = "Draws and fits of each of these; ${DEFAULT-VALUE} if not given.")
  private int seeds;

  @Option(
      names = "--rows",
      paramLabel = "N",
      defaultValue = "400000",
      description = "Rows to look at, over all fits; ${DEFAULT-VALUE} if not given.")
  private int rows;

  @Option(
      names = "--exact-rows",
      paramLabel = "N",
      description = "Most rows of each fit that are answered exactly too; all if not given.")
  private int exactRows = Integer.MAX_VALUE;

  @Option(
      names = "--training-rows",
      paramLabel = "N",
      defaultValue = "10000",
      description = "Rows of each fit; ${DEFAULT-VALUE} if not given.")
  private int trainingRows;

  @Mixin private ResultsOption results = new ResultsOption();

  @Override
  public Integer call() {
    List<FarDensity> densities = FarDensity.of(cases);
    List<FitOptions> fits = minutes.stream().flatMap(m -> StudyFits.of(m, seeds).stream()).toList();
    int each = Math.max(1, rows / (densities.size() * fits.size()));
    List<FarResult> all = new ArrayList<>();
    for (FarDensity density : densities) {
      FarRows anomalies = FarRows.of(density, DRAWS_SEED);
      for (FitOptions options : fits) {
        FarResult result =
            FarBenchmark.run(
                density, anomalies, options, trainingRows, each, exactRows, FitListener.SILENT);
        all.add(result);
        results.progress(FarResults.line(result));
      }
    }
    results.print(FarResults.of(all));
    return all.stream().allMatch(r -> r.one().above() + r.exact().above() == 0) ? 0 : 1;
  }
}
