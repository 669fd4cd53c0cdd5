package org.f2d2;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.f2d2.data.DataHash;
import org.f2d2.data.Preprocessing;
import org.f2d2.data.Table;
import org.f2d2.error.F2d2Exception;
import org.f2d2.flow.ButcherTableau;
import org.f2d2.flow.ClosedFormFlow;
import org.f2d2.flow.GaussianPrior;
import org.f2d2.flow.NetworkFlowMap;
import org.f2d2.flow.OdeSolver;
import org.f2d2.flow.TimeGrid;
import org.f2d2.flow.VelocityField;
import org.f2d2.likelihood.LogDensity;
import org.f2d2.metric.ErrorStatistics;
import org.f2d2.metric.ReferenceDistribution;
import org.f2d2.plain.PointFunction;
import org.f2d2.sampling.GammaSampler;
import org.f2d2.sampling.JumpSampler;
import org.f2d2.sampling.OdeSampler;
import org.f2d2.sampling.Sampler;
import org.f2d2.sampling.SelfGuidance;
import org.f2d2.score.Calibration;
import org.f2d2.score.Head;
import org.f2d2.score.Nfe;
import org.f2d2.score.Scores;
import org.f2d2.score.TableDescription;
import org.f2d2.store.DirectoryLock;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.RowChunks;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;
import org.f2d2.train.Calibrator;
import org.f2d2.train.Fit;
import org.f2d2.train.FitListener;
import org.f2d2.train.FitOptions;
import org.f2d2.train.FittedFlow;
import org.f2d2.train.WorkerPool;

/**
 * A density of table rows that was learned from data: scores rows, draws rows, and says how far its
 * fast answers are from its exact ones.
 *
 * <pre>{@code
 * Table table = TableFile.read(Path.of("normal.csv"));
 * try (DensityModel model =
 *     DensityModel.fit(table, FitOptions.DEFAULT, Path.of("model"), false, FitListener.SILENT)) {
 *   Scores scores = model.score(rows, Nfe.ONE);
 * }
 * }</pre>
 *
 * <p>Arrays go in and come out; native memory is this class's own affair. A model may be used by
 * one thread at a time; it spreads the rows of a call over the cores itself.
 */
public final class DensityModel implements AutoCloseable {

  /** Displacement of each noise coordinate by self-guidance. */
  private static final double GUIDANCE_RATE = 0.01;

  /** Two batches may take other steps, and then differ by so much. */
  private static final double SAMPLER_TOLERANCE = 1e-6;

  private static final int SAMPLER_STEPS = 2000;

  /** Rows that are drawn at once from a closed form. */
  private static final int DRAWN_AT_ONCE = 1024;

  /** Up to here rows are sooner done one by one on arrays than together on tensors. */
  private static final int FEW_ROWS = 4;

  /** Fewer rows than these are not worth a second thread. */
  private static final int LEAST_ROWS = 64;

  private final FittedFlow flow;
  private final WorkerPool pool;
  private final Calibrator densities;

  /** Its pool has no thread but the caller's. */
  private final WorkerPool caller = new WorkerPool(1);

  private final Calibrator alone = new Calibrator(caller);
  private final int columns;

  /** Densities of single rows by the number of jumps; by 0 that of the potential. */
  private final Map<Integer, PointFunction> points = new ConcurrentHashMap<>();

  private DensityModel(FittedFlow flow) {
    this.flow = flow.frozen();
    this.pool = new WorkerPool(Runtime.getRuntime().availableProcessors());
    this.densities = new Calibrator(pool);
    this.columns = flow.preprocessing().columns().size();
  }

  /** A model of networks that were fitted elsewhere. */
  public static DensityModel of(FittedFlow flow) {
    return new DensityModel(flow);
  }

  /** Fits a model in memory, without a checkpoint. */
  public static DensityModel fit(Table data, FitOptions options, FitListener listener) {
    return new DensityModel(Fit.run(data, options, listener));
  }

  /**
   * Fits a model with checkpoints in a directory and saves it there.
   *
   * @param resume whether to go on from the directory's checkpoint, whose options then hold; a
   *     finished model of the same table is left as it is
   * @throws F2d2Exception when the table cannot be modelled, the directory cannot be written,
   *     another fit or save is writing into it, or a fit is to be resumed where a finished model of
   *     another table lies
   */
  public static DensityModel fit(
      Table data, FitOptions options, Path directory, boolean resume, FitListener listener) {
    try (DirectoryLock lock = DirectoryLock.hold(directory)) {
      return fitAlone(data, options, directory, resume, listener);
    }
  }

