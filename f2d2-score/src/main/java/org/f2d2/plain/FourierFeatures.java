package org.f2d2.plain;

/**
 * Gated Fourier features of each coordinate: for w = kπ/2, k = 1, ..., frequencies,
 *
 * <pre>  ½ exp(-w² (1-t)² / 2) · { sin(w xᵢ), cos(w xᵢ) }</pre>
 *
 * The gate is the factor by which noise of standard deviation 1-t damps a wave of frequency w: a
 * frequency enters only once the noise no longer hides it.
 *
 * @param frequencies number of frequencies per coordinate; 0 for none
 */
public record FourierFeatures(int frequencies) {

  private static final int MOST = 1 << 16;

  /** Checks the number of frequencies. */
  public FourierFeatures {
    if (frequencies < 0 || frequencies > MOST) {
      throw new IllegalArgumentException(
          "frequencies must be at least 0 and at most " + MOST + ", got " + frequencies);
    }
  }

  /** Number of features of one coordinate. */
  public int sizePerCoordinate() {
    return 2 * frequencies;
  }

  /** The features of one coordinate of one point, {@link #sizePerCoordinate} numbers. */
  void put(double x, double t, float[] out, int start) {
    for (int k = 0; k < frequencies; k++) {
      double w = frequency(k);
      double gate = 0.5 * Math.exp(-0.5 * w * w * (1 - t) * (1 - t));
      out[start + k] = (float) (gate * Math.sin(w * x));
      out[start + frequencies + k] = (float) (gate * Math.cos(w * x));
    }
  }

  /** w of wave {@code k}, from 0. */
  public static double frequency(int k) {
    return (k + 1) * Math.PI / 2;
  }
}
