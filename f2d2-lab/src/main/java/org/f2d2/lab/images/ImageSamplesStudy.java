package org.f2d2.lab.images;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.f2d2.data.IdxFile;
import org.f2d2.data.ImageSet;
import org.f2d2.domain.image.FrechetDistance;
import org.f2d2.domain.image.ImageDomain;
import org.f2d2.domain.image.ManifoldPrecision;
import org.f2d2.flow.ButcherTableau;
import org.f2d2.flow.Calls;
import org.f2d2.flow.GaussianPrior;
import org.f2d2.flow.LearnedFlowMap;
import org.f2d2.flow.OdeSolver;
import org.f2d2.flow.TimeGrid;
import org.f2d2.sampling.JumpSampler;
import org.f2d2.sampling.Sampler;
import org.f2d2.sampling.SelfGuidance;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.RowChunks;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;
import org.f2d2.train.FitListener;
import org.f2d2.train.FittedFlow;
import org.f2d2.train.FramedField;
import org.f2d2.train.WorkerPool;

/** Samples of a model from the same noise in every way that it has, and how near to real images. */
final class ImageSamplesStudy {

  private static final double[] GUIDANCE_RATES = {0, 0.003, 0.01, 0.02, 0.05};
  private static final int GUIDED_JUMPS = 2;
  private static final long SEED = 100;
  private static final RowChunks CHUNKS = new RowChunks(32);
  private static final int SHOWN = 60;
  private static final int COLUMNS = ImageStudy.COLUMNS;

  private final FittedFlow fitted;
  private final ImageDomain domain;
  private final WorkerPool pool;
  private final ImageStudy.Data data;
  private final ImageStudy.Options options;
  private final Path folder;
  private final FitListener listener;
  private final ImageFeatures features;
  private final double[] real;
  private final List<ImagePictures.Grid> grids = new ArrayList<>();
  private final int count;

  ImageSamplesStudy(
      FittedFlow fitted,
      WorkerPool pool,
      ImageStudy.Data data,
      ImageStudy.Options options,
      Path folder,
      FitListener listener,
      ImageFeatures features) {
    this.fitted = fitted;
    this.domain = (ImageDomain) fitted.domain();
    this.pool = pool;
    this.data = data;
    this.options = options;
    this.folder = folder;
    this.listener = listener;
    this.features = features;
    this.count = options.samples();
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
    return quality("training images", 0, new Sampled(data.training().range(0, count), 0, 0));
  }

  List<ImageResults.Quality> all() {
    List<ImageResults.Quality> all = new ArrayList<>();
    all.add(quality("teacher", options.teacherSteps(), teacher()));
    LearnedFlowMap student = fitted.student();
    LearnedFlowMap velocity = Objects.requireNonNull(fitted.others().get(FittedFlow.VELOCITY));
    for (int k : ImageStudy.EVALUATIONS) {
      listener.stage("samples by " + k + " evaluations", 1);
      all.add(quality("velocity", k, jumps(velocity, k, 0)));
      Sampled joint = jumps(student, k, 0);
      grid("Samples, k = " + k, joint.forward() + " forward", joint.images());
      all.add(quality("joint", k, joint));
      Sampled guided = jumps(student, k, domain.guidanceRate());
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

  /**
   * Images.
   *
   * @param forward passes of the network for each image, or for the one with most of them
   * @param backward passes back through it
   */
  private record Sampled(ImageSet images, int forward, int backward) {}

  private Sampled jumps(LearnedFlowMap map, int k, double rate) {
    try (Scope scope = Scope.open()) {
      return jumps(map, k, rate, noise());
    }
  }

  private Sampled jumps(LearnedFlowMap map, int k, double rate, Tensor z) {
    JumpSampler plain = new JumpSampler(map, GaussianPrior.STANDARD, TimeGrid.uniform(k), CHUNKS);
    return sampled(rate > 0 ? new SelfGuidance(plain, rate, domain.guidanceVolume()) : plain, z);
  }

  private Sampled sampled(Sampler sampler, Tensor z) {
    int n = Math.toIntExact(z.size(0));
    int parts = Math.max(1, Math.min(pool.size(), n / CHUNKS.rows()));
    List<Sampler.Sample> all =
        pool.map(
            parts,
            p ->
                Autograd.noGrad(
                    () -> sampler.from(z.rows((long) p * n / parts, (p + 1L) * n / parts))));
    double[] points =
        all.stream().flatMapToDouble(s -> Arrays.stream(s.points().toDoubles())).toArray();
    Calls most = all.stream().map(Sampler.Sample::calls).reduce(Calls.NONE, Calls::max);
    return new Sampled(domain.decode(points), most.forward(), most.backward());
  }

  private Tensor noise() {
    return new Rng(SEED).normal(DType.FLOAT32, count, domain.moving());
  }

  private Sampled teacher() {
    Path file = folder.resolve("teacher-samples.idx3");
    OdeSolver solver = new OdeSolver.FixedStep(ButcherTableau.EULER, options.teacherSteps());
    ImageSet images;
    if (domain.format().channels() == 1 && Files.exists(file)) {
      images = IdxFile.read(file);
    } else {
      listener.stage("samples of the teacher", 1);
      try (Scope scope = Scope.open()) {
        images = sampled(((FramedField) fitted.exact()).sampler(solver, CHUNKS), noise()).images();
      }
      if (domain.format().channels() == 1) {
        IdxFile.write(file, images);
      }
    }
    grid("Samples of the teacher", options.teacherSteps() + " steps", images);
    return new Sampled(images, options.teacherSteps(), 0);
  }

  private ImageResults.Quality quality(String source, int k, Sampled sampled) {
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
      Tensor ends = new Rng(SEED + 1).normal(DType.FLOAT32, 2L * rows, domain.moving());
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
          jumps(fitted.student(), 4, 0, Tensor.cat(0, between)).images());
    }
  }

  /**
   * The sweep of the step of self-guidance.
   *
   * @param bits of images, one evaluation each
   */
  List<ImageResults.Guidance> guidance(Function<ImageSet, double[]> bits) {
    List<ImageResults.Guidance> sweep = new ArrayList<>();
    for (double rate : GUIDANCE_RATES) {
      listener.stage("self-guidance " + rate, 1);
      Sampled sampled = jumps(fitted.student(), GUIDED_JUMPS, rate);
      sweep.add(
          new ImageResults.Guidance(
              rate,
              quality(rate == 0 ? "joint" : "guided", GUIDED_JUMPS, sampled),
              Arrays.stream(bits.apply(sampled.images())).average().orElseThrow()));
    }
    return sweep;
  }
}
