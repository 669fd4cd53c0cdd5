package org.f2d2.net;

import org.f2d2.plain.FourierFeatures;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Tensor;

/** {@link FourierFeatures} of many points, and their derivatives. */
final class FourierTensors {

  private FourierTensors() {}

  /**
   * The features.
   *
   * @param x points [n, d]
   * @param t times [n, 1]
   * @return [n, d, 2·frequencies], sines first
   */
  static Tensor features(FourierFeatures fourier, Tensor x, Tensor t) {
    Tensor phase = phase(fourier, x);
    Tensor gate = gate(fourier, t);
    return Tensor.cat(2, phase.sin().mul(gate), phase.cos().mul(gate));
  }

  /** ∂features/∂xᵢ of each coordinate's own features; shape as {@link #features}. */
  static Tensor derivatives(FourierFeatures fourier, Tensor x, Tensor t) {
    Tensor phase = phase(fourier, x);
    Tensor rate = gate(fourier, t).mul(frequencies(fourier, x.type()));
    return Tensor.cat(2, phase.cos().mul(rate), phase.sin().mul(rate).neg());
  }

  /** ∂features/∂t; shape as {@link #features}. */
  static Tensor timeDerivatives(FourierFeatures fourier, Tensor x, Tensor t) {
    Tensor w = frequencies(fourier, t.type());
    Tensor rate = t.subtractFrom(1).unsqueeze(2).mul(w.square()).mul(gate(fourier, t));
    Tensor phase = phase(fourier, x);
    return Tensor.cat(2, phase.sin().mul(rate), phase.cos().mul(rate));
  }

  private static Tensor phase(FourierFeatures fourier, Tensor x) {
    return x.unsqueeze(2).mul(frequencies(fourier, x.type()));
  }

  private static Tensor gate(FourierFeatures fourier, Tensor t) {
    Tensor w = frequencies(fourier, t.type());
    Tensor noise = t.subtractFrom(1).unsqueeze(2);
    return noise.mul(w).square().mul(-0.5).exp().mul(0.5);
  }

  private static Tensor frequencies(FourierFeatures fourier, DType type) {
    double[] w = new double[fourier.frequencies()];
    for (int k = 0; k < w.length; k++) {
      w[k] = FourierFeatures.frequency(k);
    }
    return Tensor.of(w, type, 1, 1, w.length);
  }
}
