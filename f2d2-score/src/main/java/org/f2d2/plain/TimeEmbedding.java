package org.f2d2.plain;

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

  /** The features of one time: t, the sines, the cosines. */
  public double[] features(double t) {
    double[] features = new double[size()];
    features[0] = t;
    for (int k = 0; k < harmonics; k++) {
      features[1 + k] = Math.sin(frequency(k) * t);
      features[1 + harmonics + k] = Math.cos(frequency(k) * t);
    }
    return features;
  }

  /** The frequency of harmonic {@code k}, from 0. */
  public static double frequency(int k) {
    return (k + 1) * Math.PI / 2;
  }
}