  private static DensityModel fitAlone(
      Table data, FitOptions options, Path directory, boolean resume, FitListener listener) {
    if (resume && !Fit.unfinished(directory) && ModelDirectory.exists(directory)) {
      FittedFlow finished = ModelDirectory.read(directory);
      if (!finished.provenance().dataHash().equals(DataHash.sha256(data))) {
        throw new F2d2Exception(directory + ": holds a finished model of other data");
      }
      listener.message("the fit in " + directory + " had ended: nothing is left to resume");
      return new DensityModel(finished);
    }
    FittedFlow flow = Fit.run(data, options, directory, resume, listener);
    ModelDirectory.write(directory, flow);
    Fit.forget(directory);
    return new DensityModel(flow);
  }

  /** Whether a directory holds a model of rows. */
  public static boolean exists(Path directory) {
    return ModelDirectory.exists(directory);
  }

  /**
   * The options of the unfinished fit in a directory or, without one, of the model there.
   *
   * @throws F2d2Exception when the checkpoint or the model cannot be read
   */
  public static Optional<FitOptions> begun(Path directory) {
    if (Fit.unfinished(directory)) {
      return Optional.of(Fit.begun(directory));
    }
    return exists(directory)
        ? Optional.of(ModelDirectory.read(directory).provenance().options())
        : Optional.empty();
  }

  /**
   * Reads a model.
   *
   * @throws F2d2Exception with one line when the directory does not hold a whole model
   */
  public static DensityModel load(Path directory) {
    return new DensityModel(ModelDirectory.read(directory));
  }

  /**
   * Saves this model; the model that was there stays whole until this one is.
   *
   * @throws F2d2Exception when the directory cannot be written, or a fit or another save is writing
   *     into it
   */
  public void save(Path directory) {
    ModelDirectory.write(directory, flow);
  }

  /** The input columns, in training order. */
  public List<String> columns() {
    return flow.preprocessing().columns();
  }

  /** The networks behind this model, for code that works in model space and with tensors. */
  public FittedFlow fitted() {
    return flow;
  }

  /** What the model says about itself. */
  public ModelCard card() {
    return new ModelCard(
        ModelDirectory.VERSION,
        flow.provenance().options().method(),
        flow.preprocessing().modelDimensions(),
        flow.closedForm(),
        flow.preprocessing().warnings(),
        flow.calibration(),
        flow.curves(),
        flow.provenance());
  }

  /**
   * Whether some rows have no density: those that depart from a column that takes one value only,
   * or are of a class that the training rows do not have.
   */
  public boolean canDepart() {
    return flow.preprocessing().canDepart();
  }

  /** Whether the density is that of a row given its class. */
  public boolean conditional() {
    return flow.preprocessing().hasClasses();
  }

  /** Whether the density is that of a flow with classifier-free guidance, not that of the data. */
  public boolean guided() {
    return flow.provenance().options().condition().guided();
  }

  /** The name of this model's log-density: a guided one is told from that of the data. */
  public String densityName() {
    return guided() ? "guided_log_density" : "log_density";
  }

  /**
   * Log-densities of rows.
   *
   * @param rows row-major, in the order of {@link #columns}; finite
   * @param nfe network evaluations; 1 to 8, 16 or exact, which are calibrated
   * @throws F2d2Exception for a number of evaluations without a calibration
   */
  public Scores score(double[] rows, Nfe nfe) {
    int n = rows.length / columns;
    int parts = nfe.equals(Nfe.EXACT) ? 1 : Math.min(pool.size(), n / LEAST_ROWS);
    if (parts <= 1) {
      return score(rows, nfe, densities);
    }
    return Scores.join(
        pool.map(
            parts,
            p -> {
              int from = (int) ((long) p * n / parts) * columns;
              int to = (int) ((p + 1L) * n / parts) * columns;
              return scoreAlone(Arrays.copyOfRange(rows, from, to), nfe);
            }));
  }

  /** {@link #score} on the calling thread alone; several threads may call it at once. */
  Scores scoreAlone(double[] rows, Nfe nfe) {
    return score(rows, nfe, alone);
  }

