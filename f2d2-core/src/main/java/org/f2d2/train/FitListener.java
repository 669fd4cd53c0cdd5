package org.f2d2.train;

/**
 * Hears how a fit goes on. All methods should return at once; they run on the thread that fits, but
 * for {@link #stopRequested}, which several threads may ask.
 */
public interface FitListener {

  /** A listener that does nothing. */
  FitListener SILENT = new FitListener() {};

  /** Whether the fit should write a checkpoint and end now, with {@link FitInterrupted}. */
  default boolean stopRequested() {
    return false;
  }

  /**
   * Seconds that the same work has taken so far, such as reading the table: the minutes cover them.
   */
  default double secondsBefore() {
    return 0;
  }

  /** Something a user should read: a warning about a column, the plan, a choice. */
  default void message(String line) {}

  /**
   * A stage begins or, after a resume, goes on.
   *
   * @param name what the stage does, in a few words
   * @param steps its length
   */
  default void stage(String name, long steps) {}

  /**
   * A step was done.
   *
   * @param step steps done in this stage
   * @param loss running mean of the loss
   */
  default void step(long step, double loss) {}
}
