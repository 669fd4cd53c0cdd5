package org.f2d2.objective;

import org.f2d2.tensor.Tensor;

/**
 * How much a row counts in a loss, worked out from its own error.
 *
 * <p>Always from the error of u: the target of D may be a noisy number, and a weight that depends
 * on the noise would move the minimiser from the mean of the target towards its median.
 */
public interface RowWeight {

  /** Every row counts the same. */
  RowWeight EQUAL = new Equal();

  /**
   * Factors of the two parts of the loss, without gradients.
   *
   * @param velocity of |u error|², [n, 1]
   * @param divergence of (D error)², [n, 1]
   */
  record Factors(Tensor velocity, Tensor divergence) {}

  /**
   * The factors of a batch.
   *
   * @param error u minus its target, without gradients, [n, d]
   */
  Factors of(Tensor error);

  /** No weights. */
  record Equal() implements RowWeight {
    @Override
    public Factors of(Tensor error) {
      Tensor ones = Tensor.ones(error.type(), error.size(0), 1);
      return new Factors(ones, ones);
    }
  }

  /**
   * Every row counts the same, beside others that count as one.
   *
   * @param factor at least 0
   */
  record Constant(double factor) implements RowWeight {
    /** Checks the factor. */
    public Constant {
      if (!(factor >= 0)) {
        throw new IllegalArgumentException("a weight is at least 0, got " + factor);
      }
    }

    /** This weight, or {@link #EQUAL} where a factor of 1 makes it that. */
    RowWeight simplest() {
      return factor == 1 ? EQUAL : this;
    }

    @Override
    public Factors of(Tensor error) {
      Tensor factors = Tensor.full(factor, error.type(), error.size(0), 1);
      return new Factors(factors, factors);
    }
  }

  /**
   * The adaptive weight of MeanFlow (arXiv 2505.13447), ( |error|² + c )^-p, for u alone.
   *
   * <p>Beyond the intervals the weight of an error of 0 leaves what single precision holds.
   *
   * @param power p
   * @param offset c
   */
  record Adaptive(@Interval("[0, 2]") double power, @Interval("[0.000001, 1000]") double offset)
      implements RowWeight {
    /** Checks the numbers. */
    public Adaptive {
      MethodOptions.check(Adaptive.class, power, offset);
    }

    /** This weight, or {@link #EQUAL} where a power of 0 makes it that. */
    RowWeight simplest() {
      return power == 0 ? EQUAL : this;
    }

    @Override
    public Factors of(Tensor error) {
      Tensor weight = error.square().sumKeep(1).add(offset).pow(-power);
      return new Factors(weight, weight.onesLike());
    }
  }

  /**
   * The tangent normalisation of Align Your Flow (arXiv 2506.14603): the errors of u and D of a row
   * are both divided by |u error| + c. That the divisor of D is the same is ours.
   *
   * @param offset c, positive
   */
  record Normalized(double offset) implements RowWeight {
    /** Checks the offset. */
    public Normalized {
      if (!(offset > 0)) {
        throw new IllegalArgumentException("the offset must be positive, got " + offset);
      }
    }

    @Override
    public Factors of(Tensor error) {
      Tensor weight = error.square().sumKeep(1).sqrt().add(offset).reciprocal();
      return new Factors(weight, weight);
    }
  }
}
