package org.f2d2;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.f2d2.data.Batch;
import org.f2d2.data.Table;
import org.f2d2.domain.Domain;
import org.f2d2.domain.table.TableDomain;
import org.f2d2.error.F2d2Exception;
import org.f2d2.error.OptionException;
import org.f2d2.flow.Calls;
import org.f2d2.metric.ReferenceDistribution;
import org.f2d2.score.Nfe;
import org.f2d2.score.RowScorer;
import org.f2d2.score.Scores;
import org.f2d2.store.DirectoryLock;
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

  /** Fewer rows than these are not worth a second thread. */
  private static final int LEAST_ROWS = 64;

  private final FittedFlow flow;
  private final Domain domain;
  private final WorkerPool pool;
  private final Calibrator densities;

  /** Its pool has no thread but the caller's. */
  private final WorkerPool caller = new WorkerPool(1);

  private final Calibrator alone = new Calibrator(caller);

  private final PointScores points;

  private volatile boolean closed;

  private DensityModel(FittedFlow flow) {
    this.flow = flow.frozen();
    this.domain = flow.domain();
    this.pool = new WorkerPool(Runtime.getRuntime().availableProcessors());
    this.densities = new Calibrator(pool);
    this.points = new PointScores(this.flow);
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

  /** See {@link ModelNetworks}. */
  FittedFlow fitted() {
    return flow;
  }

  /** Threads of this model. */
  WorkerPool pool() {
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
      return points.score(rows.of(0, n), nfe, densities);
    }
    return Scores.join(
        pool.map(
            parts,
            p ->
                points.score(
                    rows.of((int) ((long) p * n / parts), (int) ((p + 1L) * n / parts)),
                    nfe,
                    alone)));
  }

  /** {@link #score} on the calling thread alone; several threads may call it at once. */
  Scores scoreAlone(double[] rows, Nfe nfe) {
    requireOpen();
    return points.score(table().encode(rows), nfe, alone);
  }

  /** {@link #scoreAlone(double[], Nfe)} of rows of any domain. */
  Scores scoreAlone(Batch rows, Nfe nfe) {
    requireOpen();
    domain.requireSound(rows);
    return points.score(domain.encode(rows), nfe, alone);
  }

  private TableDomain table() {
    if (domain instanceof TableDomain table) {
      return table;
    }
    throw new F2d2Exception("the model is none of table rows, but of " + domain.describe());
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
    return points.calibration(nfe).reference();
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
    PointSamples.Drawn drawn = new PointSamples(flow, pool).draw(count, options);
    Batch rows = domain.decode(drawn.values());
    Calls calls = drawn.calls();
    if (!options.density()) {
      return new Samples(rows, new double[0], calls.forward(), calls.backward());
    }
    Scores scores = score(rows, options.nfe());
    int forward = calls.equals(Calls.NONE) ? 0 : calls.forward() + scores.nfe();
    return new Samples(rows, scores.logDensity(), forward, calls.backward());
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
    nfe.forEach(k -> points.calibration(new Nfe.Jumps(k)));
    return new Comparison(points, densities).of(domain.encode(rows), nfe);
  }

  void requireOpen() {
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
}
