package org.f2d2.train;

import java.nio.file.Path;
import java.util.Optional;
import org.f2d2.data.Batch;
import org.f2d2.objective.Method;

/** What a user may choose about a fit of any domain, and the fit itself. */
public interface FitChoices {

  /** What one row of the domain is called: row, image. */
  String one();

  /** How the few-step model is trained. */
  Method method();

  /** How long to train. */
  Budget budget();

  /** Fixes every random draw. */
  long seed();

  /** Threads; part of what a result is reproduced by. */
  int workers();

  /** Strength of classifier-free guidance; 1 for none. */
  default double guidance() {
    return 1;
  }

  /**
   * Fits.
   *
   * @param rows of the domain that these options are for
   * @param directory of the checkpoint, which stays when the fit is interrupted
   * @param resume whether to go on from the checkpoint there, whose options then hold
   * @param taught a model of the same rows whose teacher is taken, where the domain can
   * @throws org.f2d2.error.F2d2Exception when the rows cannot be modelled, or the checkpoint is of
   *     others
   * @throws FitInterrupted when the listener asked for it
   */
  FittedFlow fit(
      Batch rows,
      Path directory,
      boolean resume,
      Optional<FittedFlow> taught,
      FitListener listener);

  /**
   * The options of the unfinished fit in a directory, which must be of the same domain.
   *
   * @throws org.f2d2.error.F2d2Exception when its checkpoint cannot be read
   */
  FitChoices begun(Path directory);

  /** Whether a model was fitted to these rows. */
  boolean fitted(FittedFlow model, Batch rows);
}
