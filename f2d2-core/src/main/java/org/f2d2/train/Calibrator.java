package org.f2d2.train;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.f2d2.flow.ButcherTableau;
import org.f2d2.flow.Calls;
import org.f2d2.flow.ClosedFormLogDensityHead;
import org.f2d2.flow.GaussianPrior;
import org.f2d2.flow.JointFlowMap;
import org.f2d2.flow.LearnedFlowMap;
import org.f2d2.flow.NetworkLogDensityHead;
import org.f2d2.flow.NetworkVelocity;
import org.f2d2.flow.OdeSolver;
import org.f2d2.flow.TimeGrid;
import org.f2d2.flow.VelocityField;
import org.f2d2.likelihood.ExactTrace;
import org.f2d2.likelihood.HeadDensity;
import org.f2d2.likelihood.Hutchinson;
import org.f2d2.likelihood.Jumps;
import org.f2d2.likelihood.LogDensity;
import org.f2d2.likelihood.Support;
import org.f2d2.metric.ConformalBound;
import org.f2d2.metric.ErrorStatistics;
import org.f2d2.metric.ReferenceDistribution;
import org.f2d2.plain.PointFunction;
import org.f2d2.score.Calibration;
import org.f2d2.score.Head;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.RowChunks;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;

/** Log-densities of rows in model space, by few evaluations or exactly, over all workers. */
public final class Calibrator {

  /** Numbers of evaluations that choices are made on. */
  public static final List<Integer> SELECTED = List.of(1, 2, 4, 8);

  /** Numbers of evaluations that have a stated error bound. */
  public static final List<Integer> CALIBRATED = List.of(1, 2, 3, 4, 5, 6, 7, 8, 16);

  /** Coverage of the error bound. */
  public static final double LEVEL = 0.95;

  /** Tolerance of the adaptive solver behind every exact value. */
  public static final double TOLERANCE = 1e-5;

  /** Most dimensions for which the whole trace is taken; beyond, random probes estimate it. */
  public static final int MOST_EXACT_DIMENSIONS = 64;

  private static final int PROBES = 16;
  private static final int MOST_STEPS = 2000;
  private static final RowChunks EXACT_CHUNKS = new RowChunks(512);

  /** In a fit a user must not wait for the whole of a large chunk. */
  private static final RowChunks FIT_CHUNKS = new RowChunks(64);

  /** Columns up to which a chunk has all its rows. */
  private static final int WHOLE_CHUNK_COLUMNS = 64;

  /** A bound at 95 % takes as many. */
  private static final int FEWEST_CHECKED = 20;

  /** Draws for an answer, and others to see how far an answer is from another draw's. */
  static final long ANSWER = 0;

  private static final long SECOND_OPINION = 1;

  /** Fewer rows than these are not worth a second thread, nor a kernel of another shape. */
  private static final int LEAST_ROWS = 64;

  private final WorkerPool pool;
  private final RowChunks chunks;
  private final Runnable look;

  /** Spreads rows over the workers of a pool. */
  public Calibrator(WorkerPool pool) {
    this(pool, EXACT_CHUNKS, () -> {});
  }

  private Calibrator(WorkerPool pool, RowChunks chunks, Runnable look) {
    this.pool = pool;
    this.chunks = chunks;
    this.look = look;
  }

  /**
   * One of a fit, which answers a user who wants it to end.
   *
   * @param look called between small parts of the work, by any thread; may throw
   */
  static Calibrator ofFit(WorkerPool pool, Runnable look) {
    return new Calibrator(pool, FIT_CHUNKS, look);
  }

  /** The estimator behind the exact value of a field. */
  public static LogDensity exact(VelocityField field) {
    Optional<ClosedFormLogDensityHead> closed = closedForm(field);
    if (closed.isPresent()) {
      return new HeadDensity(closed.get());
    }
    OdeSolver solver = new OdeSolver.Adaptive(ButcherTableau.DORMAND_PRINCE, TOLERANCE, MOST_STEPS);
    if (field.dimensions() <= MOST_EXACT_DIMENSIONS) {
      return new ExactTrace(
          field, GaussianPrior.standard(field.conditions()), solver, EXACT_CHUNKS);
    }
    return new Hutchinson(
        field,
        GaussianPrior.standard(field.conditions()),
        solver,
        PROBES,
        Hutchinson.ProbeLaw.RADEMACHER,
        EXACT_CHUNKS);
  }

  /** The log-density of a field that is a closed form and nothing else. */
  private static Optional<ClosedFormLogDensityHead> closedForm(VelocityField field) {
    return field instanceof NetworkVelocity velocity ? velocity.closedForm() : Optional.empty();
  }

