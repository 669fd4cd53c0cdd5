package org.f2d2.train;

import org.f2d2.error.F2d2Exception;

/** A fit was asked to end; its checkpoint is written and a resumed fit continues from it. */
public final class FitInterrupted extends F2d2Exception {

  private static final long serialVersionUID = 1L;

  /** Says where the fit stands. */
  public FitInterrupted(String message) {
    super(message);
  }
}
