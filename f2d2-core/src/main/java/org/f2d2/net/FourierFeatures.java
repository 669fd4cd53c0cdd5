package org.f2d2.net;

import org.f2d2.tensor.DType;
import org.f2d2.tensor.Tensor;

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

  /**
   * The features and, if asked for, their derivatives.
   *
   * @param x points [n, d]
   * @param t times [n, 1]
   * @return [n, d, 2·frequencies], sines first
   */
  public Tensor features(Tensor x, Tensor t) {
    Tensor phase = phase(x);
    Tensor gate = gate(t);
    return Tensor.cat(2, phase.sin().mul(gate), phase.cos().mul(gate));
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

  /** ∂features/∂xᵢ of each coordinate's own features; shape as {@link #features}. */
  public Tensor derivatives(Tensor x, Tensor t) {
    Tensor phase = phase(x);
    Tensor rate = gate(t).mul(frequencyVector(x.type()));
    return Tensor.cat(2, phase.cos().mul(rate), phase.sin().mul(rate).neg());
  }

  /** ∂features/∂t; shape as {@link #features}. */
  Tensor timeDerivatives(Tensor x, Tensor t) {
    Tensor w = frequencyVector(t.type());
    Tensor rate = t.subtractFrom(1).unsqueeze(2).mul(w.square()).mul(gate(t));
    Tensor phase = phase(x);
    return Tensor.cat(2, phase.sin().mul(rate), phase.cos().mul(rate));
  }

  private Tensor phase(Tensor x) {
    return x.unsqueeze(2).mul(frequencyVector(x.type()));
  }

  private Tensor gate(Tensor t) {
    Tensor w = frequencyVector(t.type());
    Tensor noise = t.subtractFrom(1).unsqueeze(2);
    return noise.mul(w).square().mul(-0.5).exp().mul(0.5);
  }

  private Tensor frequencyVector(DType type) {
    double[] w = new double[frequencies];
    for (int k = 0; k < frequencies; k++) {
      w[k] = frequency(k);
    }
    return Tensor.of(w, type, 1, 1, frequencies);
  }

  private static double frequency(int k) {
    return (k + 1) * Math.PI / 2;
  }
}
