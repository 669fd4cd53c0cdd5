package org.f2d2;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.f2d2.data.BitsPerDimension;
import org.f2d2.data.Dequantization;
import org.f2d2.data.ImageSet;
import org.f2d2.error.F2d2Exception;
import org.f2d2.flow.ButcherTableau;
import org.f2d2.flow.GaussianFrame;
import org.f2d2.flow.GaussianPrior;
import org.f2d2.flow.JointFlowMap;
import org.f2d2.flow.OdeSolver;
import org.f2d2.flow.TimeGrid;
import org.f2d2.metric.ErrorStatistics;
import org.f2d2.net.ImageFormat;
import org.f2d2.sampling.JumpSampler;
import org.f2d2.sampling.OdeSampler;
import org.f2d2.sampling.Sampler;
import org.f2d2.sampling.SelfGuidance;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.RowChunks;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;
import org.f2d2.train.Calibration;
import org.f2d2.train.FitListener;
import org.f2d2.train.FittedImages;
import org.f2d2.train.Head;
import org.f2d2.train.ImageDensities;
import org.f2d2.train.ImageFit;
import org.f2d2.train.ImageFitOptions;
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
  public static final double GUIDANCE_RATE = 0.01;

  private static final double SAMPLER_TOLERANCE = 1e-3;
  private static final int SAMPLER_STEPS = 500;
  private static final int CHUNK = 25;

  private final FittedImages fitted;
  private final WorkerPool pool = new WorkerPool(Runtime.getRuntime().availableProcessors());
  private final ImageDensities densities = new ImageDensities(pool);

  private ImageModel(FittedImages fitted) {
    this.fitted = fitted;
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
   * @throws F2d2Exception when the images cannot be modelled, the directory cannot be written, or
   *     holds a fit of other images
   */
  public static ImageModel fit(
      ImageSet images,
      ImageFitOptions options,
      Path directory,
      boolean resume,
      FitListener listener) {
    if (resume && !ImageFit.unfinished(directory) && ImageModelDirectory.exists(directory)) {
      FittedImages finished = ImageModelDirectory.read(directory);
      if (!finished.provenance().dataHash().equals(images.sha256())) {
        throw new F2d2Exception(directory + ": holds a finished model of other images");
      }
      listener.message("the fit in " + directory + " had ended: nothing is left to resume");
      return new ImageModel(finished);
    }
    FittedImages fitted = ImageFit.run(images, options, directory, resume, listener);
    ImageModelDirectory.write(directory, fitted);
    ImageFit.forget(directory);
    return new ImageModel(fitted);
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

  /** Saves this model; the model that was there stays whole until this one is. */
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
   * Images in model space, each with the noise that belongs to it.
   *
   * @throws F2d2Exception when they are of another format than the training images
   */
  public Dequantization.Mapped map(ImageSet images) {
    ImageFormat f = fitted.format();
    if (images.channels() != f.channels()
        || images.height() != f.height()
        || images.width() != f.width()
        || images.levels() != fitted.dequantization().levels()) {
      throw new F2d2Exception("images like " + f + " are needed, these are " + images);
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
                  fitted.dequantization().map(levels, d, new Rng(Arrays.hashCode(levels)));
              System.arraycopy(one.values(), 0, values, i * d, d);
              derivatives[i] = one.logDerivatives()[0];
            }
          }
          return p;
        });
    return new Dequantization.Mapped(values, derivatives);
  }

  /** Rows in model space as a tensor of the type in which the networks compute. */
  public Tensor rows(Dequantization.Mapped mapped) {
    int n = mapped.logDerivatives().length;
    return Tensor.of(mapped.values(), DType.FLOAT32, n, fitted.format().dimensions());
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
    Dequantization.Mapped mapped = map(images);
    double[] model;
    int evaluations;
    try (Scope scope = Scope.open()) {
      Tensor rows = rows(mapped);
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
    double[] bound = new double[n];
    Arrays.fill(bound, calibration.error().halfWidth());
    return new ImageScores(
        logDensity,
        IntStream.range(0, n)
            .mapToObj(i -> mapped.bits(i, model[i]))
            .toArray(BitsPerDimension[]::new),
        bound,
        Arrays.stream(logDensity).map(calibration.reference()::pValue).toArray(),
        evaluations);
  }

  /**
   * Few-step answers beside the exact ones on the same images, in nats per image.
   *
   * @param nfe numbers of evaluations, each calibrated
   */
  public Evaluation evaluate(ImageSet images, List<Integer> nfe) {
    if (images.count() == 0) {
      throw new F2d2Exception("there are no images to evaluate");
    }
    nfe.forEach(k -> calibration(new Nfe.Jumps(k)));
    long start = System.nanoTime();
    ImageScores exact = score(images, Nfe.EXACT);
    double exactSeconds = (System.nanoTime() - start) / 1e9;
    Map<Integer, Evaluation.Few> few = new TreeMap<>();
    for (int k : nfe) {
      Nfe jumps = new Nfe.Jumps(k);
      long from = System.nanoTime();
      double[] values = score(images, jumps).logDensity();
      double seconds = (System.nanoTime() - from) / 1e9;
      double[] errors = new double[values.length];
      Arrays.setAll(errors, i -> values[i] - exact.logDensity()[i]);
      Calibration.Entry calibration = calibration(jumps);
      few.put(
          k,
          new Evaluation.Few(
              calibration.head(),
              Arrays.stream(values).average().orElseThrow(),
              ErrorStatistics.of(values, exact.logDensity()),
              calibration.error().coverage(errors),
              seconds,
              values));
    }
    return new Evaluation(
        images.count(),
        images.dimensions(),
        ImageDensities.describe(),
        Arrays.stream(exact.logDensity()).average().orElseThrow(),
        few,
        exact.logDensity(),
        exact.nfe(),
        exactSeconds);
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
    if (options.gamma() > 0 || options.condition().isPresent() || options.autoguidance() != 1) {
      throw new F2d2Exception(
          "--gamma, --condition and --autoguidance are not for models of images");
    }
    Sampled sampled;
    try (Scope scope = Scope.open()) {
      int d = fitted.format().dimensions();
      Tensor z =
          GaussianPrior.STANDARD.draw(count, d, DType.FLOAT32, new Rng(options.seed()).derive(30));
      sampled = sampled(sampler(options), z, !(options.nfe() instanceof Nfe.Jumps));
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

  /**
   * Images from given noise.
   *
   * @param images with the levels that the points came to lie in
   * @param forward passes of the network for each image
   * @param backward passes back through it
   */
  public record Sampled(ImageSet images, int forward, int backward) {}

  /** Images from the noise z [n, d] by the jumps of a map; the steps of {@link #sample}. */
  public Sampled sampled(JointFlowMap map, int jumps, double guidanceRate, Tensor z) {
    JumpSampler plain =
        new JumpSampler(map, GaussianPrior.STANDARD, TimeGrid.uniform(jumps), new RowChunks(CHUNK));
    return sampled(guidanceRate > 0 ? new SelfGuidance(plain, guidanceRate) : plain, z, false);
  }

  /** Images from the noise z [n, d] by the teacher's ODE. */
  public Sampled sampled(OdeSolver solver, Tensor z) {
    return sampled(
        new OdeSampler(fitted.exactField(), GaussianPrior.STANDARD, solver, new RowChunks(CHUNK)),
        z,
        true);
  }

  private Sampler sampler(SampleOptions options) {
    if (options.nfe() instanceof Nfe.Jumps jumps) {
      JumpSampler plain =
          new JumpSampler(
              fitted.student(),
              GaussianPrior.STANDARD,
              TimeGrid.uniform(jumps.count()),
              new RowChunks(CHUNK));
      return options.guided() ? new SelfGuidance(plain, GUIDANCE_RATE) : plain;
    }
    if (options.guided()) {
      throw new F2d2Exception("--guided needs a number of evaluations, not exact");
    }
    return new OdeSampler(
        fitted.exactField(),
        GaussianPrior.STANDARD,
        new OdeSolver.Adaptive(ButcherTableau.DORMAND_PRINCE, SAMPLER_TOLERANCE, SAMPLER_STEPS),
        new RowChunks(CHUNK));
  }

  /**
   * @param framed whether the sampler works in the coordinates of {@link GaussianFrame}, which
   *     noise differs from by a rotation
   */
  private Sampled sampled(Sampler sampler, Tensor z, boolean framed) {
    int n = Math.toIntExact(z.size(0));
    int parts = Math.max(1, Math.min(pool.size(), n / CHUNK));
    GaussianFrame frame = fitted.frame();
    int[] calls = new int[2];
    double[][] values = new double[parts][];
    pool.map(
        parts,
        p -> {
          try (Scope scope = Scope.open()) {
            Tensor noise = z.rows((long) p * n / parts, (p + 1L) * n / parts);
            Sampler.Sample sample =
                Autograd.noGrad(
                    () ->
                        sampler.from(framed ? frame.in(noise, TimeGrid.column(noise, 0)) : noise));
            Tensor points = sample.points();
            values[p] =
                (framed ? frame.out(points, TimeGrid.column(points, 1)) : points).toDoubles();
            if (p == 0) {
              calls[0] = sample.calls().forward();
              calls[1] = sample.calls().backward();
            }
          }
          return p;
        });
    int[] levels =
        fitted
            .dequantization()
            .inverse(Arrays.stream(values).flatMapToDouble(Arrays::stream).toArray());
    byte[] pixels = new byte[levels.length];
    for (int i = 0; i < levels.length; i++) {
      pixels[i] = (byte) levels[i];
    }
    ImageFormat f = fitted.format();
    ImageSet images =
        new ImageSet(
            f.channels(),
            f.height(),
            f.width(),
            fitted.dequantization().levels(),
            pixels,
            new int[0]);
    return new Sampled(images, calls[0], calls[1]);
  }

  /** Frees the threads of this model. */
  @Override
  public void close() {
    pool.close();
  }
}
