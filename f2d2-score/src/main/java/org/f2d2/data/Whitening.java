package org.f2d2.data;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.f2d2.error.F2d2Exception;
import org.jspecify.annotations.Nullable;

/**
 * Symmetric (zero-phase) whitening: {@code y = W w} with {@code W = S^(-1/2)}, S the covariance.
 *
 * <p>Among all maps that give unit covariance it is the one closest to the identity (Kessy, Lewin
 * and Strimmer, "Optimal whitening and decorrelation", 2018), so a column stays recognisable. The
 * fit finds S. Immutable.
 */
public final class Whitening {
  private final int dimensions;
  private final double[] eigenvalues;
  private final double[] eigenvectors;
  private final List<Integer> floored;
  private final double[] whitening;
  private final double[] colouring;
  private final double logDeterminant;

  /**
   * Rebuilds a stored whitening.
   *
   * @param eigenvalues of the covariance; d positive numbers
   * @param eigenvectors row-major d × d, column j belonging to eigenvalue j; orthonormal
   * @param floored which of them are larger than the training rows' own, which are as good as 0;
   *     absent in models of earlier versions
   * @throws F2d2Exception when the sizes disagree, a value is not positive, or the vectors are not
   *     orthonormal
   */
  @JsonCreator
  public Whitening(
      @JsonProperty("eigenvalues") double[] eigenvalues,
      @JsonProperty("eigenvectors") double[] eigenvectors,
      @JsonProperty("floored") @Nullable List<Integer> floored) {
    this.dimensions = eigenvalues.length;
    this.eigenvalues = eigenvalues.clone();
    this.eigenvectors = eigenvectors.clone();
    this.floored = List.copyOf(Objects.requireNonNullElse(floored, List.of()));
    requireUsable();
    this.whitening = power(-0.5);
    this.colouring = power(0.5);
    double sum = 0;
    for (double value : eigenvalues) {
      sum -= 0.5 * Math.log(value);
    }
    this.logDeterminant = sum;
  }

  /** Number of columns. */
  public int dimensions() {
    return dimensions;
  }

  /** A copy of the eigenvalues of the covariance. */
  @JsonProperty("eigenvalues")
  public double[] eigenvalues() {
    return eigenvalues.clone();
  }

  /** A copy of the eigenvectors, row-major, one per column. */
  @JsonProperty("eigenvectors")
  public double[] eigenvectors() {
    return eigenvectors.clone();
  }

  /**
   * Directions in which the training rows do not vary at all, but for rounding: there columns are
   * exact combinations of each other, and a density has no bound.
   */
  @JsonProperty("floored")
  public List<Integer> floored() {
    return floored;
  }

  /** Gives a whitened training row the variance that it lacks in the floored directions. */
  void dither(double[] row, RandomGenerator noise) {
    for (int k : floored) {
      double size = noise.nextGaussian();
      for (int i = 0; i < dimensions; i++) {
        row[i] += size * eigenvectors[i * dimensions + k];
      }
    }
  }

  /** {@code ln |det W|} in nats. */
  public double logDeterminant() {
    return logDeterminant;
  }

  /** Whitens one row in place; NaN anywhere in the row makes all of it NaN. */
  public void forward(double[] row) {
    multiply(whitening, row.clone(), row);
  }

  /** Whitens one row into another. */
  public void forward(double[] row, double[] out) {
    multiply(whitening, row, out);
  }

  /** Undoes {@link #forward} in place. */
  public void inverse(double[] row) {
    multiply(colouring, row.clone(), row);
  }

  private void multiply(double[] matrix, double[] in, double[] out) {
    for (int i = 0; i < dimensions; i++) {
      double sum = 0;
      for (int j = 0; j < dimensions; j++) {
        sum += matrix[i * dimensions + j] * in[j];
      }
      out[i] = sum;
    }
  }

  /** {@code V diag(values^exponent) V^T}. */
  private double[] power(double exponent) {
    int d = dimensions;
    double[] out = new double[d * d];
    for (int k = 0; k < d; k++) {
      double factor = Math.pow(eigenvalues[k], exponent);
      for (int i = 0; i < d; i++) {
        double left = factor * eigenvectors[i * d + k];
        for (int j = 0; j < d; j++) {
          out[i * d + j] += left * eigenvectors[j * d + k];
        }
      }
    }
    return out;
  }

  private void requireUsable() {
    int d = dimensions;
    boolean usable =
        d > 0
            && eigenvectors.length == d * d
            && floored.stream().allMatch(k -> k >= 0 && k < dimensions);
    for (int i = 0; usable && i < d; i++) {
      usable = eigenvalues[i] > 0 && Double.isFinite(eigenvalues[i]);
      for (int j = 0; usable && j <= i; j++) {
        double product = 0;
        for (int k = 0; k < d; k++) {
          product += eigenvectors[k * d + i] * eigenvectors[k * d + j];
        }
        usable = Math.abs(product - (i == j ? 1 : 0)) < 1e-9;
      }
    }
    if (!usable) {
      throw new F2d2Exception("the stored whitening is not " + d + " orthonormal directions");
    }
  }
}
