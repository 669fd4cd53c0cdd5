package org.f2d2.domain.image;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.f2d2.data.Batch;
import org.f2d2.data.ImageSet;
import org.f2d2.domain.Domain;
import org.f2d2.error.F2d2Exception;
import org.f2d2.error.OptionException;
import org.f2d2.net.ImageFormat;
import org.f2d2.score.Calibration;
import org.f2d2.score.Nfe;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;

/**
 * Images of whole levels. The noise that turns levels into numbers is fixed by the image itself, so
 * an image has the same score whatever it is scored with.
 *
 * @param format what a point is
 * @param dequantization between levels and model space
 * @param classShares how often each class occurs, of a model of images given their class; empty
 *     otherwise
 */
public record ImageDomain(
    ImageFormat format, Dequantization dequantization, List<Double> classShares) implements Domain {

  private static final double GUIDANCE_RATE = 0.02;

  /** Copies the list and checks the shares. */
  public ImageDomain {
    classShares = List.copyOf(classShares);
    for (double share : classShares) {
      if (!(share >= 0 && share <= 1)) {
        throw new F2d2Exception("a class cannot have the share " + share);
      }
    }
  }

  @Override
  public String one() {
    return "image";
  }

  @Override
  public String describe() {
    return "images of " + format.height() + " x " + format.width() + " pixels";
  }

  @Override
  public int moving() {
    return format.dimensions();
  }

  @Override
  public int conditions() {
    return classShares.size();
  }

  @Override
  public boolean hasClasses() {
    return !classShares.isEmpty();
  }

  /**
   * {@inheritDoc}
   *
   * @throws F2d2Exception when the images are of another format than the training images, or have
   *     no classes where the model knows classes
   */
  @Override
  public Points encode(Batch rows) {
    if (!(rows instanceof ImageSet images)) {
      throw new F2d2Exception("the model is one of images, and these are none");
    }
    requireFormat(images);
    int n = images.count();
    int d = moving();
    int width = d + conditions();
    double[] values = new double[Math.multiplyExact(n, width)];
    double[] derivatives = new double[n];
    int[] labels = labels(images);
    for (int i = 0; i < n; i++) {
      int[] levels = images.levelsOf(i, i + 1);
      try (Scope scope = Scope.open()) {
        Dequantization.Mapped one = dequantization.map(levels, d, new Rng(Arrays.hashCode(levels)));
        System.arraycopy(one.values(), 0, values, i * width, d);
        derivatives[i] = one.logDerivatives()[0];
      }
      if (hasClasses()) {
        values[i * width + d + labels[i]] = 1;
      }
    }
    return new Points(values, derivatives, Map.of());
  }

  private void requireFormat(ImageSet images) {
    if (images.channels() != format.channels()
        || images.height() != format.height()
        || images.width() != format.width()
        || images.levels() != dequantization.levels()) {
      throw new F2d2Exception(
          "images of "
              + size(format.channels(), format.height(), format.width(), dequantization.levels())
              + " are needed, these are of "
              + size(images.channels(), images.height(), images.width(), images.levels()));
    }
  }

  private static String size(int channels, int height, int width, int levels) {
    return channels + " × " + height + " × " + width + " with " + levels + " levels";
  }

  private int[] labels(ImageSet images) {
    int classes = classShares.size();
    if (classes > 0 && !images.labelled() && images.count() > 0) {
      throw new OptionException(
          "labels", "must give the classes of the images: the model is one given their class");
    }
    if (classes > 0 && Arrays.stream(images.labels()).anyMatch(l -> l >= classes)) {
      throw new OptionException(
          "labels", "must be classes of the model, 0 to " + (classes - 1) + " alone");
    }
    return images.labels();
  }

  /** {@inheritDoc} The images have the levels that the points lie in, and their classes. */
  @Override
  public ImageSet decode(double[] points) {
    int d = moving();
    int width = d + conditions();
    int n = points.length / width;
    double[] moving = new double[Math.multiplyExact(n, d)];
    int[] labels = new int[hasClasses() ? n : 0];
    for (int i = 0; i < n; i++) {
      System.arraycopy(points, i * width, moving, i * d, d);
      for (int c = 0; c < conditions(); c++) {
        labels[i] += points[i * width + d + c] == 1 ? c : 0;
      }
    }
    int[] levels = dequantization.inverse(moving);
    byte[] pixels = new byte[levels.length];
    for (int i = 0; i < levels.length; i++) {
      pixels[i] = (byte) levels[i];
    }
    return new ImageSet(
        format.channels(),
        format.height(),
        format.width(),
        dequantization.levels(),
        pixels,
        labels);
  }

  @Override
  public double[] drawConditions(int n, Optional<Double> only, RandomGenerator random) {
    int classes = conditions();
    if (only.isPresent() && classes == 0) {
      throw new OptionException("condition", "needs a model of images given their class");
    }
    double[] ones = new double[n * classes];
    for (int i = 0; i < n && classes > 0; i++) {
      ones[i * classes + (only.isPresent() ? label(only.get()) : draw(random))] = 1;
    }
    return ones;
  }

  private int label(double label) {
    if (!(label >= 0 && label < classShares.size() && label == Math.rint(label))) {
      throw new OptionException(
          "condition", "must be a class, 0 to " + (classShares.size() - 1) + ", got " + label);
    }
    return (int) label;
  }

  private int draw(RandomGenerator random) {
    double left = random.nextDouble();
    int label = 0;
    while (label < classShares.size() - 1 && left >= classShares.get(label)) {
      left -= classShares.get(label++);
    }
    return label;
  }

  /**
   * {@inheritDoc}
   *
   * <p>One evaluation, where that gives a density: the exact value of an image takes a second, and
   * what it differs by is told beside it.
   */
  @Override
  public Nfe usualNfe(Calibration calibration, int trainingRows) {
    return calibration.few().containsKey(1) ? Nfe.ONE : Nfe.EXACT;
  }

  @Override
  public List<String> figures() {
    return List.of("bits_per_dimension");
  }

  @Override
  public double[] figuresOf(double logDensity) {
    return new double[] {-logDensity / (moving() * Math.log(2))};
  }

  @Override
  public double guidanceRate() {
    return GUIDANCE_RATE;
  }

  @Override
  public UnaryOperator<Tensor> guidanceVolume() {
    return SmoothedVolume.of(dequantization)::at;
  }
}
