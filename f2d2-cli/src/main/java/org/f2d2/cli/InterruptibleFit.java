package org.f2d2.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.f2d2.train.FitInterrupted;
import org.f2d2.train.FitListener;

/**
 * Shows a fit's progress and ends it in good order when the process is told to stop.
 *
 * <p>An interrupt from the keyboard makes the JVM run its shutdown hooks and then end with exit
 * code 130. The hook here asks the fit to stop and holds the JVM up until the checkpoint is written
 * and the user has been told, so that nothing that was trained is lost.
 */
final class InterruptibleFit implements FitListener {

  private static final long PATIENCE_SECONDS = 2;

  private final Progress progress;
  private final double secondsBefore;
  private volatile boolean stop;
  private volatile boolean asked;

  private InterruptibleFit(Progress progress, double secondsBefore) {
    this.progress = progress;
    this.secondsBefore = secondsBefore;
  }

  @Override
  public double secondsBefore() {
    return secondsBefore;
  }

  /** A piece of work with a fit in it. */
  interface Work {
    /**
     * Runs to the end, or ends with {@link FitInterrupted} after the listener was asked to stop.
     */
    int run(FitListener listener);
  }

  /** Runs the work, which begins now. */
  static int run(Progress progress, Consumer<FitInterrupted> interrupted, Work work) {
    return run(progress, interrupted, 0, work);
  }

  /**
   * Runs the work.
   *
   * @param progress where the fit is shown
   * @param interrupted hears, while the JVM still waits, why the work ended early
   * @param secondsBefore that the command has taken so far
   * @param work what to do
   * @return what the work returned, or {@link Main#INTERRUPTED}
   */
  static int run(
      Progress progress, Consumer<FitInterrupted> interrupted, double secondsBefore, Work work) {
    InterruptibleFit listener = new InterruptibleFit(progress, secondsBefore);
    CountDownLatch ended = new CountDownLatch(1);
    Thread hook = new Thread(() -> listener.stopAndWait(ended, interrupted), "f2d2-stop");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      return work.run(listener);
    } catch (FitInterrupted e) {
      progress.close();
      interrupted.accept(e);
      return Main.INTERRUPTED;
    } finally {
      release(hook, ended);
    }
  }

  private void stopAndWait(CountDownLatch ended, Consumer<FitInterrupted> interrupted) {
    stop = true;
    try {
      // Before a fit asks for the first time it has nothing to lose, and may be busy for long.
      if (!ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        if (asked) {
          ended.await();
        } else {
          interrupted.accept(new FitInterrupted("interrupted before anything was trained"));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void release(Thread hook, CountDownLatch ended) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The JVM is going down already, and the hook waits for the latch.
    }
    ended.countDown();
  }

  @Override
  public boolean stopRequested() {
    asked = true;
    return stop;
  }

  @Override
  public void message(String line) {
    progress.message(line);
  }

  @Override
  public void stage(String name, long steps) {
    progress.stage(name, steps, "steps");
  }

  @Override
  public void step(long step, double loss) {
    progress.step(step, loss);
  }
}