  private Scores score(double[] rows, Nfe nfe, Calibrator calibrator) {
    Preprocessing pre = flow.preprocessing();
    int n = rows.length / columns;
    Calibration.Entry calibration = calibration(nfe);
    Preprocessing.Mapped mapped = pre.map(rows);
    double[] ofFlow;
    int evaluations;
    if (nfe instanceof Nfe.Jumps jumps) {
      ofFlow =
          n <= FEW_ROWS
              ? oneByOne(calibration.head(), jumps.count(), mapped.rows())
              : together(calibration.head(), jumps.count(), mapped.rows(), calibrator);
      evaluations = calibration.spent(jumps.count());
    } else {
      Exact exact = exact(mapped.rows(), calibrator);
      ofFlow = exact.logDensity();
      evaluations = exact.evaluations();
    }
    return Scores.of(
        pre, rows, mapped, supported(mapped.rows(), ofFlow), calibration, nfe, evaluations);
  }

  /**
   * Exact log-densities under the flow, in model space.
   *
   * @param logDensity NaN where the support does not ask for it, or the ODE cannot be solved
   * @param evaluations of the velocity for a row
   */
  private record Exact(double[] logDensity, int evaluations) {}

  private Exact exact(double[] rows, Calibrator calibrator) {
    int d = flow.preprocessing().modelDimensions();
    int n = rows.length / d;
    boolean[] every = new boolean[n];
    Arrays.fill(every, true);
    boolean[] reached = flow.support().map(s -> s.reached(rows, d)).orElse(every);
    int[] asked = IntStream.range(0, n).filter(r -> reached[r]).toArray();
    double[] some = new double[asked.length * d];
    for (int i = 0; i < asked.length; i++) {
      System.arraycopy(rows, asked[i] * d, some, i * d, d);
    }
    double[] logDensity = new double[n];
    Arrays.fill(logDensity, Double.NaN);
    if (asked.length == 0) {
      return new Exact(logDensity, 0);
    }
    try (Scope scope = Scope.open()) {
      LogDensity.Estimate estimate = calibrator.exact(flow.exactField(), modelRows(some));
      for (int i = 0; i < asked.length; i++) {
        logDensity[asked[i]] = estimate.logDensity()[i];
      }
      return new Exact(logDensity, estimate.calls().forward());
    }
  }

  /** The model's log-densities from those of its flow, in model space. */
  private double[] supported(double[] rows, double[] logDensity) {
    int d = flow.preprocessing().modelDimensions();
    return flow.support().map(s -> s.apply(rows, logDensity, d)).orElse(logDensity);
  }

  private double[] together(Head head, int k, double[] rows, Calibrator calibrator) {
    try (Scope scope = Scope.open()) {
      return calibrator.few(
          head, k, Optional.of(flow.student()), flow.potential(), modelRows(rows));
    }
  }

  private double[] oneByOne(Head head, int k, double[] rows) {
    PointFunction density =
        points.computeIfAbsent(
            head == Head.POTENTIAL ? 0 : k,
            jumps -> Calibrator.atPoint(head, k, flow.student(), flow.potential()));
    int d = flow.preprocessing().modelDimensions();
    double[] logDensity = new double[rows.length / d];
    Arrays.setAll(logDensity, r -> density.at(Arrays.copyOfRange(rows, r * d, (r + 1) * d))[0]);
    return logDensity;
  }

  /**
   * What answers rows well where nothing else is asked for: the fewest evaluations whose mean
   * distance to the exact value on held-out rows is at most .1 √d nats, else exact. Exact, too, for
   * a model of few rows given their class: no held-out row shows how few evaluations answer a row
   * of one class that has the values of another.
   */
  public Nfe usualNfe() {
    return TableDescription.usualNfe(
        flow.preprocessing(), flow.calibration(), flow.provenance().trainingRows());
  }

  /**
   * The rows that p-values are taken from.
   *
   * @param nfe the way of answering
   * @throws F2d2Exception when the number of evaluations has no calibrated error bound
   */
  public ReferenceDistribution reference(Nfe nfe) {
    return calibration(nfe).reference();
  }

  /** How rows are best drawn: exactly where that takes no evaluation at all, else by few jumps. */
  public Nfe usualSampleNfe() {
    return flow.closedForm() ? Nfe.EXACT : SampleOptions.DEFAULT.nfe();
  }

  /** The fewest evaluations whose error bound is within a tolerance in nats, else exact. */
  public Nfe nfeFor(double tolerance) {
    return flow.calibration().fewestWithin(tolerance).<Nfe>map(Nfe.Jumps::new).orElse(Nfe.EXACT);
  }

