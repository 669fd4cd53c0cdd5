package org.f2d2.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.f2d2.bench.kernels.KernelSpeed;
import org.f2d2.bench.kernels.KernelTimes;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code f2d2 bench kernels}. */
@Command(
    name = "kernels",
    mixinStandardHelpOptions = true,
    description = {
      "Times the pieces of work that decide the speed, each by itself on one thread, with JMH.",
      "Each runs in a JVM of its own, so that none depends on which ones ran before it."
    })
final class BenchKernelsCommand implements Callable<Integer> {

  private static final int WARM_UPS = 3;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--kernel",
      paramLabel = "NAME",
      split = ",",
      description = "Which ones, such as forward; all of them if not given.")
  private List<String> kernels = List.of();

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "7",
      description = "Runs behind each median; ${DEFAULT-VALUE} if not given.")
  private int runs;

  @Option(
      names = "--milliseconds",
      paramLabel = "MS",
      defaultValue = "300",
      description = "Length of a run; ${DEFAULT-VALUE} if not given.")
  private long milliseconds;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Override
  public Integer call() {
    KernelTimes times =
        KernelSpeed.run(kernels, new KernelSpeed.Settings(true, WARM_UPS, runs, milliseconds));
    PrintWriter out = spec.commandLine().getOut();
    out.println(json ? times.json() : times.markdown());
    out.flush();
    return 0;
  }
}
