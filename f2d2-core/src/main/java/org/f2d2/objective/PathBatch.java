package org.f2d2.objective;

import org.f2d2.flow.ProbabilityPath;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Tensor;

/**
 * Points on the probability path.
 *
 * @param x points x_s [n, d]
 * @param s their times [n, 1]
 * @param w velocities of the pairs [n, d]
 */
record PathBatch(Tensor x, Tensor s, Tensor w) {

  static PathBatch draw(TrainingRows data, ProbabilityPath path, Tensor s, Rng rng) {
    Tensor x1 = data.draw((int) s.size(0), rng);
    Tensor z = rng.normal(x1.type(), x1.shape());
    return new PathBatch(path.point(z, x1, s), s, path.velocity(z, x1, s));
  }
}
