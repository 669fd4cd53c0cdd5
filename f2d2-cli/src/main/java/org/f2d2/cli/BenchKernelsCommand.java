package org.f2d2.cli;

import java.util.List;
import java.util.concurrent.Callable;
import org.f2d2.bench.kernels.KernelSpeed;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

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

  @Mixin private ResultsOption results = new ResultsOption();

  @Override
  public Integer call() {
    results.print(
        KernelSpeed.run(kernels, new KernelSpeed.Settings(true, WARM_UPS, runs, milliseconds)));
    return 0;
  }
}
