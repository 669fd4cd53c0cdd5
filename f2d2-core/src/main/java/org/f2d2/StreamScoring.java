package org.f2d2;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.f2d2.data.Batch;
import org.f2d2.data.CsvRowBlock;
import org.f2d2.data.CsvRowWriter;
import org.f2d2.data.DataException;
import org.f2d2.data.RowReader;
import org.f2d2.error.F2d2Exception;
import org.f2d2.score.Nfe;
import org.f2d2.score.Scores;

/**
 * Scores a stream of rows of any length, in constant memory, on all cores, in the order of the
 * rows.
 *
 * <p>One thread reads batches of rows, the scorers turn each batch into the text of its answers,
 * and the calling thread writes the texts in the order in which the batches were read. A scorer
 * works on a batch alone, so the cores wait for each other only where a batch is not yet read or
 * not yet written. No more than a few batches are under way at once.
 */
public final class StreamScoring {

  private static final int BATCH = 4096;

  /** The exact value costs hundreds of evaluations a row: smaller batches show progress sooner. */
  private static final int EXACT_BATCH = 512;

  /** Coordinates of a row above which batches have fewer rows, but no fewer than these. */
  private static final int WIDE = 64;

  private static final int LEAST_BATCH = 128;

  /** Batches under way for each scorer: one in work, one read ahead. */
  private static final int AHEAD = 2;

  private static final Scores NO_SCORES =
      new Scores(new double[0], new double[0], new double[0], 0, Map.of());

  private final DensityModel model;
  private final Nfe nfe;
  private final boolean strict;
  private final int scorers;
  private final LongSupplier threadClock;

  /**
   * What was done.
   *
   * @param rows rows that were answered
   * @param failed rows among them that have no density
   * @param unreadable rows among them that could not be read
   * @param reading time spent on reading and parsing, summed over threads, in units of the clock
   * @param scoring time spent on log-densities and p-values, likewise
   * @param writing time spent on turning answers into text and putting it out, likewise
   */
  public record Work(
      long rows, long failed, long unreadable, long reading, long scoring, long writing) {}

  /** Rows that are delivered a few at a time. */
  private interface Source {
    /** What messages call it. */
    String name();

    /**
     * The next rows; none at the end.
     *
     * @param first row of the source, counted from 1
     * @throws DataException when the source ends by a fault and the rows before are delivered
     */
    Portion next(long first);
  }

  /**
   * Rows to be answered together.
   *
   * @param first row of the source, counted from 1
   * @param answer works out the answers for those that could be read, on the thread that calls it
   * @param rows how many there are with those that could not be read
   * @param faults of the latter, by index in this portion
   */
  private record Portion(
      long first, Supplier<Scores> answer, int rows, SortedMap<Integer, DataException> faults) {}

  /**
   * The answers to a batch of rows.
   *
   * @param end why no row after these is wanted; mostly empty
   */
  private record Answers(
      int rows, int failed, int unreadable, CsvRowBlock text, Optional<DataException> end) {}

  /**
   * With as many scorers as there are cores. A row that cannot be read is answered by its fault.
   *
   * @param nfe network evaluations of each row, or exact
   */
  public StreamScoring(DensityModel model, Nfe nfe) {
    this(model, nfe, false);
  }

  /**
   * With as many scorers as there are cores.
   *
   * @param nfe network evaluations of each row, or exact
   * @param strict whether the first row that cannot be read, or has no density, ends the work
   */
  public StreamScoring(DensityModel model, Nfe nfe, boolean strict) {
    this(model, nfe, strict, Runtime.getRuntime().availableProcessors(), System::nanoTime);
  }

  /**
   * For measurements.
   *
   * @param nfe network evaluations of each row, or exact
   * @param scorers number of threads that score, at least 1
   * @param threadClock says how long the thread that asks has worked
   */
  public StreamScoring(DensityModel model, Nfe nfe, int scorers, LongSupplier threadClock) {
    this(model, nfe, false, scorers, threadClock);
  }

  private StreamScoring(
      DensityModel model, Nfe nfe, boolean strict, int scorers, LongSupplier threadClock) {
    if (scorers < 1) {
      throw new IllegalArgumentException("scorers must be at least 1, got " + scorers);
    }
    this.model = model;
    this.nfe = nfe;
    this.strict = strict;
    this.scorers = scorers;
    this.threadClock = threadClock;
  }

