package com.example;

import org.f2d2.flow.ProbabilityPath;
import org.f2d2.tensor.Tensor;

/** Straight lines on which a point starts and ends slowly: α = t²(3 - 2t), σ = 1 - α. */
public record SmoothStep() implements ProbabilityPath {

  @Override
  public Tensor alpha(Tensor t) {
    return t.square().mul(t.mul(2).subtractFrom(3));
  }

  @Override
  public Tensor sigma(Tensor t) {
    return alpha(t).subtractFrom(1);
  }

  @Override
  public Tensor alphaRate(Tensor t) {
    return t.mul(6).mul(t.subtractFrom(1));
  }

  @Override
  public Tensor sigmaRate(Tensor t) {
    return alphaRate(t).neg();
  }
}
