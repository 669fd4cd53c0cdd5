package org.f2d2.train;

import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.f2d2.data.Batch;
import org.f2d2.data.ImageSet;
import org.f2d2.error.F2d2Exception;
import org.f2d2.error.OptionException;
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
    Budget budget,
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
    return Fit.begun(directory, ImageFitOptions.class, ImageFit.VERSION, one());
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
          new Budget.Minutes(60),
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
    return toBuilder()
        .seed(other.seed)
        .network(other.network)
        .heldOut(other.heldOut)
        .conditional(other.conditional)
        .build();
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
    if (workers < 1) {
      throw new OptionException("workers", "must be at least 1, got " + workers);
    }
    if (batch < 1 || heldOut < 4) {
      throw new F2d2Exception(
          "a fit needs batch >= 1 and held-out images >= 4: " + batch + ", " + heldOut);
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

  /** A builder that starts from these options. */
  public Builder toBuilder() {
    return new Builder(this);
  }

  /** A builder that starts from {@link #DEFAULT}. */
  public static Builder builder() {
    return DEFAULT.toBuilder();
  }

  /** Sets what differs; see the components of {@link ImageFitOptions}. */
  public static final class Builder {
    private Method method;
    private Budget budget;
    private long seed;
    private int workers;
    private ImageArchitecture network;
    private int batch;
    private double teacherRate;
    private double studentRate;
    private double ema;
    private int heldOut;
    private boolean conditional;

    private Builder(ImageFitOptions from) {
      this.method = from.method;
      this.budget = from.budget;
      this.seed = from.seed;
      this.workers = from.workers;
      this.network = from.network;
      this.batch = from.batch;
      this.teacherRate = from.teacherRate;
      this.studentRate = from.studentRate;
      this.ema = from.ema;
      this.heldOut = from.heldOut;
      this.conditional = from.conditional;
    }

    /** Sets {@link ImageFitOptions#method}. */
    public Builder method(Method value) {
      method = value;
      return this;
    }

    /** Sets {@link ImageFitOptions#budget}. */
    public Builder budget(Budget value) {
      budget = value;
      return this;
    }

    /** Sets {@link ImageFitOptions#seed}. */
    public Builder seed(long value) {
      seed = value;
      return this;
    }

    /** Sets {@link ImageFitOptions#workers}. */
    public Builder workers(int value) {
      workers = value;
      return this;
    }

    /** Sets {@link ImageFitOptions#network}. */
    public Builder network(ImageArchitecture value) {
      network = value;
      return this;
    }

    /** Sets {@link ImageFitOptions#batch}. */
    public Builder batch(int value) {
      batch = value;
      return this;
    }

    /** Sets {@link ImageFitOptions#teacherRate}. */
    public Builder teacherRate(double value) {
      teacherRate = value;
      return this;
    }

    /** Sets {@link ImageFitOptions#studentRate}. */
    public Builder studentRate(double value) {
      studentRate = value;
      return this;
    }

    /** Sets {@link ImageFitOptions#ema}. */
    public Builder ema(double value) {
      ema = value;
      return this;
    }

    /** Sets {@link ImageFitOptions#heldOut}. */
    public Builder heldOut(int value) {
      heldOut = value;
      return this;
    }

    /** Sets {@link ImageFitOptions#conditional}. */
    public Builder conditional(boolean value) {
      conditional = value;
      return this;
    }

    /**
     * The options.
     *
     * @throws F2d2Exception when a value is out of range
     */
    public ImageFitOptions build() {
      return new ImageFitOptions(
          method,
          budget,
          seed,
          workers,
          network,
          batch,
          teacherRate,
          studentRate,
          ema,
          heldOut,
          conditional);
    }
  }
}
