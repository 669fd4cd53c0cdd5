package org.f2d2.train;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.DoubleStream;
import org.f2d2.flow.Calls;
import org.f2d2.flow.GaussianPrior;
import org.f2d2.flow.JointFlowMap;
import org.f2d2.flow.LearnedFlowMap;
import org.f2d2.flow.NetworkLogDensityHead;
import org.f2d2.flow.TimeGrid;
import org.f2d2.flow.VelocityField;
import org.f2d2.likelihood.HeadDensity;
import org.f2d2.likelihood.Hutchinson;
import org.f2d2.likelihood.Jumps;
import org.f2d2.likelihood.LogDensity;
import org.f2d2.likelihood.Support;
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

  private static final RowChunks EXACT_CHUNKS = new RowChunks(512);

  /** In a fit a user must not wait for the whole of a large chunk. */
  private static final RowChunks FIT_CHUNKS = new RowChunks(64);

  /** Columns up to which a chunk has all its rows. */
  private static final int WHOLE_CHUNK_COLUMNS = 64;

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
    return estimate(ExactDensity.of(field), rows, atOnce(rows));
  }

  /** How many rows are solved between two looks: fewer where each takes longer. */
  private int atOnce(Tensor rows) {
    double wide = Math.max(1, rows.size(1) / (double) WHOLE_CHUNK_COLUMNS);
    return (int) Math.max(2, chunks.rows() / (wide * wide));
  }

  /** Ends a fit that a user wants to end. */
  void look() {
    look.run();
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
    return new HeldOutCalibration(this, judges, support, heldOutInTurn)
        .of(value, numbers, map, logDensityHead);
  }

  /** What {@link ExactValue#finer} says of a field that is solved as it is. */
  LogDensity.Estimate finer(VelocityField field, Tensor points) {
    return estimate(
        ExactDensity.finer(field), points, seeds(points, SECOND_OPINION), atOnce(points));
  }
}
