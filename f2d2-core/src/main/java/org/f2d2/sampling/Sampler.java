package org.f2d2.sampling;

import org.f2d2.flow.Calls;
import org.f2d2.flow.GaussianPrior;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;

/** Turns noise into data. */
public interface Sampler {

  /**
   * Points.
   *
   * @param points at time 1, [n, d]; they belong to the caller's {@link Scope}
   * @param calls passes through the network per row
   */
  record Sample(Tensor points, Calls calls) {}

  /**
   * Points with their log-densities.
   *
   * @param points at time 1, [n, d]; they belong to the caller's {@link Scope}
   * @param logDensity of each point under the model, in nats
   * @param calls passes through the network per row
   */
  record ScoredSample(Tensor points, double[] logDensity, Calls calls) {}

  /** Number of coordinates of a point, d. */
  int dimensions();

  /** The law of the noise. */
  GaussianPrior prior();

  /**
   * Turns given noise into points.
   *
   * @param z noise [n, d], in the element type in which the model computes
   * @throws IllegalArgumentException if z is not a matrix of d columns
   */
  Sample from(Tensor z);

  /**
   * Turns given noise into points and says their log-density, in one pass.
   *
   * @param z noise [n, d]
   * @throws IllegalArgumentException if z is not a matrix of d columns
   * @throws UnsupportedOperationException if the model has no divergence
   */
  ScoredSample scoredFrom(Tensor z);

  /** Draws points. */
  default Sample sample(int count, DType type, Rng rng) {
    try (Scope scope = Scope.open()) {
      Sample sample = from(prior().draw(count, dimensions(), type, rng));
      scope.keep(sample.points());
      return sample;
    }
  }

  /** Draws points and says their log-density: the same points as {@link #sample}. */
  default ScoredSample sampleScored(int count, DType type, Rng rng) {
    try (Scope scope = Scope.open()) {
      ScoredSample sample = scoredFrom(prior().draw(count, dimensions(), type, rng));
      scope.keep(sample.points());
      return sample;
    }
  }
}