  /** What the exact value is, in words. */
  public static String describe(VelocityField field) {
    if (closedForm(field).isPresent()) {
      return "the model's own density, which is a closed form";
    }
    String trace =
        field.dimensions() <= MOST_EXACT_DIMENSIONS
            ? "exact trace"
            : "Hutchinson trace with " + PROBES + " probes";
    return "the model's own ODE by Dormand-Prince, tolerance " + TOLERANCE + ", " + trace;
  }

  /**
   * Log-densities of all rows by one estimator, chunks spread over the workers; NaN for a row whose
   * ODE cannot be solved. An estimator that draws takes the draws of a row from what stands in it,
   * so that a row has the same answer wherever it is asked for.
   */
  public LogDensity.Estimate estimate(LogDensity density, Tensor rows, int chunk) {
    long[] seeds =
        density instanceof Hutchinson
            ? seeds(rows, ANSWER)
            : new long[Math.toIntExact(rows.size(0))];
    return estimate(density, rows, seeds, chunk);
  }

  /**
   * {@link #estimate(LogDensity, Tensor, int)} with the draws of each row from a seed of its own.
   */
  LogDensity.Estimate estimate(LogDensity density, Tensor rows, long[] seeds, int chunk) {
    long n = rows.size(0);
    int parts = (int) Math.max(1, (n + chunk - 1) / chunk);
    int workers = Math.min(pool.size(), parts);
    LogDensity.Estimate[] inOrder = new LogDensity.Estimate[parts];
    // Whoever is free takes the next part, so that a core that is held up holds up no other.
    AtomicInteger next = new AtomicInteger();
    pool.map(
        workers,
        w -> {
          for (int p = next.getAndIncrement(); p < parts; p = next.getAndIncrement()) {
            look.run();
            int start = p * chunk;
            int end = (int) Math.min(n, (long) start + chunk);
            try (Scope scope = Scope.open()) {
              inOrder[p] =
                  density.estimate(rows.rows(start, end), Arrays.copyOfRange(seeds, start, end));
            }
          }
          return w;
        });
    return join(Arrays.asList(inOrder));
  }

  /** A seed for each row by what stands in it; another use gives others. */
  static long[] seeds(Tensor rows, long use) {
    double[] values = rows.toDoubles();
    long[] seeds = new long[Math.toIntExact(rows.size(0))];
    int columns = seeds.length == 0 ? 0 : values.length / seeds.length;
    for (int r = 0; r < seeds.length; r++) {
      seeds[r] = use;
      for (int i = 0; i < columns; i++) {
        // -0 and 0 are the same number.
        seeds[r] = Rng.deriveSeed(seeds[r], Double.doubleToLongBits(values[r * columns + i] + 0.0));
      }
    }
    return seeds;
  }

  private static LogDensity.Estimate join(List<LogDensity.Estimate> parts) {
    int n = parts.stream().mapToInt(p -> p.logDensity().length).sum();
    double[] logDensity = new double[n];
    double[] standardError = new double[n];
    Calls calls = Calls.NONE;
    int at = 0;
    for (LogDensity.Estimate part : parts) {
      int length = part.logDensity().length;
      System.arraycopy(part.logDensity(), 0, logDensity, at, length);
      System.arraycopy(part.standardError(), 0, standardError, at, length);
      calls = calls.max(part.calls());
      at += length;
    }
    return new LogDensity.Estimate(logDensity, standardError, calls);
  }

  /** Exact log-densities of rows in model space. */
  public LogDensity.Estimate exact(VelocityField field, Tensor rows) {
    return estimate(exact(field), rows, atOnce(rows));
  }

  /** How many rows are solved between two looks: fewer where each takes longer. */
  private int atOnce(Tensor rows) {
    double wide = Math.max(1, rows.size(1) / (double) WHOLE_CHUNK_COLUMNS);
    return (int) Math.max(2, chunks.rows() / (wide * wide));
  }

  /** Few-step log-densities of rows in model space. */
  public double[] few(
      Head head,
      int k,
      Optional<? extends LearnedFlowMap> map,
      Optional<NetworkLogDensityHead> logDensityHead,
      Tensor rows) {
    return switch (head) {
      case DIVERGENCE -> jumps(map.orElseThrow(), k, rows);
      case LOG_DENSITY -> logDensityHead(logDensityHead.orElseThrow(), rows);
    };
  }

  /** {@link #few} of one row at a time, with the parameters as they are now. */
  public static PointFunction atPoint(
      Head head, int k, JointFlowMap map, Optional<NetworkLogDensityHead> logDensityHead) {
    return switch (head) {
      case DIVERGENCE ->
          new Jumps(map, GaussianPrior.standard(map.conditions()), TimeGrid.uniform(k)).atPoint();
      case LOG_DENSITY -> logDensityHead.orElseThrow().logDensityAtPoint(1);
    };
  }

