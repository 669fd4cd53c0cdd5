package org.f2d2.lab.comparison;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.f2d2.flow.GaussianFlow;
import org.f2d2.flow.GaussianPrior;
import org.f2d2.flow.JointFlowMap;
import org.f2d2.flow.NetworkFlowMap;
import org.f2d2.flow.TimeGrid;
import org.f2d2.lab.TestDensities;
import org.f2d2.lab.TestDensity;
import org.f2d2.metric.EnergyDistance;
import org.f2d2.metric.SlicedWasserstein;
import org.f2d2.net.Mlp;
import org.f2d2.net.Parameters;
import org.f2d2.objective.ImprovedMeanFlow;
import org.f2d2.objective.Instantaneous;
import org.f2d2.objective.LsdF2d2;
import org.f2d2.objective.MeanFlowF2d2;
import org.f2d2.objective.Objective;
import org.f2d2.objective.ProgressiveSelfDistillation;
import org.f2d2.objective.RowWeight;
import org.f2d2.objective.Setting;
import org.f2d2.objective.TrainingRows;
import org.f2d2.plain.FourierFeatures;
import org.f2d2.plain.MlpArchitecture;
import org.f2d2.plain.TimeEmbedding;
import org.f2d2.sampling.GammaSampler;
import org.f2d2.sampling.JumpSampler;
import org.f2d2.sampling.Sampler;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.RowChunks;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;
import org.f2d2.train.Optimizer;
import org.f2d2.train.Schedule;
import org.f2d2.train.TrainingRun;
import org.f2d2.train.WorkerPool;

/**
 * What papers say about the order of methods, measured on small networks that learn from the data
 * alone: each statement with the figures that show or refute it.
 */
public final class PublishedOrderings {

  /** Numbers of steps that samples are drawn with. */
  private static final List<Integer> STEPS = List.of(1, 2, 4, 8, 16);

  /**
   * How much is done.
   *
   * @param steps of each training
   * @param samples that a distance is measured with
   * @param gradients batches that a gradient's variance is measured over
   * @param workers threads
   */
  public record Options(int steps, int samples, int gradients, int workers) {
    /** About ten minutes on two cores. */
    public static final Options DEFAULT = new Options(6000, 20_000, 200, 2);
  }

  /**
   * One statement.
   *
   * @param claim what is said and where
   * @param figures what was measured, by name
   * @param holds whether the figures agree
   */
  public record Ordering(String claim, Map<String, String> figures, boolean holds) {}

  private static final int WIDTH = 128;
  private static final int DEPTH = 4;
  private static final int BATCH = 512;
  private static final int TRAINING_ROWS = 100_000;
  private static final int BINS = 32;
  private static final int DIRECTIONS = 100;

  /** Of a consistency map that stretches by 1 + 0.05 (1-s): data sd, excess and draws. */
  private static final double CONSISTENCY_SD = 0.5;

  private static final double EXCESS = 0.05;
  private static final int CONSISTENCY_DRAWS = 2_000_000;

  private final Options options;

  /** With options. */
  public PublishedOrderings(Options options) {
    this.options = options;
  }

  /** Measures all statements. */
  public List<Ordering> measure() {
    try (WorkerPool pool = new WorkerPool(options.workers())) {
      TestDensity checkerboard = TestDensities.of("checkerboard");
      Trained lsd = train(checkerboard, LsdF2d2::new, pool);
      Trained psd =
          train(
              checkerboard,
              setting ->
                  new ProgressiveSelfDistillation(
                      setting,
                      ProgressiveSelfDistillation.Cut.MIDDLE,
                      new ProgressiveSelfDistillation.Options(0.5, 0)),
              pool);
      List<Ordering> all = new ArrayList<>(selfDistillation(checkerboard, lsd, psd));
      TestDensity ring = TestDensities.of("ring");
      Trained meanFlow = train(ring, meanFlow(0.5), pool);
      all.add(gradientVariance(meanFlow));
      all.add(diagonalOnly(ring, meanFlow, train(ring, meanFlow(1), pool)));
      all.add(consistencyGetsWorse());
      return all;
    }
  }

  private static Function<Setting, Objective> meanFlow(double diagonalShare) {
    return setting -> new MeanFlowF2d2(setting, diagonalShare, RowWeight.EQUAL);
  }

  /** A map, what it was trained on, and what its coordinates are to be multiplied by. */
  private record Trained(NetworkFlowMap map, Setting setting, double scale) {}

