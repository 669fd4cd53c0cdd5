package org.f2d2.train;

import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.f2d2.data.Batch;
import org.f2d2.data.ImageSet;
import org.f2d2.error.F2d2Exception;
import org.f2d2.net.ImageArchitecture;
import org.f2d2.objective.Method;
import org.f2d2.objective.Methods;
import org.f2d2.objective.TrajectoryRegression;
import org.f2d2.store.Earlier;

/**
 * What a user may choose about a fit of images.
 *
 * @param method how the flow map is distilled from the teacher, with its options
 * @param budget how long to train; steps are those of the teacher, the other stages follow in
 *     proportion
 * @param seed fixes every random draw
 * @param workers threads; part of what a result is reproduced by
 * @param network of all stages
 * @param batch images of a step
 * @param teacherRate peak learning rate of the teacher
 * @param studentRate peak learning rate of what is distilled from it
 * @param ema decay of the running averages
 * @param heldOut images that no network sees, of few images at most one in ten: the first half
 *     chooses, the second calibrates
 * @param conditional whether the density is that of an image given its class, and samples are of a
 *     class
 */
public record ImageFitOptions(
    @JsonSerialize(using = StoredMethod.Writer.class)
        @JsonDeserialize(using = StoredMethod.Reader.class)
        Method method,
    FitOptions.Budget budget,
    long seed,
    int workers,
    ImageArchitecture network,
    int batch,
    double teacherRate,
    double studentRate,
    double ema,
    int heldOut,
    @Earlier boolean conditional)
    implements FitChoices {

  @Override
  public String one() {
    return "image";
  }

  @Override
  public FittedFlow fit(
      Batch rows,
      Path directory,
      boolean resume,
      Optional<FittedFlow> taught,
      FitListener listener) {
    return ImageFit.run(images(rows), this, directory, resume, taught, listener);
  }

  @Override
  public FitChoices begun(Path directory) {
    return Fit.begun(directory, ImageFitOptions.class, ImageFit.VERSION);
  }

  @Override
  public boolean fitted(FittedFlow model, Batch rows) {
    return ImageFit.isOf(model, images(rows));
  }

  private static ImageSet images(Batch rows) {
    if (rows instanceof ImageSet images) {
      return images;
    }
    throw new F2d2Exception("these options are for images");
  }

  /** The methods that images are fitted with: all that learn from a teacher. */
  public static final List<Method> METHODS =
      Methods.all().stream().filter(Method::distilled).toList();

  /** The measured choice: an hour of two cores. */
  public static final ImageFitOptions DEFAULT =
      new ImageFitOptions(
          TrajectoryRegression.METHOD,
          new FitOptions.Minutes(60),
          0,
          Math.max(1, Runtime.getRuntime().availableProcessors()),
          ImageArchitecture.UNET,
          64,
          1e-3,
          1e-3,
          0.999,
          800,
          false);

  /** These options for a fit from the teacher of another. */
  ImageFitOptions like(ImageFitOptions other) {
    return new ImageFitOptions(
        method,
        budget,
        other.seed,
        workers,
        other.network,
        batch,
        teacherRate,
        studentRate,
        ema,
        other.heldOut,
        other.conditional);
  }

  /** Checks the numbers. */
  public ImageFitOptions {
    if (!method.distilled()) {
      throw new F2d2Exception(
          "images are fitted from a teacher, and "
              + method.id()
              + " learns without one; known for images: "
              + String.join(", ", METHODS.stream().map(Method::id).toList()));
    }
    if (workers < 1 || batch < 1 || heldOut < 4) {
      throw new F2d2Exception(
          "a fit needs workers >= 1, batch >= 1 and held-out images >= 4: "
              + workers
              + ", "
              + batch
              + ", "
              + heldOut);
    }
    if (!(teacherRate > 0 && studentRate > 0) || !(ema >= 0 && ema < 1)) {
      throw new F2d2Exception(
          "learning rates must be positive and ema in [0, 1): "
              + teacherRate
              + ", "
              + studentRate
              + ", "
              + ema);
    }
  }
}
