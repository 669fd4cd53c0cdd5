package org.f2d2.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.f2d2.lab.tables.TableResult;
import org.f2d2.lab.tables.TableResults;
import org.f2d2.lab.tables.TablesBenchmark;
import org.f2d2.train.FitListener;
import org.f2d2.train.FitOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code f2d2 bench tables}. */
@Command(
    name = "tables",
    mixinStandardHelpOptions = true,
    description = {
      "Fits half of the normal rows of labelled tables and judges on the rest: held-out"
          + " log-likelihood beside a shrunk Gaussian, mixtures chosen by BIC and a kernel density,"
          + " the distance of one evaluation to the exact value, and the ranking of anomalies.",
      "Likelihoods are of rounded columns spread over their cells, the same for all.",
      "Each line also goes to standard error as soon as it is measured."
    })
final class BenchTablesCommand implements Callable<Integer> {

  @Parameters(paramLabel = "FILE", arity = "1..*", description = "Tables with a header.")
  private List<Path> files = List.of();

  @Option(
      names = "--label",
      paramLabel = "COLUMN",
      defaultValue = "label",
      description = "The label column; 0 marks a normal row; ${DEFAULT-VALUE} if not given.")
  private String label = "label";

  @Option(
      names = "--minutes",
      paramLabel = "M",
      defaultValue = "1",
      description = "Minutes of each fit; ${DEFAULT-VALUE} if not given.")
  private double minutes;

  @Option(
      names = "--seeds",
      paramLabel = "N",
      defaultValue = "1",
      description = "Divisions and fits of each table; ${DEFAULT-VALUE} if not given.")
  private int seeds;

  @Option(
      names = "--test-rows",
      paramLabel = "N",
      defaultValue = "2000",
      description =
          "Most normal rows, and again anomalies, to score; ${DEFAULT-VALUE} if not given.")
  private int testRows;

  @Mixin private ResultsOption results = new ResultsOption();

  @Override
  public Integer call() {
    List<FitOptions> fits = StudyFits.of(minutes, seeds);
    List<TableResult> all = new ArrayList<>();
    for (Path file : files) {
      for (FitOptions options : fits) {
        TableResult result =
            TablesBenchmark.run(file, label, options, testRows, FitListener.SILENT);
        all.add(result);
        results.progress(TableResults.line(result));
      }
    }
    results.print(TableResults.of(minutes, all));
    return 0;
  }
}
