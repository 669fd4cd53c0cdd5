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
import org.f2d2.data.Batch;
import org.f2d2.data.Table;
import org.f2d2.domain.Domain;
import org.f2d2.domain.table.TableDomain;
import org.f2d2.error.F2d2Exception;
import org.f2d2.error.OptionException;
import org.f2d2.flow.Calls;
import org.f2d2.flow.ClosedFormFlow;
import org.f2d2.flow.GaussianPrior;
import org.f2d2.flow.LearnedFlowMap;
import org.f2d2.flow.NetworkFlowMap;
import org.f2d2.flow.TimeGrid;
import org.f2d2.likelihood.LogDensity;
import org.f2d2.metric.ErrorStatistics;
import org.f2d2.metric.ReferenceDistribution;
import org.f2d2.plain.PointFunction;
import org.f2d2.sampling.GammaSampler;
import org.f2d2.sampling.JumpSampler;
import org.f2d2.sampling.Sampler;
import org.f2d2.sampling.SelfGuidance;
import org.f2d2.score.Calibration;
import org.f2d2.score.Head;
import org.f2d2.score.Nfe;
import org.f2d2.score.RowScorer;
import org.f2d2.score.Scores;
import org.f2d2.store.DirectoryLock;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.RowChunks;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;
import org.f2d2.train.Calibrator;
import org.f2d2.train.Fit;
import org.f2d2.train.FitChoices;
import org.f2d2.train.FitListener;
import org.f2d2.train.FitOptions;
import org.f2d2.train.FittedFlow;
import org.f2d2.train.WorkerPool;

/**
 * A density that was learned from rows of any {@link Domain}, of a table or images: scores rows,
 * draws rows, and says how far its fast answers are from its exact ones.
 *
 * <pre>{@code
 * Table table = TableFile.read(Path.of("normal.csv"));
 * try (DensityModel model =
 *     DensityModel.fit(table, FitOptions.DEFAULT, Path.of("model"), false, FitListener.SILENT)) {
 *   Scores scores = model.score(rows, Nfe.ONE);
 * }
 *
 * ImageSet images = IdxFile.read(Path.of("train-images-idx3-ubyte.gz"));
 * try (DensityModel model =
 *     DensityModel.fit(images, ImageFitOptions.DEFAULT, Path.of("images"), false, listener)) {
 *   Scores scores = model.score(images.range(0, 100), Nfe.ONE);
 * }
 * }</pre>
 *
 * <p>Arrays, tables and images go in and come out; native memory is this class's own affair. Any
 * number of threads may use a model at once; it spreads the rows of a call over the cores itself.
 * After {@link #close} it answers nothing: every question throws {@link IllegalStateException}.
 */
public final class DensityModel implements RowScorer, AutoCloseable {

  /** Rows that are drawn at once from a closed form. */
  private static final int DRAWN_AT_ONCE = 1024;

  /** Up to here rows are sooner done one by one on arrays than together on tensors. */
  private static final int FEW_ROWS = 4;

  /** Fewer rows than these are not worth a second thread. */
  private static final int LEAST_ROWS = 64;

  private final FittedFlow flow;
  private final Domain domain;
  private final WorkerPool pool;
  private final Calibrator densities;

  /** Its pool has no thread but the caller's. */
  private final WorkerPool caller = new WorkerPool(1);

  private final Calibrator alone = new Calibrator(caller);

  /** Densities of single rows by the number of jumps; by 0 that of the log-density head. */
  private final Map<Integer, PointFunction> points = new ConcurrentHashMap<>();

  private volatile boolean closed;

  private DensityModel(FittedFlow flow) {
    this.flow = flow.frozen();
    this.domain = flow.domain();
    this.pool = new WorkerPool(Runtime.getRuntime().availableProcessors());
    this.densities = new Calibrator(pool);
  }

  /** A model of networks that were fitted elsewhere. */
  public static DensityModel of(FittedFlow flow) {
    return new DensityModel(flow);
  }