  /** Log-densities by k jumps, nats. */
  public double[] jumps(LearnedFlowMap map, int k, Tensor rows) {
    long share = (rows.size(0) + pool.size() - 1) / pool.size();
    int chunk = (int) Math.min(map.network().rowsAtATime(), Math.max(LEAST_ROWS, share));
    LogDensity density =
        new Jumps(map, GaussianPrior.standard(map.conditions()), TimeGrid.uniform(k));
    return Autograd.noGrad(() -> estimate(density, rows, chunk).logDensity());
  }

  /** Log-densities by one evaluation of a log-density head, nats. */
  public double[] logDensityHead(NetworkLogDensityHead logDensityHead, Tensor rows) {
    int chunk = logDensityHead.network().rowsAtATime();
    if (chunk < LEAST_ROWS) {
      LogDensity density = new HeadDensity(logDensityHead);
      return Autograd.noGrad(() -> estimate(density, rows, chunk).logDensity());
    }
    long n = rows.size(0);
    int parts = (int) Math.min(pool.size(), Math.max(1, n / LEAST_ROWS));
    List<double[]> done =
        pool.map(
            parts,
            p -> {
              double[] part = new double[(int) ((p + 1) * n / parts - p * n / parts)];
              long offset = p * n / parts;
              new RowChunks(chunk)
                  .forEach(
                      part.length,
                      (start, end) -> {
                        Tensor x = rows.rows(offset + start, offset + end);
                        double[] values = logDensityHead.logDensity(x, 1).toDoubles();
                        System.arraycopy(values, 0, part, start, values.length);
                      });
              return part;
            });
    return done.stream().flatMapToDouble(Arrays::stream).toArray();
  }

  /**
   * Exact log-densities of held-out rows in model space.
   *
   * @param selection of {@link FitData#judged}
   * @param calibration of {@link FitData#solved}
   */
  record HeldOut(double[] selection, double[] calibration) {
    /** Of the selection rows and then the calibration rows that were solved. */
    double[] exact() {
      return DoubleStream.concat(Arrays.stream(selection), Arrays.stream(calibration)).toArray();
    }
  }

  /** The exact log-densities of held-out rows under a field. */
  HeldOut heldOut(FitData data, VelocityField field) {
    return new HeldOut(
        exact(field, data.judged()).logDensity(), exact(field, data.solved()).logDensity());
  }

  /**
   * Rows that no network has seen, in model space.
   *
   * @param selection rows that choose, [n, d]
   * @param selectionExact their exact log-densities, nats
   * @param calibration rows that calibrate, [m, d]
   * @param volume of these, see {@link org.f2d2.domain.Domain.Points}
   * @param calibrationExact exact log-densities of the first of these, nats
   */
  record Judges(
      Tensor selection,
      double[] selectionExact,
      Tensor calibration,
      double[] volume,
      double[] calibrationExact) {}

  /**
   * Chooses a head for each number of evaluations on the selection rows and takes its bound and
   * reference distribution from the calibration rows. A flow map without a divergence head, and
   * without a log-density head beside it, answers no few-step density.
   *
   * @param numbers of evaluations that get a bound
   * @param support what rows far from the training rows are answered by, if anything
   * @param heldOutInTurn where the calibration rows trained the model, log-densities of them by
   *     models that have not seen them, nats in input units
   */
  Calibration calibrate(
      Judges judges,
      ExactValue value,
      List<Integer> numbers,
      LearnedFlowMap map,
      Optional<NetworkLogDensityHead> logDensityHead,
      Optional<Support> support,
      Optional<double[]> heldOutInTurn) {
    Tensor all = judges.calibration();
    int solved = judges.calibrationExact().length;
    double[] exact = supported(support, all.rows(0, solved), judges.calibrationExact());
    double[] judged = supported(support, judges.selection(), judges.selectionExact());
    Map<Integer, Calibration.Entry> few = new TreeMap<>();
    for (int k : map.hasDivergence() || logDensityHead.isPresent() ? numbers : List.<Integer>of()) {
      look.run();
      Head head =
          head(
              map,
              logDensityHead,
              h ->
                  ErrorStatistics.of(
                          supported(
                              support,
                              judges.selection(),
                              few(h, k, Optional.of(map), logDensityHead, judges.selection())),
                          judged)
                      .meanAbsoluteError());
      double[] estimate =
          supported(support, all, few(head, k, Optional.of(map), logDensityHead, all));
      few.put(k, entry(head, estimate, exact, judges.volume(), heldOutInTurn));
    }
    int checked =
        Math.min(solved, Math.min(value.mostChecked(), Math.max(FEWEST_CHECKED, (solved + 1) / 2)));
    Tensor some = all.rows(0, checked);
    double[] fine =
        supported(support, some, Autograd.noGrad(() -> value.finer(this, some).logDensity()));
    double[] coarse = value.asScored(this, some, Arrays.copyOf(exact, checked));
    int[] both =
        IntStream.range(0, checked).filter(i -> Double.isFinite(coarse[i] - fine[i])).toArray();
    // A closed form costs nothing to solve, and gives the p-values that one evaluation gives.
    double[] every =
        value.closedForm()
            ? supported(support, all, value.logDensity(this, all).logDensity())
            : exact;
    Calibration.Entry whole = entry(Head.DIVERGENCE, every, every, judges.volume(), heldOutInTurn);
    double[] left = difference(SolvedImages.pick(coarse, both), SolvedImages.pick(fine, both));
    return new Calibration(
        few,
        new Calibration.Entry(
            Head.DIVERGENCE,
            largest(left),
            Arrays.stream(left).map(Math::abs).average().orElse(Double.NaN),
            whole.reference()));
  }

