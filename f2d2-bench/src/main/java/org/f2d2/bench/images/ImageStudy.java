package org.f2d2.bench.images;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.f2d2.ImageModel;
import org.f2d2.data.Dequantization;
import org.f2d2.data.IdxFile;
import org.f2d2.data.ImageSet;
import org.f2d2.flow.ButcherTableau;
import org.f2d2.flow.CorrectedFlowMap;
import org.f2d2.flow.OdeSolver;
import org.f2d2.flow.TimeGrid;
import org.f2d2.likelihood.LogDensity;
import org.f2d2.metric.ErrorStatistics;
import org.f2d2.metric.FrechetDistance;
import org.f2d2.metric.ManifoldPrecision;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.RowChunks;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;
import org.f2d2.train.Calibration;
import org.f2d2.train.ClassifierFit;
import org.f2d2.train.FitListener;
import org.f2d2.train.FittedImages;
import org.f2d2.train.Head;
import org.f2d2.train.ImageDensities;
import org.f2d2.train.ImageSampler;

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

  private static final int[] EVALUATIONS = {1, 2, 4, 8};
  private static final double[] GUIDANCE_RATES = {0, 0.003, 0.01, 0.03, 0.1};
  private static final int GUIDED_JUMPS = 2;
  private static final long SEED = 100;
  private static final int SHOWN = 60;
  private static final int COLUMNS = 12;
  private static final int TIMED = 200;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final ImageModel model;
  private final FittedImages fitted;
  private final Data data;
  private final Options options;
  private final Path folder;
  private final FitListener listener;
  private final ImageDensities densities;
  private final ImageSampler sampler;

  /**
   * A study.
   *
   * @param folder where parts of it are kept; of this model alone
   */
  public ImageStudy(
      ImageModel model, Data data, Options options, Path folder, FitListener listener) {
    this.model = model;
    this.fitted = model.fitted();
    this.data = data;
    this.options = options;
    this.folder = folder;
    this.listener = listener;
    this.densities = new ImageDensities(model.pool());
    this.sampler = new ImageSampler(fitted, model.pool());
  }

  /** Does it all, or what is left of it. */
  public Found run() {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    ImageFeatures features =
        ImageFeatures.of(
            data.training(),
            options.classifier(),
            folder.resolve("classifier.safetensors"),
            model.pool(),
            listener);
    ImageSet judged = data.test().range(0, Math.min(options.exactImages(), data.test().count()));
    ImageResults.Likelihood likelihood = likelihood(judged);
    Samples samples = new Samples(features);
    List<ImageResults.Quality> quality = samples.all();
    List<ImageResults.Guidance> guidance = samples.guidance();
    listener.stage("detection", 1);
    ImageResults results =
        new ImageResults(
            data.name(),
            fitted.format().dimensions(),
            fitted.provenance().trainingImages(),
            fitted.provenance().seconds(),
            fitted.provenance().plan().toString(),
            likelihood,
            quality,
            samples.ofRealImages(),
            options.samples(),
            features.accuracy(data.test()),
            guidance,
            data.other().map(this::detection));
    return new Found(results, new ImagePictures(samples.grids(), scored(judged, likelihood)));
  }

  private Dequantization.Mapped map(ImageSet images) {
    return fitted.map(images, model.pool());
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
      LogDensity.Estimate estimate = densities.exact(fitted.exactField(), rows);
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
    Dequantization.Mapped mapped = map(images);
    int n = images.count();
    double nats = fitted.format().dimensions() * Math.log(2);
    try (Scope scope = Scope.open()) {
      Tensor rows = fitted.rows(mapped);
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
          .potential()
          .ifPresent(
              p ->
                  few.add(
                      few("potential", 1, mapped, exactBits, () -> densities.potential(p, rows))));
      double[] base = fitted.base().logDensity(rows.to(DType.FLOAT64), 1).toDoubles();
      double[] fast =
          calibration(1).map(Calibration.Entry::head).orElseThrow() == Head.POTENTIAL
              ? densities.potential(fitted.potential().orElseThrow(), rows)
              : densities.jumps(fitted.student(), 1, rows);
      return new ImageResults.Likelihood(
          n,
          mean(exactBits),
          mapped.meanBits(exact.logDensity()).model(),
          mapped.meanBits(exact.logDensity()).derivative(),
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
      String head, int k, Dequantization.Mapped mapped, double[] exactBits, Estimate estimate) {
    double nats = fitted.format().dimensions() * Math.log(2);
    // Kernels are made for a shape when it is first met; what is timed is every time after.
    estimate.get();
    long start = System.nanoTime();
    double[] values = bits(mapped, estimate.get());
    double seconds = (System.nanoTime() - start) / 1e9;
    ErrorStatistics error = ErrorStatistics.of(values, exactBits);
    Head asked = head.equals("potential") ? Head.POTENTIAL : Head.DIVERGENCE;
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

  private Optional<Calibration.Entry> calibration(int k) {
    return Optional.ofNullable(fitted.calibration().few().get(k));
  }

  private double[] bits(Dequantization.Mapped mapped, double[] logDensity) {
    double[] bits = new double[logDensity.length];
    Arrays.setAll(bits, i -> mapped.bits(i, logDensity[i]).total());
    return bits;
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).average().orElse(Double.NaN);
  }

  private List<ImagePictures.ScoredImages> scored(
      ImageSet images, ImageResults.Likelihood likelihood) {
    Integer[] order = new Integer[images.count()];
    Arrays.setAll(order, i -> i);
    double[] exact = likelihood.exact();
    double[] fast = likelihood.fast();
    List<ImagePictures.ScoredImages> scored = new ArrayList<>();
    Arrays.sort(order, (a, b) -> Double.compare(exact[a], exact[b]));
    scored.add(pick("Most likely", "the fewest bits under the teacher", images, order, likelihood));
    Arrays.sort(order, (a, b) -> Double.compare(exact[b], exact[a]));
    scored.add(pick("Least likely", "the most bits under the teacher", images, order, likelihood));
    Arrays.sort(
        order,
        (a, b) -> Double.compare(Math.abs(fast[b] - exact[b]), Math.abs(fast[a] - exact[a])));
    scored.add(
        pick(
            "Largest error",
            "one evaluation furthest from the teacher",
            images,
            order,
            likelihood));
    return scored;
  }

  private static ImagePictures.ScoredImages pick(
      String title,
      String note,
      ImageSet images,
      Integer[] order,
      ImageResults.Likelihood likelihood) {
    int[] first = Arrays.stream(order).limit(COLUMNS).mapToInt(Integer::intValue).toArray();
    return new ImagePictures.ScoredImages(
        title,
        note,
        images.take(first),
        Arrays.stream(first).mapToDouble(i -> likelihood.exact()[i]).toArray(),
        Arrays.stream(first).mapToDouble(i -> likelihood.fast()[i]).toArray());
  }

  // ---- Samples ----

  private final class Samples {
    private final ImageFeatures features;
    private final double[] real;
    private final List<ImagePictures.Grid> grids = new ArrayList<>();
    private final int count = options.samples();

    Samples(ImageFeatures features) {
      this.features = features;
      ImageSet test = data.test().range(0, Math.min(count, data.test().count()));
      this.real = features.of(test);
      grid("Test images", "real", test);
    }

    List<ImagePictures.Grid> grids() {
      return grids;
    }

    private void grid(String title, String note, ImageSet images) {
      grids.add(
          new ImagePictures.Grid(
              title, note, images.range(0, Math.min(SHOWN, images.count())), COLUMNS));
    }

    /** As many training images in the place of samples. */
    ImageResults.Quality ofRealImages() {
      return quality(
          "training images", 0, new ImageSampler.Sampled(data.training().range(0, count), 0, 0));
    }

    List<ImageResults.Quality> all() {
      List<ImageResults.Quality> all = new ArrayList<>();
      all.add(quality("teacher", options.teacherSteps(), teacher()));
      CorrectedFlowMap student = fitted.student();
      for (int k : EVALUATIONS) {
        listener.stage("samples by " + k + " evaluations", 1);
        all.add(quality("velocity", k, jumps(fitted.velocity(), k, 0)));
        ImageSampler.Sampled joint = jumps(student, k, 0);
        grid("Samples, k = " + k, joint.forward() + " forward", joint.images());
        all.add(quality("joint", k, joint));
        ImageSampler.Sampled guided = jumps(student, k, ImageModel.GUIDANCE_RATE);
        all.add(quality("guided", k, guided));
        if (k == GUIDED_JUMPS) {
          grid(
              "Guided samples, k = " + k,
              guided.forward() + " forward and " + guided.backward() + " backward",
              guided.images());
        }
      }
      interpolations();
      return all;
    }

    private ImageSampler.Sampled jumps(CorrectedFlowMap map, int k, double rate) {
      try (Scope scope = Scope.open()) {
        return sampler.jumps(map, k, rate, noise());
      }
    }

    private Tensor noise() {
      return new Rng(SEED).normal(DType.FLOAT32, count, fitted.format().dimensions());
    }

    private ImageSampler.Sampled teacher() {
      Path file = folder.resolve("teacher-samples.idx3");
      OdeSolver solver = new OdeSolver.FixedStep(ButcherTableau.EULER, options.teacherSteps());
      ImageSet images;
      if (fitted.format().channels() == 1 && Files.exists(file)) {
        images = IdxFile.read(file);
      } else {
        listener.stage("samples of the teacher", 1);
        try (Scope scope = Scope.open()) {
          images = sampler.exact(solver, noise()).images();
        }
        if (fitted.format().channels() == 1) {
          IdxFile.write(file, images);
        }
      }
      grid("Samples of the teacher", options.teacherSteps() + " steps", images);
      return new ImageSampler.Sampled(images, options.teacherSteps(), 0);
    }

    private ImageResults.Quality quality(String source, int k, ImageSampler.Sampled sampled) {
      double[] own = features.of(sampled.images());
      ManifoldPrecision manifold = ManifoldPrecision.of(real, own, features.count());
      return new ImageResults.Quality(
          source,
          k,
          sampled.forward(),
          sampled.backward(),
          FrechetDistance.of(real, own, features.count()),
          manifold.precision(),
          manifold.recall());
    }

    /** Noise turned from one draw to another at constant length: rows of images in between. */
    private void interpolations() {
      try (Scope scope = Scope.open()) {
        int rows = SHOWN / COLUMNS;
        Tensor ends =
            new Rng(SEED + 1).normal(DType.FLOAT32, 2L * rows, fitted.format().dimensions());
        List<Tensor> between = new ArrayList<>();
        for (int r = 0; r < rows; r++) {
          for (int c = 0; c < COLUMNS; c++) {
            double angle = Math.PI / 2 * c / (COLUMNS - 1);
            between.add(
                ends.rows(2L * r, 2L * r + 1)
                    .mul(Math.cos(angle))
                    .addScaled(ends.rows(2L * r + 1, 2L * r + 2), Math.sin(angle)));
          }
        }
        grid(
            "Interpolations",
            "noise turned from the left to the right, 4 evaluations",
            sampler.jumps(fitted.student(), 4, 0, Tensor.cat(0, between)).images());
      }
    }

    List<ImageResults.Guidance> guidance() {
      List<ImageResults.Guidance> sweep = new ArrayList<>();
      for (double rate : GUIDANCE_RATES) {
        listener.stage("self-guidance " + rate, 1);
        ImageSampler.Sampled sampled = jumps(fitted.student(), GUIDED_JUMPS, rate);
        sweep.add(
            new ImageResults.Guidance(
                rate,
                quality(rate == 0 ? "joint" : "guided", GUIDED_JUMPS, sampled),
                mean(fastBits(map(sampled.images())))));
      }
      return sweep;
    }
  }

  private double[] fastBits(Dequantization.Mapped mapped) {
    try (Scope scope = Scope.open()) {
      Tensor rows = fitted.rows(mapped);
      return bits(
          mapped,
          fitted
              .potential()
              .map(p -> densities.potential(p, rows))
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
    Dequantization.Mapped mapped = map(images);
    double[] fast = fastBits(mapped);
    int d = fitted.format().dimensions();
    double[] noise = new double[images.count()];
    try (Scope scope = Scope.open()) {
      Tensor rows = fitted.rows(mapped);
      double[] base = bits(mapped, fitted.base().logDensity(rows, 1).toDoubles());
      new RowChunks(TIMED)
          .forEach(
              images.count(),
              (start, end) -> {
                Tensor x = rows.rows(start, end);
                double[] squares =
                    Autograd.noGrad(
                            () ->
                                TimeGrid.uniform(1)
                                    .downwards(
                                        x,
                                        (state, from, to) ->
                                            new TimeGrid.State(
                                                state
                                                    .points()
                                                    .addScaled(
                                                        fitted
                                                            .velocity()
                                                            .rate(state.points(), from, to)
                                                            .narrow(1, 0, d),
                                                        to - from),
                                                state.total()))
                                    .points()
                                    .square()
                                    .meanKeep(1))
                        .toDoubles();
                System.arraycopy(squares, 0, noise, start, squares.length);
              });
      return new ImageDetection.Figures(fast, base, noise);
    }
  }
}
