package com.example;

import org.f2d2.objective.RowWeight;
import org.f2d2.tensor.Tensor;

/**
 * Rows whose error of u is large count less, so that none counts more than one with an error of c.
 *
 * @param bound c, positive
 */
public record Bounded(double bound) implements RowWeight {

  @Override
  public Factors of(Tensor error) {
    Tensor square = error.square().sumKeep(1);
    Tensor weight = square.div(bound * bound).add(1).reciprocal();
    return new Factors(weight, weight.onesLike());
  }
}
