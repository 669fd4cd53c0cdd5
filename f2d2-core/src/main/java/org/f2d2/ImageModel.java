package org.f2d2;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.f2d2.data.ImageSet;
import org.f2d2.domain.image.BitsPerDimension;
import org.f2d2.domain.image.Dequantization;
import org.f2d2.error.F2d2Exception;
import org.f2d2.flow.ButcherTableau;
import org.f2d2.flow.GaussianPrior;
import org.f2d2.flow.OdeSolver;
import org.f2d2.metric.ErrorStatistics;
import org.f2d2.score.Calibration;
import org.f2d2.score.Head;
import org.f2d2.score.Nfe;
import org.f2d2.store.DirectoryLock;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;
import org.f2d2.train.FitListener;
import org.f2d2.train.FittedImages;
import org.f2d2.train.ImageDensities;
import org.f2d2.train.ImageFit;
import org.f2d2.train.ImageFitOptions;
import org.f2d2.train.ImageSampler;
import org.f2d2.train.WorkerPool;

/**
 * A density of images that was learned from images: scores them in bits per dimension, draws them,
 * and says how far its fast answers are from its exact ones.
 *
 * <pre>{@code
 * ImageSet images = IdxFile.read(Path.of("train-images-idx3-ubyte.gz"));
 * try (ImageModel model =
 *     ImageModel.fit(images, ImageFitOptions.DEFAULT, Path.of("model"), false, FitListener.SILENT)) {
 *   ImageScores scores = model.score(images.range(0, 100), Nfe.ONE);
 * }
 * }</pre>
 *
 * <p>The noise that turns levels into numbers is fixed by the image itself, so an image has the
 * same score whatever it is scored with. A model may be used by one thread at a time; it spreads
 * the images of a call over the cores itself.
 */
public final class ImageModel implements AutoCloseable {

  /** Displacement of each noise coordinate by self-guidance. */
  public static final double GUIDANCE_RATE = 0.02;

  private static final double SAMPLER_TOLERANCE = 1e-3;
  private static final int SAMPLER_STEPS = 500;

  /** Images that are scored before the time of a score is taken. */
  private static final int WARM_UP = 100;

  private final FittedImages fitted;
  private final WorkerPool pool = new WorkerPool(Runtime.getRuntime().availableProcessors());
  private final ImageDensities densities = new ImageDensities(pool);

  private ImageModel(FittedImages fitted) {
    this.fitted = fitted.frozen();
  }

  /** A model of networks that were fitted elsewhere. */
  public static ImageModel of(FittedImages fitted) {
    return new ImageModel(fitted);
  }

  /**
   * Fits a model with checkpoints in a directory and saves it there.
   *
   * @param resume whether to go on from the directory's checkpoint, whose options then hold; a
   *     finished model of the same images is left as it is
   * @throws F2d2Exception when the images cannot be modelled, the directory cannot be written,
   *     another fit or save is writing into it, or it holds a fit of other images
   */
  public static ImageModel fit(
      ImageSet images,
      ImageFitOptions options,
      Path directory,
      boolean resume,
      FitListener listener) {
    return fit(images, options, directory, resume, Optional.empty(), listener);
  }

  /**
   * {@link #fit(ImageSet, ImageFitOptions, Path, boolean, FitListener)} from the teacher of another
   * model of the same images, which need not be trained again.
   */
  public static ImageModel fit(
      ImageSet images,
      ImageFitOptions options,
      Path directory,
      boolean resume,
      Optional<ImageModel> taught,
      FitListener listener) {
    try (DirectoryLock lock = DirectoryLock.hold(directory)) {
      return fitAlone(images, options, directory, resume, taught, listener);
    }
  }

  private static ImageModel fitAlone(
      ImageSet images,
      ImageFitOptions options,
      Path directory,
      boolean resume,
      Optional<ImageModel> taught,
      FitListener listener) {
    if (resume && !ImageFit.unfinished(directory) && ImageModelDirectory.exists(directory)) {
      FittedImages finished = ImageModelDirectory.read(directory);
      if (!ImageFit.isOf(finished, images)) {
        throw new F2d2Exception(directory + ": holds a finished model of other images");
      }
      listener.message("the fit in " + directory + " had ended: nothing is left to resume");
      return new ImageModel(finished);
    }
    FittedImages fitted =
        ImageFit.run(images, options, directory, resume, taught.map(ImageModel::fitted), listener);
    ImageModelDirectory.write(directory, fitted);
    ImageFit.forget(directory);
    return new ImageModel(fitted);
  }

