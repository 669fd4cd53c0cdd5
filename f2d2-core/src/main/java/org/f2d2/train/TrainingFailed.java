package org.f2d2.train;

import org.f2d2.error.F2d2Exception;

/** A training whose numbers left what can be reckoned with. */
public final class TrainingFailed extends F2d2Exception {

  private static final long serialVersionUID = 1L;

  private static final String ADVICE =
      "; options of the method that are left out or nearer to their defaults may help, or another"
          + " seed";

  private TrainingFailed(String message, Throwable cause) {
    super(message, cause);
  }

  /** In the middle of a stage. */
  static TrainingFailed at(String stage, long step, long steps, ArithmeticException why) {
    return new TrainingFailed(
        "training the "
            + stage
            + " failed at step "
            + step
            + " of "
            + steps
            + ": "
            + why.getMessage()
            + ADVICE,
        why);
  }

  /** In the trial steps before any stage. */
  static TrainingFailed planning(ArithmeticException why) {
    return new TrainingFailed("the first trial steps failed: " + why.getMessage() + ADVICE, why);
  }
}