  private static double[] supported(Optional<Support> support, Tensor rows, double[] logDensity) {
    return support
        .map(s -> s.apply(rows.toDoubles(), logDensity, Math.toIntExact(rows.size(1))))
        .orElse(logDensity);
  }

  /** What {@link ExactValue#finer} says of a field that is solved as it is. */
  LogDensity.Estimate finer(VelocityField field, Tensor points) {
    return estimate(finer(field), points, seeds(points, SECOND_OPINION), atOnce(points));
  }

  // A few rows are much further off than the rest, and in a batch of another size, where kernels
  // round otherwise, a step may be taken that was not: two answers to such a row may differ by as
  // much as they are off.
  private static ConformalBound largest(double[] errors) {
    ConformalBound bound = ConformalBound.of(errors, LEVEL);
    double most = Arrays.stream(errors).map(Math::abs).max().orElse(0);
    return new ConformalBound(LEVEL, Math.max(bound.halfWidth(), most), bound.count());
  }

  private static LogDensity finer(VelocityField field) {
    if (closedForm(field).isPresent()) {
      return exact(field);
    }
    OdeSolver solver =
        new OdeSolver.Adaptive(ButcherTableau.DORMAND_PRINCE, TOLERANCE / 10, 2 * MOST_STEPS);
    return field.dimensions() <= MOST_EXACT_DIMENSIONS
        ? new ExactTrace(field, GaussianPrior.standard(field.conditions()), solver, EXACT_CHUNKS)
        : exact(field);
  }

  /**
   * The head with the smaller error.
   *
   * @param error of a head on the selection rows, nats
   */
  private static Head head(
      LearnedFlowMap map,
      Optional<NetworkLogDensityHead> logDensityHead,
      ToDoubleFunction<Head> error) {
    if (!map.hasDivergence()) {
      return Head.LOG_DENSITY;
    }
    if (logDensityHead.isEmpty()) {
      return Head.DIVERGENCE;
    }
    return error.applyAsDouble(Head.LOG_DENSITY) <= error.applyAsDouble(Head.DIVERGENCE)
        ? Head.LOG_DENSITY
        : Head.DIVERGENCE;
  }

  /**
   * What held-out rows say about one way to answer.
   *
   * @param estimate log-densities of calibration rows
   * @param exact of the first of these rows
   * @param heldOutInTurn see {@link #calibrate}
   */
  private static Calibration.Entry entry(
      Head head,
      double[] estimate,
      double[] exact,
      double[] volume,
      Optional<double[]> heldOutInTurn) {
    double[] inUnits = new double[estimate.length];
    Arrays.setAll(inUnits, i -> estimate[i] + volume[i]);
    // Models of other rows differ a little: a row must count as no less likely than its equal.
    heldOutInTurn.ifPresent(scores -> Arrays.setAll(inUnits, i -> Math.min(inUnits[i], scores[i])));
    double[] first = Arrays.copyOf(estimate, exact.length);
    return new Calibration.Entry(
        head,
        ConformalBound.of(difference(first, exact), LEVEL),
        ErrorStatistics.of(first, exact).meanAbsoluteError(),
        ReferenceDistribution.of(inUnits));
  }

  private static double[] difference(double[] a, double[] b) {
    double[] out = new double[a.length];
    Arrays.setAll(out, i -> a[i] - b[i]);
    return out;
  }
}