  /**
   * The options of the unfinished fit in a directory or, without one, of the model there.
   *
   * @throws F2d2Exception when the checkpoint or the model cannot be read
   */
  public static Optional<ImageFitOptions> begun(Path directory) {
    if (ImageFit.unfinished(directory)) {
      return Optional.of(ImageFit.begun(directory));
    }
    return exists(directory)
        ? Optional.of(ImageModelDirectory.read(directory).provenance().options())
        : Optional.empty();
  }

  /** Whether a directory holds a model of images. */
  public static boolean exists(Path directory) {
    return ImageModelDirectory.exists(directory);
  }

  /**
   * Reads a model.
   *
   * @throws F2d2Exception with one line when the directory does not hold a whole model of images
   */
  public static ImageModel load(Path directory) {
    return new ImageModel(ImageModelDirectory.read(directory));
  }

  /**
   * Saves this model; the model that was there stays whole until this one is.
   *
   * @throws F2d2Exception when the directory cannot be written, or a fit or another save is writing
   *     into it
   */
  public void save(Path directory) {
    ImageModelDirectory.write(directory, fitted);
  }

  /** The networks behind this model, for code that works in model space and with tensors. */
  public FittedImages fitted() {
    return fitted;
  }

  /** Works out log-densities and samples in model space, over the threads of this model. */
  public WorkerPool pool() {
    return pool;
  }

  /**
   * Log-densities of images.
   *
   * @param nfe network evaluations; 1, 2, 4, 8 or exact, which are calibrated
   * @throws F2d2Exception for a number of evaluations without a calibration, or images of another
   *     format
   */
  public ImageScores score(ImageSet images, Nfe nfe) {
    Calibration.Entry calibration = calibration(nfe);
    Dequantization.Mapped mapped = fitted.map(images, pool);
    double[] model;
    int evaluations;
    try (Scope scope = Scope.open()) {
      Tensor rows = fitted.rows(mapped, images);
      if (nfe instanceof Nfe.Jumps jumps) {
        boolean potential = calibration.head() == Head.POTENTIAL;
        model =
            potential
                ? densities.potential(fitted.potential().orElseThrow(), rows)
                : densities.jumps(fitted.student(), jumps.count(), rows);
        evaluations = potential ? 1 : jumps.count();
      } else {
        var estimate = densities.exact(fitted.exactField(), rows);
        model = estimate.logDensity();
        evaluations = estimate.calls().forward();
      }
    }
    int n = model.length;
    double[] logDensity = new double[n];
    Arrays.setAll(logDensity, i -> model[i] + mapped.logDerivatives()[i]);
    Map<Integer, String> failures = new LinkedHashMap<>();
    double[] bound = new double[n];
    double[] p = new double[n];
    for (int i = 0; i < n; i++) {
      boolean failed = Double.isNaN(logDensity[i]);
      if (failed) {
        failures.put(i, "the log-density is not a number: the image is too far from the data");
      }
      bound[i] = failed ? Double.NaN : calibration.error().halfWidth();
      // An image that is too far off for a figure is as strange as an image can be.
      p[i] = calibration.reference().pValue(failed ? Double.NEGATIVE_INFINITY : logDensity[i]);
    }
    return new ImageScores(
        logDensity,
        IntStream.range(0, n)
            .mapToObj(i -> mapped.bits(i, model[i]))
            .toArray(BitsPerDimension[]::new),
        bound,
        p,
        evaluations,
        failures);
  }

  /**
   * Few-step answers beside the exact ones on the same images, in nats per image; those without an
   * exact value are left out.
   *
   * @param nfe numbers of evaluations, each calibrated
   */
  public Evaluation evaluate(ImageSet images, List<Integer> nfe) {
    if (images.count() == 0) {
      throw new F2d2Exception("there are no images to evaluate");
    }
    nfe.forEach(k -> calibration(new Nfe.Jumps(k)));
    long start = System.nanoTime();
    ImageScores all = score(images, Nfe.EXACT);
    double exactSeconds = (System.nanoTime() - start) / 1e9;
    int[] solved =
        IntStream.range(0, images.count()).filter(i -> !all.failures().containsKey(i)).toArray();
    if (solved.length == 0) {
      throw new F2d2Exception("none of the images has an exact log-density to compare with");
    }
    double[] exact = pick(all.logDensity(), solved);
    Map<Integer, Evaluation.Few> few = new TreeMap<>();
    for (int k : nfe) {
      Nfe jumps = new Nfe.Jumps(k);
      // Kernels are made for a shape when it is first met; what is timed is every time after.
      score(images.range(0, Math.min(images.count(), WARM_UP)), jumps);
      long from = System.nanoTime();
      double[] values = pick(score(images, jumps).logDensity(), solved);
      double seconds = (System.nanoTime() - from) / 1e9;
      double[] errors = new double[values.length];
      Arrays.setAll(errors, i -> values[i] - exact[i]);
      Calibration.Entry calibration = calibration(jumps);
      few.put(
          k,
          new Evaluation.Few(
              calibration.head(),
              Arrays.stream(values).average().orElseThrow(),
              ErrorStatistics.of(values, exact),
              calibration.error().coverage(errors),
              seconds,
              values));
    }
    return new Evaluation(
        solved.length,
        images.dimensions(),
        ImageDensities.describe(),
        Arrays.stream(exact).average().orElseThrow(),
        few,
        exact,
        all.nfe(),
        exactSeconds);
  }

