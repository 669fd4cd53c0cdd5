package org.f2d2.train;

import java.util.Arrays;
import java.util.List;
import org.f2d2.data.ImageSet;
import org.f2d2.domain.image.Dequantization;
import org.f2d2.domain.image.ImageDomain;
import org.f2d2.domain.image.PixelScale;
import org.f2d2.error.F2d2Exception;
import org.f2d2.error.OptionException;
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

  private static final int MOST_CLASSES = 256;

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
  private final List<Double> classShares;

  /**
   * Held-out images.
   *
   * @param rows in model space, with the classes beside them if these are conditions [n, d + c]
   * @param logDerivatives see {@link Dequantization.Mapped}
   */
  record Held(Tensor rows, double[] logDerivatives) {}

  private ImageData(
      ImageSet training,
      Dequantization dequantization,
      RotatedGaussianFlow base,
      Held selection,
      Held calibration,
      List<Double> classShares) {
    this.training = training;
    this.dequantization = dequantization;
    this.base = base;
    this.selection = selection;
    this.calibration = calibration;
    this.classShares = classShares;
  }

  /**
   * Splits images by a seed.
   *
   * @param mostHeldOut how many are held out at most; not more than one in ten
   * @param conditional whether the classes are conditions
   * @throws F2d2Exception when there are too few, or their classes are needed and not known
   */
  static ImageData of(ImageSet images, int mostHeldOut, long seed, boolean conditional) {
    int heldOut = Math.min(mostHeldOut, images.count() / HELD_OUT_ONE_IN);
    if (heldOut < LEAST_HELD_OUT) {
      throw new F2d2Exception(
          images.count()
              + " images are too few to fit: "
              + LEAST_HELD_OUT * HELD_OUT_ONE_IN
              + " are needed");
    }
    List<Double> shares = conditional ? classShares(images) : List.of();
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
        held(images.take(Arrays.copyOf(order, half)), dequantization, shares, rng.derive(3)),
        held(
            images.take(Arrays.copyOfRange(order, half, heldOut)),
            dequantization,
            shares,
            rng.derive(4)),
        shares);
  }

  /** How often each class occurs, from class 0 to the last. */
  private static List<Double> classShares(ImageSet images) {
    if (!images.labelled()) {
      throw new OptionException("labels", "must give the classes of the images");
    }
    int[] labels = images.labels();
    double[] counts = new double[Arrays.stream(labels).max().orElseThrow() + 1];
    for (int label : labels) {
      counts[label]++;
    }
    if (counts.length > MOST_CLASSES) {
      throw new OptionException(
          "labels", "must be below " + MOST_CLASSES + ", found " + (counts.length - 1));
    }
    return Arrays.stream(counts).map(c -> c / labels.length).boxed().toList();
  }

  private static Held held(
      ImageSet images, Dequantization dequantization, List<Double> shares, Rng rng) {
    int d = images.dimensions();
    Dequantization.Mapped mapped = dequantization.map(images.levelsOf(0, images.count()), d, rng);
    Tensor rows = Tensor.of(mapped.values(), DType.FLOAT32, images.count(), d);
    return new Held(withClasses(rows, shares.size(), images.labels()), mapped.logDerivatives());
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
          // Row by row in memory, as a stored one comes back: a product's last digits depend on it.
          Tensor.of(eigen.vectors().toDoubles(), d, d).outliveScopes());
    }
  }

  /**
   * Columns that move with classes beside them, each as zeros and a one.
   *
   * @param columns [n, d]
   * @param classes how many there are; 0 for points without
   * @param labels one per row
   */
  private static Tensor withClasses(Tensor columns, int classes, int[] labels) {
    if (classes == 0) {
      return columns;
    }
    double[] ones = new double[labels.length * classes];
    for (int i = 0; i < labels.length; i++) {
      ones[i * classes + labels[i]] = 1;
    }
    return Tensor.cat(1, columns, Tensor.of(ones, columns.type(), labels.length, classes));
  }

  /** What the model is of. */
  ImageDomain domain() {
    return new ImageDomain(format(), dequantization, classShares);
  }

  /** What a point is. */
  ImageFormat format() {
    return new ImageFormat(training.channels(), training.height(), training.width());
  }

  /** How often each class occurs where classes are conditions; empty where they are not. */
  List<Double> classShares() {
    return classShares;
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
        Tensor x = dequantization.draw(Tensor.of(q, rows, d), type(), rng);
        int[] labels =
            classShares.isEmpty()
                ? new int[0]
                : Arrays.stream(which).mapToInt(i -> training.label((int) i)).toArray();
        return withClasses(x, classShares.size(), labels);
      }

      @Override
      public DType type() {
        return DType.FLOAT32;
      }

      @Override
      public int conditions() {
        return classShares.size();
      }
    };
  }
}
