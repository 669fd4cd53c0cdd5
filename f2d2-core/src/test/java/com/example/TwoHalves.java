package com.example;

import java.util.Optional;
import org.f2d2.sampling.TransitionKernel;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Tensor;

/**
 * Another kernel over both halves of an interval, one after the other.
 *
 * @param kernel any
 */
public record TwoHalves(TransitionKernel kernel) implements TransitionKernel {

  @Override
  public int dimensions() {
    return kernel.dimensions();
  }

  @Override
  public int conditions() {
    return kernel.conditions();
  }

  @Override
  public boolean hasDivergence() {
    return kernel.hasDivergence();
  }

  @Override
  public Step step(Tensor x, double from, double to, Rng rng) {
    double half = (from + to) / 2;
    Step a = kernel.step(x, from, half, rng);
    Step b = kernel.step(a.points(), half, to, rng);
    Optional<Tensor> divergence =
        a.info().divergence().flatMap(d -> b.info().divergence().map(d::add));
    return new Step(b.points(), new Info(divergence, a.info().calls().plus(b.info().calls())));
  }
}
