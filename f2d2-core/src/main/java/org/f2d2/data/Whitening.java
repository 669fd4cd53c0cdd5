package org.f2d2.data;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.f2d2.error.F2d2Exception;

/**
 * Symmetric (zero-phase) whitening: {@code y = W w} with {@code W = S^(-1/2)}, S the covariance.
 *
 * <p>Among all maps that give unit covariance it is the one closest to the identity (Kessy, Lewin
 * and Strimmer, "Optimal whitening and decorrelation", 2018), so a column stays recognisable.
 * Eigenvalues below {@value #FLOOR} times the largest are raised to that: directions in which the
 * training rows do not vary would otherwise be blown up without bound. Immutable.
 */
public final class Whitening {
  static final double FLOOR = 1e-6;

  private final int dimensions;
  private final double[] eigenvalues;
  private final double[] eigenvectors;
  private final double[] whitening;
  private final double[] colouring;
  private final double logDeterminant;

  /**
   * Rebuilds a stored whitening.
   *
   * @param eigenvalues of the covariance, floored; d positive numbers
   * @param eigenvectors row-major d × d, column j belonging to eigenvalue j; orthonormal
   * @throws F2d2Exception when the sizes disagree, a value is not positive, or the vectors are not
   *     orthonormal
   */
  @JsonCreator
  public Whitening(
      @JsonProperty("eigenvalues") double[] eigenvalues,
      @JsonProperty("eigenvectors") double[] eigenvectors) {
    this.dimensions = eigenvalues.length;
    this.eigenvalues = eigenvalues.clone();
    this.eigenvectors = eigenvectors.clone();
    requireUsable();
    this.whitening = power(-0.5);
    this.colouring = power(0.5);
    double sum = 0;
    for (double value : eigenvalues) {
      sum -= 0.5 * Math.log(value);
    }
    this.logDeterminant = sum;
  }

  /**
   * Fits the whitening to rows of mean zero.
   *
   * @param rows row-major, finite
   * @param d number of columns
   */
  static Whitening fit(double[] rows, int d) {
    SymmetricEigen eigen = SymmetricEigen.of(covariance(rows, d), d);
    double[] values = eigen.values();
    double largest = 0;
    for (double value : values) {
      largest = Math.max(largest, value);
    }
    for (int i = 0; i < d; i++) {
      values[i] = Math.max(values[i], FLOOR * largest);
    }
    return new Whitening(values, eigen.vectors());
  }

  /** Number of columns. */
  public int dimensions() {
    return dimensions;
  }

  /** A copy of the floored eigenvalues of the covariance. */
  @JsonProperty("eigenvalues")
  public double[] eigenvalues() {
    return eigenvalues.clone();
  }

  /** A copy of the eigenvectors, row-major, one per column. */
  @JsonProperty("eigenvectors")
  public double[] eigenvectors() {
    return eigenvectors.clone();
  }

  /** {@code ln |det W|} in nats. */
  double logDeterminant() {
    return logDeterminant;
  }

  /** Whitens one row in place; NaN anywhere in the row makes all of it NaN. */
  void forward(double[] row) {
    multiply(whitening, row.clone(), row);
  }

  /** Whitens one row into another. */
  void forward(double[] row, double[] out) {
    multiply(whitening, row, out);
  }

  /** Undoes {@link #forward} in place. */
  void inverse(double[] row) {
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

  private static double[] covariance(double[] rows, int d) {
    int n = rows.length / d;
    double[] mean = new double[d];
    for (int i = 0; i < rows.length; i++) {
      mean[i % d] += rows[i] / n;
    }
    double[] sums = new double[d * d];
    double[] centred = new double[d];
    for (int r = 0; r < n; r++) {
      for (int i = 0; i < d; i++) {
        centred[i] = rows[r * d + i] - mean[i];
      }
      for (int i = 0; i < d; i++) {
        for (int j = 0; j <= i; j++) {
          sums[i * d + j] += centred[i] * centred[j] / n;
        }
      }
    }
    for (int i = 0; i < d; i++) {
      for (int j = 0; j < i; j++) {
        sums[j * d + i] = sums[i * d + j];
      }
    }
    return sums;
  }

  private void requireUsable() {
    int d = dimensions;
    boolean usable = d > 0 && eigenvectors.length == d * d;
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