  private static double[] pick(double[] values, int[] indices) {
    return Arrays.stream(indices).mapToDouble(i -> values[i]).toArray();
  }

  private Calibration.Entry calibration(Nfe nfe) {
    if (!(nfe instanceof Nfe.Jumps jumps)) {
      return fitted.calibration().exact();
    }
    Calibration.Entry entry = fitted.calibration().few().get(jumps.count());
    if (entry == null) {
      throw new F2d2Exception(
          "--nfe "
              + jumps.count()
              + " has no calibrated error bound; use one of "
              + fitted.calibration().few().keySet()
              + " or exact");
    }
    return entry;
  }

  /** The fewest evaluations whose error bound is within a tolerance in nats, else exact. */
  public Nfe nfeFor(double tolerance) {
    return fitted.calibration().fewestWithin(tolerance).<Nfe>map(Nfe.Jumps::new).orElse(Nfe.EXACT);
  }

  /**
   * Draws images.
   *
   * <p>With {@link SampleOptions#density} each is scored as {@link #score} would score it.
   */
  public ImageSamples sample(int count, SampleOptions options) {
    if (count < 1) {
      throw new F2d2Exception("--count must be at least 1, got " + count);
    }
    if (options.gamma() > 0 || options.autoguidance() != 1) {
      throw new F2d2Exception("--gamma and --autoguidance are not for models of images");
    }
    ImageSampler.Sampled sampled;
    try (Scope scope = Scope.open()) {
      int d = fitted.format().dimensions();
      Rng rng = new Rng(options.seed());
      Tensor z = GaussianPrior.STANDARD.draw(count, d, DType.FLOAT32, rng.derive(30));
      int[] labels = labels(count, options.condition(), rng.derive(31));
      sampled = sampled(options, FittedImages.withClasses(z, fitted.classShares().size(), labels));
    }
    double[] bits = new double[0];
    int forward = sampled.forward();
    if (options.density()) {
      ImageScores scores = score(sampled.images(), options.nfe());
      bits = Arrays.stream(scores.bits()).mapToDouble(BitsPerDimension::total).toArray();
      forward += scores.nfe();
    }
    return new ImageSamples(sampled.images(), bits, forward, sampled.backward());
  }

  /** The classes of images that are to be drawn, as often as the training images have them. */
  private int[] labels(int count, Optional<Double> condition, Rng rng) {
    List<Double> shares = fitted.classShares();
    if (shares.isEmpty()) {
      if (condition.isPresent()) {
        throw new F2d2Exception("--condition needs a model of images given their class");
      }
      return new int[0];
    }
    int[] labels = new int[count];
    if (condition.isPresent()) {
      double label = condition.get();
      if (!(label >= 0 && label < shares.size() && label == Math.rint(label))) {
        throw new F2d2Exception(
            "--condition must be a class, 0 to " + (shares.size() - 1) + ", got " + label);
      }
      Arrays.fill(labels, (int) label);
      return labels;
    }
    double[] u = rng.uniform(DType.FLOAT64, count).toDoubles();
    for (int i = 0; i < count; i++) {
      double left = u[i];
      while (labels[i] < shares.size() - 1 && left >= shares.get(labels[i])) {
        left -= shares.get(labels[i]++);
      }
    }
    return labels;
  }

  private ImageSampler.Sampled sampled(SampleOptions options, Tensor z) {
    ImageSampler sampler = new ImageSampler(fitted, pool);
    if (options.nfe() instanceof Nfe.Jumps jumps) {
      double rate = options.guided() ? GUIDANCE_RATE : 0;
      return sampler.jumps(fitted.student(), jumps.count(), rate, z);
    }
    if (options.guided()) {
      throw new F2d2Exception("--guided needs a number of evaluations, not exact");
    }
    return sampler.exact(
        new OdeSolver.Adaptive(ButcherTableau.DORMAND_PRINCE, SAMPLER_TOLERANCE, SAMPLER_STEPS), z);
  }

  /** Frees the threads of this model. */
  @Override
  public void close() {
    pool.close();
  }
}
