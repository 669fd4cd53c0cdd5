package org.f2d2.train;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.f2d2.data.ImageSet;
import org.f2d2.domain.image.Dequantization;
import org.f2d2.error.F2d2Exception;
import org.f2d2.flow.Coordinates;
import org.f2d2.flow.FramedVelocity;
import org.f2d2.flow.GaussianFrame;
import org.f2d2.flow.LearnedFlowMap;
import org.f2d2.flow.NetworkPotential;
import org.f2d2.flow.NetworkVelocity;
import org.f2d2.flow.RotatedGaussianFlow;
import org.f2d2.net.ImageFormat;
import org.f2d2.score.Calibration;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;

/**
 * What a fit of images leaves: networks in model space, the way from and to levels, and what
 * held-out images say about them.
 *
 * @param format what a point is
 * @param dequantization between levels and model space
 * @param base the Gaussian flow that all networks correct
 * @param classShares how often each class occurs, of a model of images given their class; empty
 *     otherwise
 * @param teacher the instantaneous velocity
 * @param velocity the flow map before it learned the divergence, which says what that cost
 * @param student the joint flow map
 * @param potential the second way to a log-density, where the method has it
 * @param calibration error bounds in nats per image, of images with the noise that {@link
 *     Dequantization} gave them
 * @param curves how the losses went
 * @param provenance where the model comes from
 */
public record FittedImages(
    ImageFormat format,
    Dequantization dequantization,
    RotatedGaussianFlow base,
    List<Double> classShares,
    NetworkVelocity teacher,
    LearnedFlowMap velocity,
    LearnedFlowMap student,
    Optional<NetworkPotential> potential,
    Calibration calibration,
    List<Curve> curves,
    Provenance provenance) {

  /**
   * Where a model comes from.
   *
   * @param options what the user chose
   * @param plan what that became on the machine of the fit
   * @param dataHash SHA-256 of the images
   * @param images how many there were
   * @param trainingImages how many the networks saw
   * @param skippedSteps steps whose loss was not finite
   * @param versions of the engine and the JVM
   * @param created time of the end of the fit, ISO 8601
   * @param seconds wall time of the fit, resumed parts included
   */
  public record Provenance(
      ImageFitOptions options,
      ImageFitPlan plan,
      String dataHash,
      int images,
      int trainingImages,
      long skippedSteps,
      List<String> versions,
      String created,
      double seconds) {}

  /** The same with networks that answer faster, since their numbers change no more. */
  public FittedImages frozen() {
    return new FittedImages(
        format,
        dequantization,
        base,
        classShares,
        new NetworkVelocity(teacher.network().frozen(), teacher.base()),
        velocity.frozen(),
        student.frozen(),
        potential.map(NetworkPotential::frozen),
        calibration,
        curves,
        provenance);
  }

  /** What the columns of a point are: pixels, and a one among zeros for its class. */
  public Coordinates coordinates() {
    return new Coordinates(format.dimensions(), classShares.size());
  }

  /** The coordinates in which the base stands still. */
  public GaussianFrame frame() {
    return new GaussianFrame(base);
  }

  /** The teacher in those coordinates, where it is solved. */
  public FramedVelocity exactField() {
    return new FramedVelocity(teacher.network(), frame());
  }

  /**
   * Images in model space. The noise of an image is fixed by the image itself.
   *
   * @param pool shares the images
   * @throws F2d2Exception when they are of another format than the training images
   */
  public Dequantization.Mapped map(ImageSet images, WorkerPool pool) {
    ImageFormat f = format;
    if (images.channels() != f.channels()
        || images.height() != f.height()
        || images.width() != f.width()
        || images.levels() != dequantization.levels()) {
      throw new F2d2Exception(
          "images of "
              + size(f.channels(), f.height(), f.width(), dequantization.levels())
              + " are needed, these are of "
              + size(images.channels(), images.height(), images.width(), images.levels()));
    }
    int n = images.count();
    int d = images.dimensions();
    double[] values = new double[n * d];
    double[] derivatives = new double[n];
    int parts = Math.max(1, Math.min(pool.size(), n));
    pool.map(
        parts,
        p -> {
          for (int i = (int) ((long) p * n / parts); i < (p + 1L) * n / parts; i++) {
            int[] levels = images.levelsOf(i, i + 1);
            try (Scope scope = Scope.open()) {
              Dequantization.Mapped one =
                  dequantization.map(levels, d, new Rng(Arrays.hashCode(levels)));
              System.arraycopy(one.values(), 0, values, i * d, d);
              derivatives[i] = one.logDerivatives()[0];
            }
          }
          return p;
        });
    return new Dequantization.Mapped(values, derivatives);
  }

  private static String size(int channels, int height, int width, int levels) {
    return channels + " × " + height + " × " + width + " with " + levels + " levels";
  }

  /**
   * Rows in model space as a tensor of the type in which the networks compute, [n, d + c].
   *
   * @param images that were mapped, with classes if the model is conditional
   * @throws F2d2Exception when a class is needed and not known
   */
  public Tensor rows(Dequantization.Mapped mapped, ImageSet images) {
    int n = mapped.logDerivatives().length;
    return points(Tensor.of(mapped.values(), DType.FLOAT32, n, format.dimensions()), images);
  }

  private Tensor points(Tensor columns, ImageSet images) {
    int classes = classShares.size();
    if (classes > 0 && !images.labelled() && images.count() > 0) {
      throw new F2d2Exception("this model is of images given their class: give their labels");
    }
    if (classes > 0 && Arrays.stream(images.labels()).anyMatch(l -> l >= classes)) {
      throw new F2d2Exception("this model knows the classes 0 to " + (classes - 1) + " alone");
    }
    return withClasses(columns, classes, images.labels());
  }

  /**
   * Columns that move with classes beside them, each as zeros and a one.
   *
   * @param columns [n, d]
   * @param classes how many there are; 0 for points without
   * @param labels one per row
   */
  public static Tensor withClasses(Tensor columns, int classes, int[] labels) {
    if (classes == 0) {
      return columns;
    }
    double[] ones = new double[labels.length * classes];
    for (int i = 0; i < labels.length; i++) {
      ones[i * classes + labels[i]] = 1;
    }
    return Tensor.cat(1, columns, Tensor.of(ones, columns.type(), labels.length, classes));
  }
}
