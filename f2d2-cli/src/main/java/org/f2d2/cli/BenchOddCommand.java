package org.f2d2.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.f2d2.error.F2d2Exception;
import org.f2d2.lab.odd.OddBenchmark;
import org.f2d2.lab.odd.OddCase;
import org.f2d2.lab.odd.OddLine;
import org.f2d2.lab.odd.OddResults;
import org.f2d2.train.FitOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

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

  @Spec private CommandSpec spec = CommandSpec.create();

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

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Override
  public Integer call() {
    if (seeds < 1) {
      throw new F2d2Exception("--seeds must be at least 1, got " + seeds);
    }
    PrintWriter err = spec.commandLine().getErr();
    List<OddLine> lines = new ArrayList<>();
    for (OddCase odd : OddCase.of(cases)) {
      for (int seed = 0; seed < seeds; seed++) {
        FitOptions options =
            FitOptions.DEFAULT.with(new FitOptions.Minutes(minutes)).withSeed(seed);
        lines.addAll(
            OddBenchmark.run(
                odd,
                options,
                line -> {
                  err.print(OddResults.line(line));
                  err.flush();
                }));
      }
    }
    OddResults results = OddResults.of(minutes, lines);
    PrintWriter out = spec.commandLine().getOut();
    out.println(json ? results.json() : results.markdown());
    out.flush();
    return 0;
  }
}
