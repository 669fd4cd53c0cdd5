package org.f2d2.objective;

import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Tensor;

/** A loss that is estimated anew from random rows in each step. */
@FunctionalInterface
public interface Objective {

  /**
   * An unbiased estimate of the loss, differentiable in the parameters of the model.
   *
   * @param rows how many rows to draw, at least 1
   * @param rng where every random number of this estimate comes from
   * @return a tensor of one element
   */
  Tensor loss(int rows, Rng rng);

  /**
   * The objective as it is when a share of the run is done, for those that change on the way.
   *
   * @param share in [0, 1]
   */
  default Objective at(double share) {
    return this;
  }
}
