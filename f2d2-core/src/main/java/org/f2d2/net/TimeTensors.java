package org.f2d2.net;

import org.f2d2.plain.TimeEmbedding;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Tensor;

/** {@link TimeEmbedding} of many times, and its derivatives. */
final class TimeTensors {

  private TimeTensors() {}

  /**
   * The features.
   *
   * @param t times [n, 1]
   * @return [n, {@link TimeEmbedding#size}]
   */
  static Tensor features(TimeEmbedding time, Tensor t) {
    if (time.harmonics() == 0) {
      return t;
    }
    Tensor phase = t.mul(frequencies(time, t.type()));
    return Tensor.cat(1, t, phase.sin(), phase.cos());
  }

  /** ∂features/∂t, in the shape of {@link #features}. */
  static Tensor derivatives(TimeEmbedding time, Tensor t) {
    if (time.harmonics() == 0) {
      return t.onesLike();
    }
    Tensor w = frequencies(time, t.type());
    Tensor phase = t.mul(w);
    return Tensor.cat(1, t.onesLike(), phase.cos().mul(w), phase.sin().mul(w).neg());
  }

  private static Tensor frequencies(TimeEmbedding time, DType type) {
    double[] w = new double[time.harmonics()];
    for (int k = 0; k < w.length; k++) {
      w[k] = TimeEmbedding.frequency(k);
    }
    return Tensor.of(w, type, 1, w.length);
  }
}