  private Trained train(
      TestDensity density, Function<Setting, Objective> objective, WorkerPool pool) {
    int d = density.dimensions();
    MlpArchitecture shape =
        new MlpArchitecture(d, d, WIDTH, DEPTH, new TimeEmbedding(4), new FourierFeatures(0), true);
    NetworkFlowMap map = new NetworkFlowMap(Mlp.random(shape, DType.FLOAT32, new Rng(1)), 1);
    double[] rows = density.sample(TRAINING_ROWS, new SplittableRandom(2));
    // Coordinates are brought to unit scale by one common factor, which changes no shape.
    double scale = Math.sqrt(Arrays.stream(rows).map(x -> x * x).average().orElse(1));
    Tensor table = Tensor.of(rows, TRAINING_ROWS, d).div(scale).to(DType.FLOAT32);
    Setting setting =
        new Setting(map, new Instantaneous.Data(map, 0, BATCH), TrainingRows.of(table));
    TrainingRun run =
        new TrainingRun(
            map.network().parameters(),
            new TrainingRun.Options(
                BATCH,
                new Schedule(2e-3, Math.min(200, options.steps() / 5), options.steps(), 0.01),
                new Optimizer.Options(Optimizer.Kind.ADAMW, 0.9, 0.99, 1e-8, 0),
                10,
                0.999),
            new Rng(3));
    Objective loss = objective.apply(setting);
    while (run.step() < options.steps()) {
      run.advance(loss, pool);
    }
    map.network().parameters().flat().copyInPlace(run.average().flat());
    return new Trained(map, setting, scale);
  }

  private double[] draw(Trained trained, int steps) {
    Sampler sampler =
        new JumpSampler(
            trained.map(), GaussianPrior.STANDARD, TimeGrid.uniform(steps), RowChunks.DEFAULT);
    try (Scope scope = Scope.open()) {
      Sampler.Sample sample = sampler.sample(options.samples(), DType.FLOAT32, new Rng(4));
      return sample.points().mul(trained.scale()).to(DType.FLOAT64).toDoubles();
    }
  }

  /**
   * The Kullback–Leibler divergence of the density from samples, both counted in {@value #BINS} by
   * {@value #BINS} cells, each with half a sample more than was counted.
   */
  static double binnedDivergence(double[] samples, double[] reference, double[] box) {
    double[] p = counts(reference, box);
    double[] q = counts(samples, box);
    double divergence = 0;
    for (int i = 0; i < p.length; i++) {
      divergence += p[i] * Math.log(p[i] / q[i]);
    }
    return divergence;
  }

  private static double[] counts(double[] rows, double[] box) {
    double[] shares = new double[BINS * BINS];
    Arrays.fill(shares, 0.5);
    for (int r = 0; r < rows.length / 2; r++) {
      int x = cell(rows[2 * r], box[0], box[1]);
      int y = cell(rows[2 * r + 1], box[2], box[3]);
      shares[y * BINS + x]++;
    }
    double all = Arrays.stream(shares).sum();
    return Arrays.stream(shares).map(c -> c / all).toArray();
  }

  private static int cell(double value, double low, double high) {
    return (int) Math.max(0, Math.min(BINS - 1, Math.floor(BINS * (value - low) / (high - low))));
  }

  private List<Ordering> selfDistillation(TestDensity density, Trained lsd, Trained psd) {
    double[] reference = density.sample(20 * options.samples(), new SplittableRandom(5));
    Map<String, String> figures = new LinkedHashMap<>();
    double[] ofLsd = divergences(density, lsd, reference);
    double[] ofPsd = divergences(density, psd, reference);
    String steps = String.join(" / ", STEPS.stream().map(String::valueOf).toList());
    figures.put("LSD, KL at " + steps + " steps", figures(ofLsd, "%.4f"));
    figures.put("PSD-M, the same", figures(ofPsd, "%.4f"));
    int eight = STEPS.indexOf(8);
    return List.of(
        new Ordering(
            "LSD is at least as good as PSD at one step on the checkerboard (arXiv 2505.18825)",
            figures,
            ofLsd[0] <= ofPsd[0]),
        new Ordering(
            "the divergence of LSD falls from 1 to 8 steps (arXiv 2505.18825)",
            figures,
            ofLsd[eight] < ofLsd[0]));
  }

  private double[] divergences(TestDensity density, Trained trained, double[] reference) {
    return STEPS.stream()
        .mapToDouble(k -> binnedDivergence(draw(trained, k), reference, density.box()))
        .toArray();
  }

  private static String figures(double[] values, String format) {
    return String.join(
        " / ", Arrays.stream(values).mapToObj(v -> String.format(Locale.ROOT, format, v)).toList());
  }

  /** Total variance of a gradient over batches, at the same parameters. */
  private Ordering gradientVariance(Trained trained) {
    // The pairs' own velocities, as published: averaged targets would hide the difference.
    Setting plain =
        new Setting(trained.map(), new Instantaneous.Data(trained.map()), trained.setting().data());
    double meanFlow = variance(trained, new MeanFlowF2d2(plain, 0.5, RowWeight.EQUAL));
    double improved = variance(trained, new ImprovedMeanFlow(plain, 0.5, RowWeight.EQUAL));
    Map<String, String> figures = new LinkedHashMap<>();
    figures.put("MeanFlow", String.format(Locale.ROOT, "%.4g", meanFlow));
    figures.put("Improved MeanFlow", String.format(Locale.ROOT, "%.4g", improved));
    return new Ordering(
        "the gradient of Improved MeanFlow varies less than MeanFlow's (arXiv 2512.02012)",
        figures,
        improved < meanFlow);
  }