  /**
   * Draws rows in the units of the input columns.
   *
   * <p>With {@link SampleOptions#density} each row is scored as {@link #score} would score it, with
   * the same number of evaluations on top of those of the draw. With autoguidance that is the
   * density of the model, not of the guided flow that the rows were drawn from.
   */
  public Samples sample(int count, SampleOptions options) {
    if (count < 1) {
      throw new F2d2Exception("--count must be at least 1, got " + count);
    }
    if (options.nfe() instanceof Nfe.Exact && flow.closedForm() && !options.guided()) {
      return drawn(count, options);
    }
    double[] rows;
    int forward;
    int backward;
    try (Scope scope = Scope.open()) {
      // In the scope, since a held strength of autoguidance makes weights of its own.
      Sampler.Sample sample = sampler(options).from(noise(count, options));
      rows = flow.preprocessing().inverse(sample.points().toDoubles());
      forward = sample.calls().forward();
      backward = sample.calls().backward();
    }
    if (!options.density()) {
      return new Samples(rows, new double[0], forward, backward);
    }
    Scores scores = score(rows, options.nfe());
    return new Samples(rows, scores.logDensity(), forward + scores.nfe(), backward);
  }

  /** Rows of a closed form, which can be drawn without any ODE. */
  private Samples drawn(int count, SampleOptions options) {
    Preprocessing pre = flow.preprocessing();
    ClosedFormFlow base = flow.teacher().orElseThrow().base();
    Rng rng = new Rng(options.seed()).derive(33);
    double[] rows;
    try (Scope scope = Scope.open()) {
      // Whole blocks, so that the first rows are the same whatever their number.
      List<Tensor> blocks = new ArrayList<>();
      for (long from = 0; from < count; from += DRAWN_AT_ONCE) {
        blocks.add(base.sample(DRAWN_AT_ONCE, rng.derive(from)));
      }
      Tensor moving = Tensor.cat(0, blocks.toArray(Tensor[]::new)).rows(0, count);
      rows = pre.inverse(withClasses(moving, options).toDoubles());
    }
    return options.density()
        ? new Samples(rows, score(rows, options.nfe()).logDensity(), 0, 0)
        : new Samples(rows, new double[0], 0, 0);
  }

  /** Noise, with classes as often as the training rows have them or all of the one asked for. */
  private Tensor noise(int count, SampleOptions options) {
    Preprocessing pre = flow.preprocessing();
    int d = pre.modelDimensions();
    Rng rng = new Rng(options.seed()).derive(30);
    GaussianPrior prior = GaussianPrior.standard(pre.conditions());
    Tensor z = prior.draw(count, d, DType.FLOAT32, rng);
    return withClasses(z.narrow(1, 0, d - pre.conditions()), options);
  }

  private Tensor withClasses(Tensor moving, SampleOptions options) {
    Preprocessing pre = flow.preprocessing();
    if (!pre.hasClasses() && options.condition().isPresent()) {
      throw new F2d2Exception("--condition: this model has no classes");
    }
    if (pre.conditions() == 0) {
      return moving;
    }
    int count = Math.toIntExact(moving.size(0));
    double[] classes =
        pre.drawConditions(
            count, options.condition(), new SplittableRandom(Rng.deriveSeed(options.seed(), 32)));
    return Tensor.cat(1, moving, Tensor.of(classes, moving.type(), count, pre.conditions()));
  }

  private NetworkFlowMap student(double autoguidance) {
    if (autoguidance == 1) {
      return flow.student();
    }
    return flow.autoguided()
        .orElseThrow(() -> new F2d2Exception("--autoguidance: this model was not fitted for it"))
        .withLastCondition(autoguidance);
  }

  private Sampler sampler(SampleOptions options) {
    if (options.nfe() instanceof Nfe.Jumps jumps) {
      NetworkFlowMap map = student(options.autoguidance());
      if (options.gamma() > 0) {
        return new GammaSampler(
            map,
            TimeGrid.uniform(jumps.count()),
            options.gamma(),
            new Rng(options.seed()).derive(31),
            RowChunks.DEFAULT);
      }
      JumpSampler plain =
          new JumpSampler(
              map,
              GaussianPrior.standard(flow.student().conditions()),
              TimeGrid.uniform(jumps.count()),
              RowChunks.DEFAULT);
      return options.guided() ? new SelfGuidance(plain, GUIDANCE_RATE) : plain;
    }
    if (options.guided()) {
      throw new F2d2Exception("--guided needs a number of evaluations, not exact");
    }
    return new OdeSampler(
        flow.exactField(),
        GaussianPrior.standard(flow.student().conditions()),
        new OdeSolver.Adaptive(ButcherTableau.DORMAND_PRINCE, SAMPLER_TOLERANCE, SAMPLER_STEPS),
        RowChunks.DEFAULT);
  }

