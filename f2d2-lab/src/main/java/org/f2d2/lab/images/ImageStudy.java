package org.f2d2.lab.images;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.f2d2.DensityModel;
import org.f2d2.ModelNetworks;
import org.f2d2.data.ImageSet;
import org.f2d2.domain.Domain;
import org.f2d2.domain.image.BitsPerDimension;
import org.f2d2.domain.image.ImageDomain;
import org.f2d2.flow.LearnedFlowMap;
import org.f2d2.likelihood.LogDensity;
import org.f2d2.metric.ErrorStatistics;
import org.f2d2.score.Calibration;
import org.f2d2.score.Head;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.RowChunks;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;
import org.f2d2.train.Calibrator;
import org.f2d2.train.ClassifierFit;
import org.f2d2.train.FitListener;
import org.f2d2.train.FittedFlow;
import org.f2d2.train.FramedField;
import org.f2d2.train.WorkerPool;

/**
 * Measures a model of images. What takes minutes (the classifier, the teacher's densities, the
 * teacher's samples) is kept in a folder, so that a study that was cut off goes on where it was.
 */
public final class ImageStudy {

  /**
   * How much is measured.
   *
   * @param exactImages test images whose exact density is worked out
   * @param samples images of each kind of sample
   * @param teacherSteps of Euler's method, for the samples of the teacher
   * @param detectionImages of each kind that are told apart
   * @param classifier see {@link ClassifierFit}
   */
  public record Options(
      int exactImages,
      int samples,
      int teacherSteps,
      int detectionImages,
      ClassifierFit.Options classifier) {
    /** For figures in a document. */
    public static final Options DEFAULT =
        new Options(500, 1000, 256, 2000, ClassifierFit.Options.DEFAULT);
  }

  /**
   * The images of a study.
   *
   * @param name of the images
   * @param training with classes
   * @param test with classes
   * @param otherName of images of another kind
   * @param other images of another kind of the same format; empty if there are none
   */
  public record Data(
      String name, ImageSet training, ImageSet test, String otherName, Optional<ImageSet> other) {}

  /**
   * What a study found, in figures and in pictures.
   *
   * @param results figures
   * @param pictures what they look like
   */
  public record Found(ImageResults results, ImagePictures pictures) {}

  static final List<Integer> EVALUATIONS = List.of(1, 2, 4, 8);

  /** Images of a row. */
  static final int COLUMNS = 12;

  private static final int TIMED = 200;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final FittedFlow fitted;
  private final ImageDomain domain;
  private final FramedField field;
  private final Data data;
  private final Options options;
  private final Path folder;
  private final FitListener listener;
  private final WorkerPool pool;
  private final Calibrator densities;

  /**
   * A study.
   *
   * @param folder where parts of it are kept; of this model alone
   */
  public ImageStudy(
      DensityModel model, Data data, Options options, Path folder, FitListener listener) {
    this.fitted = ModelNetworks.of(model);
    if (!(fitted.domain() instanceof ImageDomain images)
        || !(fitted.exact() instanceof FramedField framed)
        || images.hasClasses()) {
      throw new IllegalArgumentException("a study is of a model that needs no classes");
    }
    this.domain = images;
    this.field = framed;
    this.data = data;
    this.options = options;
    this.folder = folder;
    this.listener = listener;
    this.pool = new WorkerPool(Runtime.getRuntime().availableProcessors());
    this.densities = new Calibrator(pool);
  }

  /** Does it all, or what is left of it, once. */
  public Found run() {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    try (pool) {
      return found();
    }
  }

  private Found found() {
    ImageFeatures features =
        ImageFeatures.of(
            data.training(),
            options.classifier(),
            folder.resolve("classifier.safetensors"),
            pool,
            listener);
    ImageSet judged = data.test().range(0, Math.min(options.exactImages(), data.test().count()));
    ImageResults.Likelihood likelihood = likelihood(judged);
    ImageSamplesStudy samples =
        new ImageSamplesStudy(fitted, pool, data, options, folder, listener, features);
    List<ImageResults.Quality> quality = samples.all();
    List<ImageResults.Guidance> guidance = samples.guidance(this::fastBits);
    listener.stage("detection", 1);
    ImageResults results =
        new ImageResults(
            data.name(),
            domain.moving(),
            fitted.provenance().trainingRows(),
            fitted.provenance().seconds(),
            fitted.provenance().plan().toString(),
            likelihood,
            quality,
            samples.ofRealImages(),
            options.samples(),
            features.accuracy(data.test()),
            guidance,
            data.other().map(this::detection).stream().toList());
    return new Found(results, new ImagePictures(samples.grids(), scored(judged, likelihood)));
  }

