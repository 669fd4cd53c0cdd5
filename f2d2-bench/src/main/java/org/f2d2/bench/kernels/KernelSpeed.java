package org.f2d2.bench.kernels;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.f2d2.error.F2d2Exception;
import org.f2d2.lab.Machine;
import org.f2d2.lab.Named;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormat;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import org.openjdk.jmh.util.Statistics;

/** Times the kernels with JMH. */
public final class KernelSpeed {

  private static final String BENCHMARKS =
      Pattern.quote(KernelSpeed.class.getPackageName()) + "\\.\\w+Kernels\\.";

  private KernelSpeed() {}

  /**
   * How much is measured.
   *
   * @param fork whether each kernel runs in a JVM of its own, started with the class path and the
   *     options of this one. What the compiler has learnt from one kernel then cannot slow the next
   *     one down; in one JVM the last kernel's time depends on the first's. A test goes without.
   * @param warmUps runs that do not count
   * @param runs runs that count, at least 1
   * @param milliseconds of each run
   */
  public record Settings(boolean fork, int warmUps, int runs, long milliseconds) {
    /** Checks the numbers. */
    public Settings {
      if (warmUps < 0 || runs < 1 || milliseconds < 1) {
        throw new F2d2Exception("at least one run of at least one millisecond is needed");
      }
    }
  }

  /**
   * Measures.
   *
   * @param kernels names of kernels, such as {@code forward}; all if empty
   * @throws F2d2Exception when a name is not known, or when JMH refuses to run, as it does while
   *     another of its measurements runs on this machine
   */
  public static KernelTimes run(List<String> kernels, Settings settings) {
    requireKnown(kernels);
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .mode(Mode.AverageTime)
            .timeUnit(TimeUnit.MICROSECONDS)
            .threads(1)
            .forks(settings.fork() ? 1 : 0)
            .warmupForks(0)
            .warmupIterations(settings.warmUps())
            .warmupTime(TimeValue.milliseconds(settings.milliseconds()))
            .measurementIterations(settings.runs())
            .measurementTime(TimeValue.milliseconds(settings.milliseconds()))
            .shouldFailOnError(true)
            .verbosity(VerboseMode.SILENT);
    if (kernels.isEmpty()) {
      options.include(BENCHMARKS);
    }
    for (String kernel : kernels) {
      options.include(BENCHMARKS + Pattern.quote(kernel) + "$");
    }
    try {
      List<KernelTimes.Case> cases = new ArrayList<>();
      for (RunResult result : new Runner(options.build()).run()) {
        Statistics times = result.getPrimaryResult().getStatistics();
        cases.add(
            new KernelTimes.Case(
                name(result.getParams()), times.getPercentile(50), "us", (int) times.getN()));
      }
      return new KernelTimes("kernels", Machine.describe(), cases);
    } catch (RunnerException e) {
      throw new F2d2Exception(
          "the kernels cannot be timed: "
              + String.valueOf(e.getMessage()).lines().findFirst().orElse(""),
          e);
    }
  }

  /** The names of all kernels, in alphabetical order. */
  public static List<String> names() {
    OutputFormat silent = OutputFormatFactory.createFormatInstance(System.err, VerboseMode.SILENT);
    return BenchmarkList.defaultList().find(silent, List.of(BENCHMARKS), List.of()).stream()
        .map(entry -> name(entry.getUsername()))
        .distinct()
        .sorted()
        .toList();
  }

  private static void requireKnown(List<String> kernels) {
    List<String> known = names();
    for (String kernel : kernels) {
      if (!known.contains(kernel)) {
        throw Named.unknown("kernel", kernel, known);
      }
    }
  }

  private static String name(String benchmark) {
    return benchmark.substring(benchmark.lastIndexOf('.') + 1);
  }

  private static String name(BenchmarkParams params) {
    String kernel = name(params.getBenchmark());
    String batch = params.getParam("batch");
    return batch == null ? kernel : kernel + ", batch " + batch;
  }
}
