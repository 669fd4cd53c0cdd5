package org.f2d2.score;

import org.f2d2.error.F2d2Exception;
import org.f2d2.error.OptionException;

/** How many network evaluations an answer may cost. */
public sealed interface Nfe {

  /** One evaluation. */
  Nfe ONE = new Jumps(1);

  /** The teacher's ODE. */
  Nfe EXACT = new Exact();

  /**
   * A fixed number of evaluations.
   *
   * @param count at least 1
   */
  record Jumps(int count) implements Nfe {
    /** Checks the number. */
    public Jumps {
      if (count < 1) {
        throw new OptionException("nfe", "must be at least 1, got " + count);
      }
    }

    @Override
    public String toString() {
      return Integer.toString(count);
    }
  }

  /** The teacher's ODE by an adaptive solver with its divergence. */
  record Exact() implements Nfe {
    @Override
    public String toString() {
      return "exact";
    }
  }

  /**
   * Reads a number or {@code exact}.
   *
   * @throws F2d2Exception for anything else
   */
  static Nfe parse(String text) {
    if (text.equals("exact")) {
      return EXACT;
    }
    try {
      return new Jumps(Integer.parseInt(text));
    } catch (NumberFormatException e) {
      throw new OptionException(
          "nfe", "takes a whole number from 1 or the word exact, not '" + text + "'");
    }
  }
}