  /** Fits a model of a table in memory, without a checkpoint. */
  public static DensityModel fit(Table data, FitOptions options, FitListener listener) {
    return new DensityModel(Fit.run(data, options, listener));
  }

  /**
   * Fits a model with checkpoints in a directory and saves it there.
   *
   * @param rows a table, images or what else the options are for
   * @param resume whether to go on from the directory's checkpoint, whose options then hold; a
   *     finished model of the same rows is left as it is
   * @throws F2d2Exception when the rows cannot be modelled, the directory cannot be written,
   *     another fit or save is writing into it, or a fit is to be resumed where a finished model of
   *     other rows lies
   */
  public static DensityModel fit(
      Batch rows, FitChoices options, Path directory, boolean resume, FitListener listener) {
    return fit(rows, options, directory, resume, Optional.empty(), listener);
  }

  /**
   * {@link #fit(Batch, FitChoices, Path, boolean, FitListener)} from the teacher of another model
   * of the same rows, which need not be trained again.
   *
   * @throws F2d2Exception as well where the domain cannot take a teacher
   */
  public static DensityModel fit(
      Batch rows,
      FitChoices options,
      Path directory,
      boolean resume,
      Optional<DensityModel> taught,
      FitListener listener) {
    try (DirectoryLock lock = DirectoryLock.hold(directory)) {
      if (resume && !Fit.unfinished(directory) && exists(directory)) {
        FittedFlow finished = ModelStore.read(directory);
        if (!options.fitted(finished, rows)) {
          throw new F2d2Exception(directory + ": holds a finished model of other data");
        }
        listener.message("the fit in " + directory + " had ended: nothing is left to resume");
        return new DensityModel(finished);
      }
      FittedFlow flow =
          options.fit(rows, directory, resume, taught.map(DensityModel::fitted), listener);
      ModelStore.write(directory, flow);
      Fit.forget(directory);
      return new DensityModel(flow);
    }
  }

  /** What one row of the model in a directory is called: row, image; empty if there is none. */
  public static Optional<String> one(Path directory) {
    return ModelStore.one(directory);
  }

  /** Whether a directory holds a model. */
  public static boolean exists(Path directory) {
    return ModelStore.exists(directory);
  }

  /**
   * The options of the unfinished fit in a directory or, without one, of the model there.
   *
   * @param like options of the domain that it must be of
   * @throws F2d2Exception when the checkpoint or the model cannot be read
   */
  public static Optional<FitChoices> begun(Path directory, FitChoices like) {
    if (Fit.unfinished(directory)) {
      return Optional.of(like.begun(directory));
    }
    return exists(directory)
        ? Optional.of(ModelStore.read(directory).provenance().options())
        : Optional.empty();
  }

  /**
   * Reads a model.
   *
   * @throws F2d2Exception with one line when the directory does not hold a whole model
   */
  public static DensityModel load(Path directory) {
    return new DensityModel(ModelStore.read(directory));
  }

  /**
   * Saves this model; the model that was there stays whole until this one is.
   *
   * @throws F2d2Exception when the directory cannot be written, or a fit or another save is writing
   *     into it
   */
  public void save(Path directory) {
    requireOpen();
    ModelStore.write(directory, flow);
  }

  /** What the model is of. */
  public Domain domain() {
    return domain;
  }

  /** {@inheritDoc} None where a row is no list of named numbers. */
  @Override
  public List<String> columns() {
    return domain.columns();
  }

  /** The networks behind this model, for code that works in model space and with tensors. */
  public FittedFlow fitted() {
    return flow;
  }

  /** The threads of this model, for code that works in model space. */
  public WorkerPool pool() {
    return pool;
  }

  /** What the model says about itself. */
  public ModelCard card() {
    return new ModelCard(
        ModelStore.VERSION,
        flow.provenance().options().method(),
        domain.moving() + domain.conditions(),
        flow.closedForm(),
        domain.warnings(),
        flow.calibration(),
        flow.curves(),
        flow.provenance());
  }