  /**
   * The numeric columns of a model's answers: log_density, log_density_error, p_value and nfe, and
   * the figures that rows of its domain have beside them. The first two of a guided model begin
   * with guided_.
   */
  public static List<String> columns(DensityModel model) {
    String density = model.densityName();
    List<String> columns = new ArrayList<>(List.of(density, density + "_error", "p_value", "nfe"));
    columns.addAll(model.domain().figures());
    return columns;
  }

  /**
   * The text column of all answers: {@code error} says why a row has no density, because it is
   * impossible under the model or could not be read.
   */
  public static List<String> textColumns() {
    return List.of("error");
  }

  /**
   * Scores what is left of a reader; neither the reader nor the writer is closed.
   *
   * <p>A row at fault has its answer like the others, with the fault in place of figures. A fault
   * of the source, and any when the work is strict, is thrown when all rows before it are written.
   * When this method is left by an exception, the reader may still be waiting for input in its own
   * thread; closing it ends that.
   *
   * <p>Where the source waits, the rows before are answered and put out.
   *
   * @param reader delivers the columns of the model, in its order; blank lines are rows when it
   *     keeps them
   * @param writer has the {@link #columns} of the model and {@link #textColumns}
   * @param progress is told after each batch how many rows are written, by the calling thread
   * @throws DataException when the source or the output fails, or a row does and the work is strict
   * @throws F2d2Exception when this thread is interrupted, or there is no calibration for this
   *     number of evaluations
   */
  public Work run(RowReader reader, CsvRowWriter writer, LongConsumer progress) {
    return new Run(new OfReader(reader), writer).run(progress);
  }

  /**
   * Scores rows that are in memory; as {@link #run(RowReader, CsvRowWriter, LongConsumer)}.
   *
   * @param source what messages call them
   */
  public Work run(Batch rows, String source, CsvRowWriter writer, LongConsumer progress) {
    return new Run(new OfBatch(rows, source), writer).run(progress);
  }

  private int atOnce() {
    int most = nfe.equals(Nfe.EXACT) ? EXACT_BATCH : BATCH;
    int width = model.domain().moving();
    return Math.max(LEAST_BATCH, most / Math.max(1, width / WIDE));
  }

  private final class OfBatch implements Source {
    private final Batch rows;
    private final String name;

    OfBatch(Batch rows, String name) {
      this.rows = rows;
      this.name = name;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public Portion next(long first) {
      int from = (int) (first - 1);
      int to = Math.min(rows.count(), from + atOnce());
      return new Portion(
          first, () -> model.scoreAlone(rows.range(from, to), nfe), to - from, new TreeMap<>());
    }
  }

  private final class OfReader implements Source {
    private final RowReader reader;

    /** The fault that ends the source, once it is met. */
    private Optional<DataException> broken = Optional.empty();

    OfReader(RowReader reader) {
      this.reader = reader;
    }

    @Override
    public String name() {
      return reader.source();
    }

    @Override
    public Portion next(long first) {
      if (broken.isPresent()) {
        throw broken.get();
      }
      int d = reader.columns().size();
      int most = atOnce();
      double[] buffer = new double[most * d];
      double[] values = new double[most * d];
      SortedMap<Integer, DataException> faults = new TreeMap<>();
      int rows = 0;
      boolean more = true;
      while (more && rows < most) {
        try {
          int n = reader.read(buffer, most - rows);
          System.arraycopy(buffer, 0, values, (rows - faults.size()) * d, n * d);
          rows += n;
          more = n > 0;
        } catch (DataException fault) {
          if (fault.row().isPresent()) {
            faults.put(rows++, fault);
          } else {
            // The rows before are answered first.
            broken = Optional.of(fault);
            more = false;
          }
        }
        more = more && !reader.waits();
      }
      if (rows == 0 && broken.isPresent()) {
        throw broken.get();
      }
      int readable = (rows - faults.size()) * d;
      double[] read = readable == values.length ? values : Arrays.copyOf(values, readable);
      return new Portion(
          first, () -> read.length == 0 ? NO_SCORES : model.scoreAlone(read, nfe), rows, faults);
    }
  }

  /** A bound as it is written: empty where the calibration rows were too few for one. */
  public static double stated(double bound) {
    return Double.isInfinite(bound) ? Double.NaN : bound;
  }

  /** One stream on its way. */
  private final class Run {
    private final Source source;
    private final CsvRowWriter writer;
    private final ExecutorService pool = Executors.newFixedThreadPool(scorers, Run::daemon);

    /** The batches in the order of the file; none is the end. */
    private final BlockingQueue<Future<List<Answers>>> inOrder =
        new ArrayBlockingQueue<>(AHEAD * scorers);

