package com.example;

import org.f2d2.objective.TimeLaw;
import org.f2d2.tensor.Tensor;

/** Times of density 2t: more rows near the data. */
public record LateTimes() implements TimeLaw {

  @Override
  public Tensor ofShare(Tensor share) {
    return share.sqrt();
  }
}
