package org.f2d2.net;

import org.f2d2.tensor.DType;
import org.f2d2.tensor.Tensor;

/**
 * Smooth features of a time in [0, 1]: t, and sin and cos of kπt/2 for k = 1, ..., harmonics.
 *
 * <p>Bounded with bounded derivatives on the closed interval, so a network can be queried at
 * exactly 0 and 1 and differentiated there.
 *
 * @param harmonics number of frequencies; at least 0
 */
public record TimeEmbedding(int harmonics) {

  private static final int MOST = 1 << 16;

  /** Checks the number of frequencies. */
  public TimeEmbedding {
    if (harmonics < 0 || harmonics > MOST) {
      throw new IllegalArgumentException(
          "harmonics must be at least 0 and at most " + MOST + ", got " + harmonics);
    }
  }

  /** Number of features of one time. */
  public int size() {
    return 1 + 2 * harmonics;
  }

  /**
   * The features.
   *
   * @param t times [n, 1]
   * @return [n, {@link #size}]
   */
  public Tensor features(Tensor t) {
    if (harmonics == 0) {
      return t;
    }
    Tensor phase = t.mul(frequencies(t.type()));
    return Tensor.cat(1, t, phase.sin(), phase.cos());
  }

  /** The features of one time. */
  double[] features(double t) {
    double[] features = new double[size()];
    features[0] = t;
    for (int k = 0; k < harmonics; k++) {
      features[1 + k] = Math.sin(frequency(k) * t);
      features[1 + harmonics + k] = Math.cos(frequency(k) * t);
    }
    return features;
  }

  /** ∂features/∂t, in the shape of {@link #features}. */
  Tensor derivatives(Tensor t) {
    if (harmonics == 0) {
      return t.onesLike();
    }
    Tensor w = frequencies(t.type());
    Tensor phase = t.mul(w);
    return Tensor.cat(1, t.onesLike(), phase.cos().mul(w), phase.sin().mul(w).neg());
  }

  private Tensor frequencies(DType type) {
    double[] w = new double[harmonics];
    for (int k = 0; k < harmonics; k++) {
      w[k] = frequency(k);
    }
    return Tensor.of(w, type, 1, harmonics);
  }

  private static double frequency(int k) {
    return (k + 1) * Math.PI / 2;
  }
}
