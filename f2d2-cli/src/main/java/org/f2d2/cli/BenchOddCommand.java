package org.f2d2.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.f2d2.lab.odd.OddBenchmark;
import org.f2d2.lab.odd.OddCase;
import org.f2d2.lab.odd.OddLine;
import org.f2d2.lab.odd.OddResults;
import org.f2d2.train.FitOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code f2d2 bench odd}. */
@Command(
    name = "odd",
    mixinStandardHelpOptions = true,
    description = {
      "Fits inputs that are small or unusual and whose right values are known in closed form, and"
          + " prints the right values beside those of the model's exact answers, of one evaluation"
          + " and of the best cheap density.",
      "Each line also goes to standard error as soon as it is measured."
    })
final class BenchOddCommand implements Callable<Integer> {

  @Option(
      names = "--case",
      paramLabel = "NAME",
      split = ",",
      description =
          "Which ones, by name or by the beginning of one, such as clusters; all of them if not"
              + " given.")
  private List<String> cases = List.of();

  @Option(
      names = "--minutes",
      paramLabel = "M",
      defaultValue = "1",
      description = "Minutes of each fit; ${DEFAULT-VALUE} if not given.")
  private double minutes;

  @Option(
      names = "--seeds",
      paramLabel = "N",
      defaultValue = "3",
      description = "Draws and fits of each case; ${DEFAULT-VALUE} if not given.")
  private int seeds;

  @Mixin private ResultsOption results = new ResultsOption();

  @Override
  public Integer call() {
    List<FitOptions> fits = StudyFits.of(minutes, seeds);
    List<OddLine> lines = new ArrayList<>();
    for (OddCase odd : OddCase.of(cases)) {
      for (FitOptions options : fits) {
        lines.addAll(
            OddBenchmark.run(odd, options, line -> results.progress(OddResults.line(line))));
      }
    }
    results.print(OddResults.of(minutes, lines));
    return 0;
  }
}
