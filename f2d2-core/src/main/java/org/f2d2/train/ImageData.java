package org.f2d2.train;

import java.util.Arrays;
import org.f2d2.data.Dequantization;
import org.f2d2.data.ImageSet;
import org.f2d2.data.PixelScale;
import org.f2d2.error.F2d2Exception;
import org.f2d2.flow.GaussianFlow;
import org.f2d2.flow.RotatedGaussianFlow;
import org.f2d2.net.ImageFormat;
import org.f2d2.objective.TrainingRows;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.SymmetricEigen;
import org.f2d2.tensor.Tensor;

/**
 * Images of a fit: those that are trained on, with fresh noise each time they are drawn, and those
 * that are held out, with noise that stays.
 */
final class ImageData {

  /** Images that are turned into tensors at a time. */
  private static final int CHUNK = 2_000;

  private static final int HELD_OUT_ONE_IN = 10;
  private static final int LEAST_HELD_OUT = 4;

  /** Least standard deviation along a principal axis, of data whose pixels have unit scale. */
  private static final double LEAST_SCALE = 1e-2;

  private final ImageSet training;
  private final Dequantization dequantization;
  private final RotatedGaussianFlow base;
  private final Held selection;
  private final Held calibration;

  /**
   * Held-out images.
   *
   * @param rows in model space [n, d]
   * @param logDerivatives see {@link Dequantization.Mapped}
   */
  record Held(Tensor rows, double[] logDerivatives) {}

  private ImageData(
      ImageSet training,
      Dequantization dequantization,
      RotatedGaussianFlow base,
      Held selection,
      Held calibration) {
    this.training = training;
    this.dequantization = dequantization;
    this.base = base;
    this.selection = selection;
    this.calibration = calibration;
  }

  /**
   * Splits images by a seed.
   *
   * @param mostHeldOut how many are held out at most; not more than one in ten
   * @throws F2d2Exception when there are too few
   */
  static ImageData of(ImageSet images, int mostHeldOut, long seed) {
    int heldOut = Math.min(mostHeldOut, images.count() / HELD_OUT_ONE_IN);
    if (heldOut < LEAST_HELD_OUT) {
      throw new F2d2Exception(
          images.count()
              + " images are too few to fit: "
              + LEAST_HELD_OUT * HELD_OUT_ONE_IN
              + " are needed");
    }
    Rng rng = new Rng(seed);
    int[] order = new int[images.count()];
    try (Scope scope = Scope.open()) {
      long[] permutation = rng.derive(1).permutation(images.count()).toLongs();
      Arrays.setAll(order, i -> (int) permutation[i]);
    }
    int half = heldOut / 2;
    ImageSet training = images.take(Arrays.copyOfRange(order, heldOut, order.length));
    Dequantization dequantization =
        new Dequantization(images.levels(), PixelScale.gaussianized(training));
    return new ImageData(
        training,
        dequantization,
        base(training, dequantization, rng.derive(2)),
        held(images.take(Arrays.copyOf(order, half)), dequantization, rng.derive(3)),
        held(images.take(Arrays.copyOfRange(order, half, heldOut)), dequantization, rng.derive(4)));
  }

  private static Held held(ImageSet images, Dequantization dequantization, Rng rng) {
    int d = images.dimensions();
    Dequantization.Mapped mapped = dequantization.map(images.levelsOf(0, images.count()), d, rng);
    Tensor rows = Tensor.of(mapped.values(), DType.FLOAT32, images.count(), d);
    return new Held(rows, mapped.logDerivatives());
  }

  /** The Gaussian law of the mean and covariance of the training images, along its axes. */
  private static RotatedGaussianFlow base(
      ImageSet training, Dequantization dequantization, Rng rng) {
    int d = training.dimensions();
    int n = training.count();
    try (Scope scope = Scope.open()) {
      Tensor sum = Tensor.zeros(DType.FLOAT64, 1, d);
      Tensor products = Tensor.zeros(DType.FLOAT64, d, d);
      for (int from = 0; from < n; from += CHUNK) {
        try (Scope inner = Scope.open()) {
          int to = Math.min(n, from + CHUNK);
          long[] q = Arrays.stream(training.levelsOf(from, to)).asLongStream().toArray();
          Tensor x =
              dequantization.draw(Tensor.of(q, to - from, d), DType.FLOAT64, rng.derive(from));
          sum.addInPlace(x.sum(0).reshape(1, d), 1);
          products.addInPlace(x.transpose().matmul(x), 1);
        }
      }
      Tensor mean = sum.div(n);
      Tensor covariance = products.div(n).sub(mean.transpose().matmul(mean));
      SymmetricEigen eigen = SymmetricEigen.of(covariance);
      double[] scale = eigen.values().toDoubles();
      for (int i = 0; i < d; i++) {
        scale[i] = Math.max(LEAST_SCALE, Math.sqrt(Math.max(0, scale[i])));
      }
      return new RotatedGaussianFlow(
          GaussianFlow.of(mean.matmul(eigen.vectors()).toDoubles(), scale, 1),
          eigen.vectors().copy().outliveScopes());
    }
  }

  /** What a point is. */
  ImageFormat format() {
    return new ImageFormat(training.channels(), training.height(), training.width());
  }

  int trainingImages() {
    return training.count();
  }

  Dequantization dequantization() {
    return dequantization;
  }

  RotatedGaussianFlow base() {
    return base;
  }

  Held selection() {
    return selection;
  }

  Held calibration() {
    return calibration;
  }

  /** Training images with fresh noise. */
  TrainingRows rows() {
    int d = training.dimensions();
    return new TrainingRows() {
      @Override
      public Tensor draw(int rows, Rng rng) {
        long[] which = rng.integers(training.count(), rows).toLongs();
        long[] q = new long[rows * d];
        for (int r = 0; r < rows; r++) {
          for (int i = 0; i < d; i++) {
            q[r * d + i] = training.level((int) which[r], i);
          }
        }
        return dequantization.draw(Tensor.of(q, rows, d), type(), rng);
      }

      @Override
      public DType type() {
        return DType.FLOAT32;
      }
    };
  }
}
