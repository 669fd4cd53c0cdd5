package org.f2d2.lab.experiment;

/** Where the velocity of a run comes from. */
sealed interface Source {

  /** A word without blanks for the key of a run. */
  String id();

  /**
   * A network that is trained on batches drawn with replacement from n rows.
   *
   * @param rows n, at least 1
   */
  record Sample(int rows) implements Source {
    /** Checks the number of rows. */
    public Sample {
      requireRows(rows);
    }

    @Override
    public String id() {
      return "sample-" + rows;
    }
  }

  /** A network that never sees a row twice: what a sample of any size leaves to be wished for. */
  record Fresh() implements Source {
    @Override
    public String id() {
      return "fresh";
    }
  }

  /**
   * A network that sees all n rows in every step, equally often: nothing but the number of steps
   * keeps it from learning them by heart.
   *
   * @param rows n, at least 1
   */
  record WholeSample(int rows) implements Source {
    /** Checks the number of rows. */
    public WholeSample {
      requireRows(rows);
    }

    @Override
    public String id() {
      return "whole-" + rows;
    }
  }

  /** No network: the exact velocity, for what solver and finite samples contribute. */
  record ExactField() implements Source {
    @Override
    public String id() {
      return "exact";
    }
  }

  private static void requireRows(int rows) {
    if (rows < 1) {
      throw new IllegalArgumentException("a sample needs at least 1 row, got " + rows);
    }
  }
}