  /** Whether some rows have no density, whatever the model says; see {@link Domain.Points}. */
  public boolean canDepart() {
    return domain.canDepart();
  }

  /** Whether the density is that of a row given its class. */
  public boolean conditional() {
    return domain.hasClasses();
  }

  /** Whether the density is that of a flow with classifier-free guidance, not that of the data. */
  public boolean guided() {
    return flow.provenance().options().guidance() != 1;
  }

  /** The name of this model's log-density: a guided one is told from that of the data. */
  public String densityName() {
    return guided() ? "guided_log_density" : "log_density";
  }

  /**
   * Log-densities of rows.
   *
   * @param rows of this model's domain; a table's columns are matched by name
   * @param nfe network evaluations, which are calibrated, or exact
   * @throws F2d2Exception for a number of evaluations without a calibration, or other rows
   */
  public Scores score(Batch rows, Nfe nfe) {
    requireOpen();
    domain.requireSound(rows);
    return score(rows.count(), (from, to) -> domain.encode(rows.range(from, to)), nfe);
  }

  @Override
  public Scores score(Table table, Nfe nfe) {
    return score((Batch) table, nfe);
  }

  @Override
  public Scores score(double[][] rows, Nfe nfe) {
    requireOpen();
    table();
    return RowScorer.super.score(rows, nfe);
  }

  /** {@link #scoreRows} of finite rows. */
  public Scores score(double[] rows, Nfe nfe) {
    return scoreRows(rows, nfe);
  }

  /**
   * {@inheritDoc}
   *
   * @throws F2d2Exception as well for a number of evaluations without a calibration
   */
  @Override
  public Scores scoreRows(double[] rows, Nfe nfe) {
    requireOpen();
    TableDomain table = table();
    int d = table.columns().size();
    if (rows.length % d != 0) {
      throw new F2d2Exception(rows.length + " values do not fill rows of " + d + " columns");
    }
    table.preprocessing().requireFinite(rows);
    return score(
        rows.length / d,
        (from, to) ->
            table.encode(
                to * d == rows.length && from == 0
                    ? rows
                    : Arrays.copyOfRange(rows, from * d, to * d)),
        nfe);
  }

  /** Makes points of some of the rows that are asked about. */
  private interface Encoding {
    Domain.Points of(int from, int to);
  }

  private Scores score(int n, Encoding rows, Nfe nfe) {
    int parts = nfe.equals(Nfe.EXACT) ? 1 : Math.min(pool.size(), n / LEAST_ROWS);
    if (parts <= 1) {
      return score(rows.of(0, n), nfe, densities);
    }
    return Scores.join(
        pool.map(
            parts,
            p ->
                score(
                    rows.of((int) ((long) p * n / parts), (int) ((p + 1L) * n / parts)),
                    nfe,
                    alone)));
  }

  /** {@link #score} on the calling thread alone; several threads may call it at once. */
  Scores scoreAlone(double[] rows, Nfe nfe) {
    requireOpen();
    return score(table().encode(rows), nfe, alone);
  }

  /** {@link #scoreAlone(double[], Nfe)} of rows of any domain. */
  Scores scoreAlone(Batch rows, Nfe nfe) {
    requireOpen();
    domain.requireSound(rows);
    return score(domain.encode(rows), nfe, alone);
  }

  private TableDomain table() {
    if (domain instanceof TableDomain table) {
      return table;
    }
    throw new F2d2Exception("the model is none of table rows, but of " + domain.describe());
  }