  /**
   * Few-step answers beside the exact ones on the same rows.
   *
   * @param rows row-major, in the order of {@link #columns}; rows that depart from a constant
   *     column, or that are too far from the data for the exact value, are left out
   * @param nfe numbers of evaluations, each calibrated
   */
  public Evaluation evaluate(double[] rows, List<Integer> nfe) {
    double[] known = known(rows);
    if (known.length == 0) {
      throw new F2d2Exception("there are no rows to evaluate");
    }
    Preprocessing.Mapped mapped = flow.preprocessing().map(known);
    double[] volume = mapped.logAbsDeterminant();
    VelocityField field = flow.exactField();
    try (Scope scope = Scope.open()) {
      Tensor x = modelRows(mapped.rows());
      long start = System.nanoTime();
      Exact solvedExactly = exact(mapped.rows(), densities);
      double exactSeconds = (System.nanoTime() - start) / 1e9;
      double[] all = inUnits(supported(mapped.rows(), solvedExactly.logDensity()), volume);
      int[] solved = IntStream.range(0, all.length).filter(r -> !Double.isNaN(all[r])).toArray();
      if (solved.length == 0) {
        throw new F2d2Exception("none of the rows has an exact log-density to compare with");
      }
      double[] exact = pick(all, solved);
      int n = exact.length;
      Map<Integer, Evaluation.Few> few = new TreeMap<>();
      for (int k : nfe) {
        Calibration.Entry calibration = calibration(new Nfe.Jumps(k));
        // Kernels are made for a shape when it is first met; what is timed is every time after.
        densities.few(calibration.head(), k, Optional.of(flow.student()), flow.potential(), x);
        long from = System.nanoTime();
        double[] fast =
            inUnits(
                supported(
                    mapped.rows(),
                    densities.few(
                        calibration.head(), k, Optional.of(flow.student()), flow.potential(), x)),
                volume);
        double seconds = (System.nanoTime() - from) / 1e9;
        double[] values = pick(fast, solved);
        double[] errors = new double[n];
        Arrays.setAll(errors, i -> values[i] - exact[i]);
        few.put(
            k,
            new Evaluation.Few(
                calibration.head(),
                mean(values),
                ErrorStatistics.of(values, exact),
                covered(calibration, errors, values, pick(volume, solved)),
                seconds,
                values));
      }
      return new Evaluation(
          n,
          flow.preprocessing().modelDimensions(),
          (guided() ? "a guided flow, not the data: " : "") + Calibrator.describe(field),
          mean(exact),
          few,
          exact,
          solvedExactly.evaluations(),
          exactSeconds);
    }
  }

  /** The share of errors that are within what {@link #score} states. */
  private static double covered(
      Calibration.Entry calibration, double[] errors, double[] values, double[] volume) {
    return IntStream.range(0, errors.length)
        .mapToDouble(i -> Math.abs(errors[i]) <= calibration.stated(values[i] - volume[i]) ? 1 : 0)
        .average()
        .orElse(Double.NaN);
  }

  /** Frees the threads of this model. */
  @Override
  public void close() {
    pool.close();
    caller.close();
  }

  private double[] known(double[] rows) {
    int columns = columns().size();
    int[] keep =
        IntStream.range(0, rows.length / columns)
            .filter(r -> flow.preprocessing().departure(rows, r).isEmpty())
            .toArray();
    double[] known = new double[keep.length * columns];
    for (int i = 0; i < keep.length; i++) {
      System.arraycopy(rows, keep[i] * columns, known, i * columns, columns);
    }
    return known;
  }

  private Tensor modelRows(double[] model) {
    float[] single = new float[model.length];
    for (int i = 0; i < model.length; i++) {
      single[i] = (float) model[i];
    }
    int d = flow.preprocessing().modelDimensions();
    return Tensor.of(single, model.length / d, d);
  }

  private Calibration.Entry calibration(Nfe nfe) {
    return flow.calibration().of(nfe);
  }

  private static double[] inUnits(double[] modelLogDensity, double[] volume) {
    double[] out = new double[volume.length];
    Arrays.setAll(out, i -> modelLogDensity[i] + volume[i]);
    return out;
  }

  private static double[] pick(double[] values, int[] indices) {
    return Arrays.stream(indices).mapToDouble(i -> values[i]).toArray();
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).average().orElse(Double.NaN);
  }
}