    private final LongAdder reading = new LongAdder();
    private final LongAdder scoring = new LongAdder();
    private final LongAdder writing = new LongAdder();

    Run(Source source, CsvRowWriter writer) {
      this.source = source;
      this.writer = writer;
    }

    Work run(LongConsumer progress) {
      Thread feeder = new Thread(this::feed, "f2d2-reader");
      feeder.setDaemon(true);
      feeder.start();
      try {
        long rows = 0;
        long failed = 0;
        long unreadable = 0;
        for (List<Answers> next = next(); !next.isEmpty(); next = next()) {
          Answers answers = next.get(0);
          long from = threadClock.getAsLong();
          writer.write(answers.text());
          if (inOrder.isEmpty()) {
            writer.flush();
          }
          writing.add(threadClock.getAsLong() - from);
          rows += answers.rows();
          failed += answers.failed();
          unreadable += answers.unreadable();
          progress.accept(rows);
          if (answers.end().isPresent()) {
            throw answers.end().get();
          }
        }
        return new Work(rows, failed, unreadable, reading.sum(), scoring.sum(), writing.sum());
      } finally {
        feeder.interrupt();
        end();
      }
    }

    private List<Answers> next() {
      try {
        return inOrder.take().get();
      } catch (ExecutionException e) {
        if (e.getCause() instanceof RuntimeException fault) {
          throw fault;
        }
        if (e.getCause() instanceof Error fault) {
          throw fault;
        }
        throw new IllegalStateException(e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new F2d2Exception("interrupted while scoring " + source.name(), e);
      }
    }

    /** Reads to the end or to the first fault, a few batches ahead of the writer. */
    private void feed() {
      try {
        try {
          for (Portion portion = read(1);
              portion.rows() > 0;
              portion = read(portion.first() + portion.rows())) {
            Portion next = portion;
            inOrder.put(pool.submit(() -> List.of(answer(next))));
          }
          inOrder.put(CompletableFuture.completedFuture(List.of()));
        } catch (RuntimeException | Error fault) {
          inOrder.put(CompletableFuture.failedFuture(fault));
        }
      } catch (InterruptedException e) {
        // The writing side has ended and wants no more.
        Thread.currentThread().interrupt();
      }
    }

    private Portion read(long first) {
      long from = threadClock.getAsLong();
      Portion portion = source.next(first);
      reading.add(threadClock.getAsLong() - from);
      return portion;
    }

    private Answers answer(Portion batch) {
      long from = threadClock.getAsLong();
      Scores scores = batch.answer().get();
      long scored = threadClock.getAsLong();
      scoring.add(scored - from);
      Answers answers = text(batch, scores);
      writing.add(threadClock.getAsLong() - scored);
      return answers;
    }

    private Answers text(Portion batch, Scores scores) {
      CsvRowBlock block = writer.newBlock(batch.rows());
      double[] cells = new double[columns(model).size()];
      boolean figures = cells.length > 4;
      int scored = 0;
      for (int r = 0; r < batch.rows(); r++) {
        DataException fault = batch.faults().get(r);
        String error;
        if (fault == null) {
          cells[0] = scores.logDensity()[scored];
          cells[1] = stated(scores.errorBound()[scored]);
          cells[2] = scores.pValue()[scored];
          cells[3] = scores.nfe();
          if (figures) {
            double[] more = model.domain().figuresOf(cells[0]);
            System.arraycopy(more, 0, cells, 4, more.length);
          }
          error = scores.failures().getOrDefault(scored, "");
          scored++;
        } else {
          Arrays.fill(cells, Double.NaN);
          error = fault.problem();
        }
        if (strict && !error.isEmpty()) {
          DataException end =
              fault == null ? DataException.inRow(source.name(), batch.first() + r, error) : fault;
          return new Answers(r, 0, 0, block, Optional.of(end));
        }
        block.addRow(cells, error);
      }
      return new Answers(
          batch.rows(), scores.failures().size(), batch.faults().size(), block, Optional.empty());
    }

    // A process that ends while a thread is in native code may be torn down under its feet, so the
    // batches in work are waited for.
    private void end() {
      pool.shutdownNow();
      boolean interrupted = Thread.interrupted();
      try {
        boolean ended = false;
        while (!ended) {
          ended = pool.awaitTermination(1, TimeUnit.MINUTES);
        }
      } catch (InterruptedException e) {
        interrupted = true;
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }

    private static Thread daemon(Runnable work) {
      Thread thread = new Thread(work, "f2d2-scorer");
      thread.setDaemon(true);
      return thread;
    }
  }
}