  private Scores score(Domain.Points rows, Nfe nfe, Calibrator calibrator) {
    Calibration.Entry calibration = calibration(nfe);
    double[] ofFlow;
    int evaluations;
    if (nfe instanceof Nfe.Jumps jumps) {
      ofFlow =
          rows.count() <= FEW_ROWS
              ? oneByOne(calibration.head(), jumps.count(), rows.values())
              : together(calibration.head(), jumps.count(), rows.values(), calibrator);
      evaluations = calibration.spent(jumps.count());
    } else {
      Exact exact = exact(rows.values(), calibrator);
      ofFlow = exact.logDensity();
      evaluations = exact.evaluations();
    }
    return Scores.of(
        domain.one(),
        rows.faults(),
        rows.logAbsDeterminant(),
        supported(rows.values(), ofFlow),
        calibration,
        nfe,
        evaluations);
  }

  /** Values of a point. */
  private int width() {
    return domain.moving() + domain.conditions();
  }

  /**
   * Exact log-densities under the flow, in model space.
   *
   * @param logDensity NaN where the support does not ask for it, or the ODE cannot be solved
   * @param evaluations of the velocity for a row
   */
  private record Exact(double[] logDensity, int evaluations) {}

  private Exact exact(double[] rows, Calibrator calibrator) {
    int d = width();
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
      // A closed form is asked once whatever comes of it.
      return new Exact(logDensity, flow.closedForm() ? 1 : 0);
    }
    try (Scope scope = Scope.open()) {
      LogDensity.Estimate estimate = flow.exact().logDensity(calibrator, modelRows(some));
      for (int i = 0; i < asked.length; i++) {
        logDensity[asked[i]] = estimate.logDensity()[i];
      }
      return new Exact(logDensity, estimate.calls().forward());
    }
  }

  /** The model's log-densities from those of its flow, in model space. */
  private double[] supported(double[] rows, double[] logDensity) {
    return flow.support().map(s -> s.apply(rows, logDensity, width())).orElse(logDensity);
  }

  private double[] together(Head head, int k, double[] rows, Calibrator calibrator) {
    try (Scope scope = Scope.open()) {
      return calibrator.few(
          head, k, Optional.of(flow.student()), flow.logDensityHead(), modelRows(rows));
    }
  }

  private double[] oneByOne(Head head, int k, double[] rows) {
    PointFunction density =
        points.computeIfAbsent(
            head == Head.LOG_DENSITY ? 0 : k,
            jumps -> Calibrator.atPoint(head, k, flow.student(), flow.logDensityHead()));
    int d = width();
    double[] logDensity = new double[rows.length / d];
    Arrays.setAll(logDensity, r -> density.at(Arrays.copyOfRange(rows, r * d, (r + 1) * d))[0]);
    return logDensity;
  }

  /** {@inheritDoc} See {@link Domain#usualNfe}. */
  @Override
  public Nfe usualNfe() {
    return domain.usualNfe(flow.calibration(), flow.provenance().trainingRows());
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
   * Draws rows in the units of the training rows.
   *
   * <p>With {@link SampleOptions#density} each row is scored as {@link #score} would score it, with
   * the same number of evaluations on top of those of the draw. With autoguidance that is the
   * density of the model, not of the guided flow that the rows were drawn from.
   */
  public Samples sample(int count, SampleOptions options) {
    requireOpen();
    if (count < 1) {
      throw new OptionException("count", "must be at least 1, got " + count);
    }
    Batch rows;
    Calls calls = Calls.NONE;
    try (Scope scope = Scope.open()) {
      if (options.nfe() instanceof Nfe.Exact && flow.closedForm() && !options.guided()) {
        rows = domain.decode(drawn(count, options));
      } else {
        // In the scope, since a held strength of autoguidance makes weights of its own.
        Drawn drawn = drawn(sampler(options), options, noise(count, options));
        rows = domain.decode(drawn.points());
        calls = drawn.calls();
      }
    }
    if (!options.density()) {
      return new Samples(rows, new double[0], calls.forward(), calls.backward());
    }
    Scores scores = score(rows, options.nfe());
    int forward = calls.equals(Calls.NONE) ? 0 : calls.forward() + scores.nfe();
    return new Samples(rows, scores.logDensity(), forward, calls.backward());
  }

  /** Points of a closed form, which can be drawn without any ODE. */
  private double[] drawn(int count, SampleOptions options) {
    ClosedFormFlow base = flow.teacher().orElseThrow().base();
    Rng rng = new Rng(options.seed()).derive(33);
    // Whole blocks, so that the first rows are the same whatever their number.
    List<Tensor> blocks = new ArrayList<>();
    for (long from = 0; from < count; from += DRAWN_AT_ONCE) {
      blocks.add(base.sample(DRAWN_AT_ONCE, rng.derive(from)));
    }
    Tensor moving = Tensor.cat(0, blocks.toArray(Tensor[]::new)).rows(0, count);
    return withConditions(moving, options).toDoubles();
  }

  /** Points and what they cost. */
  private record Drawn(double[] points, Calls calls) {}

  private Drawn drawn(Sampler sampler, SampleOptions options, Tensor noise) {
    int n = Math.toIntExact(noise.size(0));
    int chunk = chunks().rows();
    // Fresh noise is drawn for all rows together.
    boolean apart = chunk < RowChunks.DEFAULT.rows() && options.gamma() == 0;
    int parts = apart ? Math.max(1, Math.min(pool.size(), n / chunk)) : 1;
    List<Drawn> all =
        pool.map(
            parts,
            p -> {
              try (Scope scope = Scope.open()) {
                Tensor part = noise.rows((long) p * n / parts, (p + 1L) * n / parts);
                Sampler.Sample sample = Autograd.noGrad(() -> sampler.from(part));
                return new Drawn(sample.points().toDoubles(), sample.calls());
              }
            });
    return new Drawn(
        all.stream().flatMapToDouble(d -> Arrays.stream(d.points())).toArray(),
        all.stream().map(Drawn::calls).reduce(Calls.NONE, Calls::max));
  }

  /** Noise, with classes as often as the training rows have them or all of the one asked for. */
  private Tensor noise(int count, SampleOptions options) {
    Rng rng = new Rng(options.seed()).derive(30);
    GaussianPrior prior = GaussianPrior.standard(domain.conditions());
    Tensor z = prior.draw(count, width(), DType.FLOAT32, rng);
    return withConditions(z.narrow(1, 0, domain.moving()), options);
  }

  private Tensor withConditions(Tensor moving, SampleOptions options) {
    int count = Math.toIntExact(moving.size(0));
    double[] conditions =
        domain.drawConditions(
            count, options.condition(), new SplittableRandom(Rng.deriveSeed(options.seed(), 32)));
    return domain.conditions() == 0
        ? moving
        : Tensor.cat(1, moving, Tensor.of(conditions, moving.type(), count, domain.conditions()));
  }

  private LearnedFlowMap student(double autoguidance) {
    if (autoguidance == 1) {
      return flow.student();
    }
    return Optional.ofNullable(flow.others().get(FittedFlow.AUTOGUIDED))
        .filter(NetworkFlowMap.class::isInstance)
        .map(map -> ((NetworkFlowMap) map).withLastCondition(autoguidance))
        .orElseThrow(
            () ->
                new OptionException(
                    "autoguidance", "is not possible: this model was not fitted for it"));
  }

  /** Rows that are drawn together. */
  private RowChunks chunks() {
    return new RowChunks(
        Math.min(RowChunks.DEFAULT.rows(), flow.student().network().rowsAtATime()));
  }

  private Sampler sampler(SampleOptions options) {
    if (!(options.nfe() instanceof Nfe.Jumps jumps)) {
      if (options.guided()) {
        throw new OptionException("guided", "needs a number of evaluations, not exact");
      }
      return flow.exact().sampler(chunks());
    }
    LearnedFlowMap map = student(options.autoguidance());
    TimeGrid grid = TimeGrid.uniform(jumps.count());
    if (options.gamma() > 0) {
      return new GammaSampler(
          map, grid, options.gamma(), new Rng(options.seed()).derive(31), chunks());
    }
    JumpSampler plain =
        new JumpSampler(map, GaussianPrior.standard(domain.conditions()), grid, chunks());
    var volume = domain.guidanceVolume();
    return options.guided()
        ? new SelfGuidance(
            plain, domain.guidanceRate(), x -> volume.apply(map.coordinates().moving(x)))
        : plain;
  }

  /** {@link #evaluate(Batch, List)} of rows of a table. */
  public Evaluation evaluate(double[] rows, List<Integer> nfe) {
    return evaluate(Table.of(table().columns(), rows), nfe);
  }

  /**
   * Few-step answers beside the exact ones on the same rows.
   *
   * @param rows of this model's domain; those that have no density, or that are too far from the
   *     data for the exact value, are left out
   * @param nfe numbers of evaluations, each calibrated
   */
  public Evaluation evaluate(Batch rows, List<Integer> nfe) {
    requireOpen();
    domain.requireSound(rows);
    nfe.forEach(k -> calibration(new Nfe.Jumps(k)));
    Domain.Points points = known(domain.encode(rows));
    if (points.count() == 0) {
      throw new F2d2Exception("there are no " + domain.one() + "s to evaluate");
    }
    double[] volume = points.logAbsDeterminant();
    try (Scope scope = Scope.open()) {
      Tensor x = modelRows(points.values());
      long start = System.nanoTime();
      Exact solvedExactly = exact(points.values(), densities);
      double exactSeconds = (System.nanoTime() - start) / 1e9;
      double[] all = inUnits(supported(points.values(), solvedExactly.logDensity()), volume);
      int[] solved = IntStream.range(0, all.length).filter(r -> !Double.isNaN(all[r])).toArray();
      if (solved.length == 0) {
        throw new F2d2Exception(
            "none of the " + domain.one() + "s has an exact log-density to compare with");
      }
      double[] exact = pick(all, solved);
      int n = exact.length;
      Map<Integer, Evaluation.Few> few = new TreeMap<>();
      for (int k : nfe) {
        Calibration.Entry calibration = calibration(new Nfe.Jumps(k));
        // Kernels are made for a shape when it is first met; what is timed is every time after.
        densities.few(calibration.head(), k, Optional.of(flow.student()), flow.logDensityHead(), x);
        long from = System.nanoTime();
        double[] fast =
            inUnits(
                supported(
                    points.values(),
                    densities.few(
                        calibration.head(),
                        k,
                        Optional.of(flow.student()),
                        flow.logDensityHead(),
                        x)),
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
          width(),
          (guided() ? "a guided flow, not the data: " : "") + flow.exact().describe(),
          mean(exact),
          few,
          exact,
          solvedExactly.evaluations(),
          exactSeconds);
    }
  }

  /** The points of rows that have a density. */
  private Domain.Points known(Domain.Points all) {
    int[] keep =
        IntStream.range(0, all.count()).filter(r -> !all.faults().containsKey(r)).toArray();
    int d = width();
    double[] values = new double[keep.length * d];
    for (int i = 0; i < keep.length; i++) {
      System.arraycopy(all.values(), keep[i] * d, values, i * d, d);
    }
    return new Domain.Points(values, pick(all.logAbsDeterminant(), keep), Map.of());
  }

  /** The share of errors that are within what {@link #score} states. */
  private static double covered(
      Calibration.Entry calibration, double[] errors, double[] values, double[] volume) {
    return IntStream.range(0, errors.length)
        .mapToDouble(i -> Math.abs(errors[i]) <= calibration.stated(values[i] - volume[i]) ? 1 : 0)
        .average()
        .orElse(Double.NaN);
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the model is closed");
    }
  }

  /** Frees the threads of this model. What is being answered is answered. */
  @Override
  public void close() {
    closed = true;
    pool.close();
    caller.close();
  }

  private Tensor modelRows(double[] model) {
    float[] single = new float[model.length];
    for (int i = 0; i < model.length; i++) {
      single[i] = (float) model[i];
    }
    return Tensor.of(single, model.length / width(), width());
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