  private static Tensor rows(Domain.Points points) {
    int n = points.count();
    return Tensor.of(points.values(), DType.FLOAT32, n, points.values().length / n);
  }

  // ---- Densities ----

  /** What is kept of the exact densities: nats in model space, and what they cost. */
  record Exact(double[] logDensity, double standardError, int evaluations, double seconds) {}

  private Exact exact(Tensor rows) {
    Path file = folder.resolve("exact.json");
    try {
      if (Files.exists(file)) {
        Exact kept = JSON.readValue(file.toFile(), Exact.class);
        if (kept.logDensity().length == rows.size(0)) {
          return kept;
        }
      }
      listener.stage("exact densities", rows.size(0));
      long start = System.nanoTime();
      LogDensity.Estimate estimate = field.logDensity(densities, rows);
      Exact exact =
          new Exact(
              estimate.logDensity(),
              Arrays.stream(estimate.standardError()).average().orElseThrow(),
              estimate.calls().forward(),
              (System.nanoTime() - start) / 1e9);
      JSON.writeValue(file.toFile(), exact);
      return exact;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private ImageResults.Likelihood likelihood(ImageSet images) {
    Domain.Points mapped = domain.encode(images);
    int n = images.count();
    double nats = domain.moving() * Math.log(2);
    try (Scope scope = Scope.open()) {
      Tensor rows = rows(mapped);
      Exact exact = exact(rows);
      listener.stage("densities by few evaluations", 1);
      double[] exactBits = bits(mapped, exact.logDensity());
      List<ImageResults.Few> few = new ArrayList<>();
      for (int k : EVALUATIONS) {
        few.add(
            few(
                "divergence",
                k,
                mapped,
                exactBits,
                () -> densities.jumps(fitted.student(), k, rows)));
      }
      fitted
          .logDensityHead()
          .ifPresent(
              p -> {
                for (int k : EVALUATIONS) {
                  if (k == 1 || answers(Head.LOG_DENSITY, k)) {
                    few.add(
                        few(
                            "log-density",
                            k,
                            mapped,
                            exactBits,
                            () -> densities.logDensityHead(p, rows)));
                  }
                }
              });
      double[] base =
          fitted.teacher().orElseThrow().base().logDensity(rows.to(DType.FLOAT64), 1).toDoubles();
      double[] fast =
          calibration(1).map(Calibration.Entry::head).orElseThrow() == Head.LOG_DENSITY
              ? densities.logDensityHead(fitted.logDensityHead().orElseThrow(), rows)
              : densities.jumps(fitted.student(), 1, rows);
      BitsPerDimension mean =
          BitsPerDimension.of(
              mean(exact.logDensity()), mean(mapped.logAbsDeterminant()), domain.moving());
      return new ImageResults.Likelihood(
          n,
          mean(exactBits),
          mean.model(),
          mean.derivative(),
          exact.standardError() / nats,
          exact.evaluations(),
          exact.seconds() / n,
          mean(bits(mapped, base)),
          few,
          exactBits,
          bits(mapped, fast));
    }
  }

  private interface Estimate {
    double[] get();
  }

  private ImageResults.Few few(
      String head, int k, Domain.Points mapped, double[] exactBits, Estimate estimate) {
    double nats = domain.moving() * Math.log(2);
    // Kernels are made for a shape when it is first met; what is timed is every time after.
    estimate.get();
    long start = System.nanoTime();
    double[] values = bits(mapped, estimate.get());
    double seconds = (System.nanoTime() - start) / 1e9;
    ErrorStatistics error = ErrorStatistics.of(values, exactBits);
    Head asked = head.equals("log-density") ? Head.LOG_DENSITY : Head.DIVERGENCE;
    Optional<Calibration.Entry> entry = calibration(k).filter(e -> e.head() == asked);
    double[] errors = new double[values.length];
    Arrays.setAll(errors, i -> (values[i] - exactBits[i]) * nats);
    return new ImageResults.Few(
        head,
        entry.isPresent(),
        k,
        mean(values),
        error.bias(),
        error.meanAbsoluteError(),
        error.pearson(),
        entry.map(e -> e.error().coverage(errors)).orElse(Double.NaN),
        entry.map(e -> e.error().halfWidth() / nats).orElse(Double.NaN),
        seconds / values.length);
  }

  /** Whether this is the way that the model takes at a number of evaluations. */
  private boolean answers(Head head, int k) {
    return calibration(k).filter(e -> e.head() == head).isPresent();
  }

  private Optional<Calibration.Entry> calibration(int k) {
    return Optional.ofNullable(fitted.calibration().few().get(k));
  }

  private double[] bits(Domain.Points mapped, double[] logDensity) {
    double[] bits = new double[logDensity.length];
    Arrays.setAll(bits, i -> domain.figuresOf(logDensity[i] + mapped.logAbsDeterminant()[i])[0]);
    return bits;
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).average().orElse(Double.NaN);
  }

  private List<ImagePictures.ScoredImages> scored(
      ImageSet images, ImageResults.Likelihood likelihood) {
    double[] exact = likelihood.exact();
    double[] fast = likelihood.fast();
    return List.of(
        first(
            "Most likely", "the fewest bits under the teacher", images, likelihood, i -> exact[i]),
        first(
            "Least likely", "the most bits under the teacher", images, likelihood, i -> -exact[i]),
        first(
            "Largest error",
            "one evaluation furthest from the teacher",
            images,
            likelihood,
            i -> -Math.abs(fast[i] - exact[i])));
  }

  /** The images with the least of a figure. */
  private static ImagePictures.ScoredImages first(
      String title,
      String note,
      ImageSet images,
      ImageResults.Likelihood likelihood,
      ToDoubleFunction<Integer> figure) {
    int[] first =
        IntStream.range(0, images.count())
            .boxed()
            .sorted(Comparator.comparingDouble(figure))
            .limit(COLUMNS)
            .mapToInt(Integer::intValue)
            .toArray();
    return new ImagePictures.ScoredImages(
        title,
        note,
        images.take(first),
        Arrays.stream(first).mapToDouble(i -> likelihood.exact()[i]).toArray(),
        Arrays.stream(first).mapToDouble(i -> likelihood.fast()[i]).toArray());
  }

  private double[] fastBits(ImageSet images) {
    Domain.Points mapped = domain.encode(images);
    try (Scope scope = Scope.open()) {
      Tensor rows = rows(mapped);
      return bits(
          mapped,
          fitted
              .logDensityHead()
              .map(p -> densities.logDensityHead(p, rows))
              .orElseGet(() -> densities.jumps(fitted.student(), 1, rows)));
    }
  }

  // ---- Images of another kind ----

  private ImageResults.Detection detection(ImageSet other) {
    int n = Math.min(options.detectionImages(), Math.min(other.count(), data.test().count()));
    ImageDetection.Figures strange = figures(other.range(0, n));
    return new ImageResults.Detection(
        data.otherName(),
        n,
        mean(strange.bits()),
        ImageDetection.scores(
            figures(data.training().range(0, Math.min(n, data.training().count()))),
            figures(data.test().range(0, n)),
            strange));
  }

  private ImageDetection.Figures figures(ImageSet images) {
    Domain.Points mapped = domain.encode(images);
    double[] fast = fastBits(images);
    int d = domain.moving();
    LearnedFlowMap velocity = Objects.requireNonNull(fitted.others().get(FittedFlow.VELOCITY));
    double[] noise = new double[images.count()];
    try (Scope scope = Scope.open()) {
      Tensor rows = rows(mapped);
      double[] base =
          bits(mapped, fitted.teacher().orElseThrow().base().logDensity(rows, 1).toDoubles());
      new RowChunks(TIMED)
          .forEach(
              images.count(),
              (start, end) -> {
                Tensor x = rows.rows(start, end);
                // One jump, from the image to its noise.
                Tensor jump = Autograd.noGrad(() -> velocity.rate(x, 1, 0).narrow(1, 0, d));
                double[] squares = x.addScaled(jump, -1).square().meanKeep(1).toDoubles();
                System.arraycopy(squares, 0, noise, start, squares.length);
              });
      return new ImageDetection.Figures(fast, base, noise);
    }
  }
}
