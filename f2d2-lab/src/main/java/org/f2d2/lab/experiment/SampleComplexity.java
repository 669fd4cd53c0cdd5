package org.f2d2.lab.experiment;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.f2d2.train.FitInterrupted;
import org.f2d2.train.FitListener;
import org.f2d2.train.WorkerPool;
import org.jspecify.annotations.Nullable;

/**
 * How the error of a trained velocity field depends on the number of rows that it was trained on.
 */
public final class SampleComplexity {

  /**
   * Options.
   *
   * @param target the law of the data
   * @param sizes numbers of rows, ascending, at least one
   * @param seeds how often each run is repeated, at least 1
   * @param steps training steps of a run of the grid, at least 1; other runs take multiples
   * @param network the network of the grid
   * @param widths widths to compare at its depth
   * @param depths depths to compare at its width
   * @param settings how every run is trained and measured
   */
  public record Options(
      Target target,
      List<Integer> sizes,
      int seeds,
      int steps,
      NetworkSize network,
      List<Integer> widths,
      List<Integer> depths,
      Settings settings) {

    /** Checks the numbers and copies the lists. */
    public Options {
      sizes = List.copyOf(sizes);
      widths = List.copyOf(widths);
      depths = List.copyOf(depths);
      boolean ascending = !sizes.isEmpty() && sizes.get(0) > 0;
      for (int i = 1; i < sizes.size(); i++) {
        ascending &= sizes.get(i) > sizes.get(i - 1);
      }
      if (!ascending) {
        throw new IllegalArgumentException("sizes must be positive and ascend, got " + sizes);
      }
      if (seeds < 1 || steps < 1) {
        throw new IllegalArgumentException(
            "an experiment needs seeds and steps, got " + seeds + " and " + steps);
      }
      if (widths.stream().anyMatch(w -> w < 1) || depths.stream().anyMatch(d -> d < 1)) {
        throw new IllegalArgumentException(
            "no network has widths " + widths + " and depths " + depths);
      }
    }
  }

  /** The progress is told after so many steps of a run. */
  private static final int STEPS_PER_REPORT = 20;

  private final Design design;
  private final ResultsFile results;
  private final FitListener listener;
  private final double seconds;
  private final long start = System.nanoTime();
  private final Deque<Run> waiting = new ArrayDeque<>();
  private long steps;

  private SampleComplexity(
      Options options, ResultsFile results, FitListener listener, double minutes) {
    this.design = new Design(options);
    this.results = results;
    this.listener = listener;
    this.seconds = 60 * minutes;
  }

  /**
   * Does the runs that are not yet done and sums up all that are.
   *
   * @param options what to do
   * @param folder where finished runs are kept and found again; none keeps them for this call
   * @param workers runs that go on at the same time, each on one thread
   * @param minutes after so many no run is begun; infinity sets no limit
   * @param listener hears the training steps of all runs together, and is asked whether to stop
   * @throws FitInterrupted when the listener asked for it; finished runs are in the folder
   * @throws org.f2d2.error.F2d2Exception when the folder is unusable or of other settings
   */
  public static SampleComplexityReport run(
      Options options, Optional<Path> folder, int workers, double minutes, FitListener listener) {
    if (!(minutes > 0)) {
      throw new IllegalArgumentException("an experiment needs time, not " + minutes + " minutes");
    }
    ResultsFile results =
        folder
            .map(path -> ResultsFile.in(path, options.settings()))
            .orElseGet(ResultsFile::inMemory);
    SampleComplexity experiment = new SampleComplexity(options, results, listener, minutes);
    experiment.work(workers, folder.isPresent());
    return SampleComplexityReport.of(experiment.design, results);
  }

  private void work(int workers, boolean kept) {
    for (Run run : design.all()) {
      if (results.of(run).isEmpty()) {
        waiting.add(run);
      }
    }
    long total = waiting.stream().mapToLong(Run::steps).sum();
    if (total > 0) {
      listener.stage(design.options().target().id(), total);
    }
    try (WorkerPool pool = new WorkerPool(workers)) {
      pool.map(
          workers,
          w -> {
            workOff(kept);
            return w;
          });
    }
  }

  private void workOff(boolean kept) {
    for (Run run = next(); run != null; run = next()) {
      results.add(Measurement.of(run, design.options().settings(), progress(run.steps(), kept)));
    }
  }

  private LongConsumer progress(int length, boolean kept) {
    long[] before = {0};
    return step -> {
      if (step % STEPS_PER_REPORT == 0 || step == length) {
        progress(step - before[0], kept);
        before[0] = step;
      }
    };
  }

  private synchronized @Nullable Run next() {
    return (System.nanoTime() - start) / 1e9 < seconds ? waiting.poll() : null;
  }

  private synchronized void progress(long more, boolean kept) {
    if (listener.stopRequested()) {
      throw new FitInterrupted(
          "interrupted"
              + (kept ? "; the same command goes on after the runs that are finished" : ""));
    }
    steps += more;
    listener.step(steps, Double.NaN);
  }
}