  private double variance(Trained trained, Objective objective) {
    Parameters parameters = trained.map().network().parameters();
    int n = options.gradients();
    double[] sum = new double[Math.toIntExact(parameters.count())];
    double squares = 0;
    for (int i = 0; i < n; i++) {
      try (Scope scope = Scope.open()) {
        Tensor loss = objective.loss(BATCH, new Rng(6).derive(i));
        double[] gradient =
            parameters.flatten(Autograd.grad(loss, parameters.variables())).toDoubles();
        for (int j = 0; j < sum.length; j++) {
          sum[j] += gradient[j] / n;
          squares += gradient[j] * gradient[j] / n;
        }
      }
    }
    return (squares - Arrays.stream(sum).map(s -> s * s).sum()) * n / (n - 1);
  }

  private Ordering diagonalOnly(TestDensity density, Trained half, Trained all) {
    Map<String, String> figures = new LinkedHashMap<>();
    double ofHalf = energy(density, half);
    double ofAll = energy(density, all);
    figures.put("half of the rows", String.format(Locale.ROOT, "energy distance %.4f", ofHalf));
    figures.put("all rows", String.format(Locale.ROOT, "energy distance %.4f", ofAll));
    figures.put("half, sliced W2", String.format(Locale.ROOT, "%.3f", sliced(density, half)));
    figures.put("all, sliced W2", String.format(Locale.ROOT, "%.3f", sliced(density, all)));
    return new Ordering(
        "with diagonal rows only one step fails, with a share of them it works (arXiv 2505.13447)",
        figures,
        ofAll > 10 * Math.max(ofHalf, 0.001));
  }

  private double energy(TestDensity density, Trained trained) {
    int n = Math.min(4000, options.samples());
    double[] fresh = density.sample(n, new SplittableRandom(7));
    return EnergyDistance.of(Arrays.copyOf(draw(trained, 1), 2 * n), fresh, 2);
  }

  private double sliced(TestDensity density, Trained trained) {
    double[] fresh = density.sample(options.samples(), new SplittableRandom(7));
    return SlicedWasserstein.of(draw(trained, 1), fresh, 2, DIRECTIONS, new SplittableRandom(8));
  }

  /** A consistency map that is a little wrong, X_{s,1} stretched by 1 + 0.05 (1-s). */
  private record Stretched(JointFlowMap exact) implements JointFlowMap {
    @Override
    public int dimensions() {
      return exact.dimensions();
    }

    @Override
    public boolean hasDivergence() {
      return false;
    }

    @Override
    public Tensor rate(Tensor x, Tensor s, Tensor t) {
      Tensor step = t.sub(s);
      Tensor rate = exact.rate(x, s, t);
      Tensor end = JointFlowMap.jump(x, s, t, rate);
      return end.mul(s.subtractFrom(1).mul(EXCESS).add(1)).sub(x).div(step);
    }
  }

  /** Errors of the standard deviation by number of steps. */
  static double[] consistencyErrors(boolean exact, int draws) {
    GaussianFlow flow = GaussianFlow.of(new double[] {0}, new double[] {CONSISTENCY_SD}, 1);
    JointFlowMap map = exact ? flow : new Stretched(flow);
    return STEPS.stream()
        .mapToDouble(
            k -> {
              try (Scope scope = Scope.open()) {
                GammaSampler sampler =
                    new GammaSampler(map, TimeGrid.uniform(k), 1, new Rng(9), RowChunks.DEFAULT);
                Tensor points = sampler.sample(draws, DType.FLOAT64, new Rng(10)).points();
                return Math.abs(Math.sqrt(points.square().mean().item()) - CONSISTENCY_SD);
              }
            })
        .toArray();
  }

  private static Ordering consistencyGetsWorse() {
    double[] wrong = consistencyErrors(false, CONSISTENCY_DRAWS);
    double[] exact = consistencyErrors(true, CONSISTENCY_DRAWS);
    Map<String, String> figures = new LinkedHashMap<>();
    figures.put(
        "error of the sd at " + String.join(" / ", STEPS.stream().map(String::valueOf).toList()),
        figures(wrong, "%.4f"));
    figures.put("the exact map", figures(exact, "%.4f"));
    int best =
        IntStream.range(0, wrong.length)
            .reduce((a, b) -> wrong[b] < wrong[a] ? b : a)
            .orElseThrow();
    return new Ordering(
        "a consistency model that is a little wrong gets worse with more re-noised steps"
            + " (arXiv 2506.14603)",
        figures,
        best < wrong.length - 1 && wrong[wrong.length - 1] > wrong[best]);
  }

  /** As a Markdown table. */
  public static String markdown(List<Ordering> orderings) {
    StringBuilder text = new StringBuilder("| statement | figures | holds |\n|---|---|---|\n");
    for (Ordering o : orderings) {
      List<String> figures = new ArrayList<>();
      o.figures().forEach((name, value) -> figures.add(name + ": " + value));
      text.append("| ")
          .append(o.claim())
          .append(" | ")
          .append(String.join("; ", figures))
          .append(" | ")
          .append(o.holds() ? "yes" : "no")
          .append(" |\n");
    }
    return text.toString();
  }
}
