package org.f2d2;

import java.util.Arrays;
import java.util.List;
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
import org.f2d2.data.CsvRowBlock;
import org.f2d2.data.CsvRowWriter;
import org.f2d2.data.DataException;
import org.f2d2.data.RowReader;
import org.f2d2.error.F2d2Exception;

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

  /** Batches under way for each scorer: one in work, one read ahead. */
  private static final int AHEAD = 2;

  private final DensityModel model;
  private final Nfe nfe;
  private final int scorers;
  private final LongSupplier threadClock;

  /**
   * What was done.
   *
   * @param rows rows that were answered
   * @param failed rows among them that have no density
   * @param reading time spent on reading and parsing, summed over threads, in units of the clock
   * @param scoring time spent on log-densities and p-values, likewise
   * @param writing time spent on turning answers into text and putting it out, likewise
   */
  public record Work(long rows, long failed, long reading, long scoring, long writing) {}

  /** The answers to a batch of rows. */
  private record Answers(int rows, int failed, CsvRowBlock text) {}

  /**
   * With as many scorers as there are cores.
   *
   * @param nfe network evaluations of each row, or exact
   */
  public StreamScoring(DensityModel model, Nfe nfe) {
    this(model, nfe, Runtime.getRuntime().availableProcessors(), System::nanoTime);
  }

  /**
   * For measurements.
   *
   * @param nfe network evaluations of each row, or exact
   * @param scorers number of threads that score, at least 1
   * @param threadClock says how long the thread that asks has worked
   */
  public StreamScoring(DensityModel model, Nfe nfe, int scorers, LongSupplier threadClock) {
    if (scorers < 1) {
      throw new IllegalArgumentException("scorers must be at least 1, got " + scorers);
    }
    this.model = model;
    this.nfe = nfe;
    this.scorers = scorers;
    this.threadClock = threadClock;
  }

  /**
   * The numeric columns of a model's answers: log_density, log_density_error, p_value and nfe. The
   * first two of a guided model begin with guided_.
   */
  public static List<String> columns(DensityModel model) {
    String density = model.densityName();
    return List.of(density, density + "_error", "p_value", "nfe");
  }

  /** The text columns of a model's answers: {@code error}, where a row may have no density. */
  public static List<String> textColumns(DensityModel model) {
    return model.canDepart() ? List.of("error") : List.of();
  }

  /**
   * Scores what is left of a reader; neither the reader nor the writer is closed.
   *
   * <p>A fault of a row or of the source is thrown when all rows before it are written. When this
   * method is left by an exception, the reader may still be waiting for input in its own thread;
   * closing it ends that.
   *
   * @param reader delivers the columns of the model, in its order
   * @param writer has the {@link #columns} and the {@link #textColumns} of the model
   * @param progress is told after each batch how many rows are written, by the calling thread
   * @throws DataException when the reader finds a fault or the output fails
   * @throws F2d2Exception when this thread is interrupted, or there is no calibration for this
   *     number of evaluations
   */
  public Work run(RowReader reader, CsvRowWriter writer, LongConsumer progress) {
    return new Run(reader, writer).run(progress);
  }

  /** One stream on its way. */
  private final class Run {
    private final RowReader reader;
    private final CsvRowWriter writer;
    private final ExecutorService pool = Executors.newFixedThreadPool(scorers, Run::daemon);

    /** The batches in the order of the file; none is the end. */
    private final BlockingQueue<Future<List<Answers>>> inOrder =
        new ArrayBlockingQueue<>(AHEAD * scorers);

    private final LongAdder reading = new LongAdder();
    private final LongAdder scoring = new LongAdder();
    private final LongAdder writing = new LongAdder();

    Run(RowReader reader, CsvRowWriter writer) {
      this.reader = reader;
      this.writer = writer;
    }

    Work run(LongConsumer progress) {
      Thread feeder = new Thread(this::feed, "f2d2-reader");
      feeder.setDaemon(true);
      feeder.start();
      try {
        long rows = 0;
        long failed = 0;
        for (List<Answers> next = next(); !next.isEmpty(); next = next()) {
          Answers answers = next.get(0);
          long from = threadClock.getAsLong();
          writer.write(answers.text());
          writing.add(threadClock.getAsLong() - from);
          rows += answers.rows();
          failed += answers.failed();
          progress.accept(rows);
        }
        return new Work(rows, failed, reading.sum(), scoring.sum(), writing.sum());
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
        throw new F2d2Exception("interrupted while scoring " + reader.source(), e);
      }
    }

    /** Reads to the end or to the first fault, a few batches ahead of the writer. */
    private void feed() {
      try {
        try {
          for (double[] rows = read(); rows.length > 0; rows = read()) {
            double[] batch = rows;
            inOrder.put(pool.submit(() -> List.of(answer(batch))));
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

    private double[] read() {
      int most = nfe.equals(Nfe.EXACT) ? EXACT_BATCH : BATCH;
      double[] buffer = new double[most * reader.columns().size()];
      long from = threadClock.getAsLong();
      int n = reader.read(buffer, most);
      reading.add(threadClock.getAsLong() - from);
      return n == most ? buffer : Arrays.copyOf(buffer, n * reader.columns().size());
    }

    private Answers answer(double[] rows) {
      long from = threadClock.getAsLong();
      Scores scores = model.scoreAlone(rows, nfe);
      long scored = threadClock.getAsLong();
      scoring.add(scored - from);
      Answers answers = text(scores);
      writing.add(threadClock.getAsLong() - scored);
      return answers;
    }

    private Answers text(Scores scores) {
      int n = scores.logDensity().length;
      boolean mayFail = model.canDepart();
      CsvRowBlock block = writer.newBlock(n);
      double[] cells = new double[columns(model).size()];
      for (int r = 0; r < n; r++) {
        cells[0] = scores.logDensity()[r];
        cells[1] = scores.errorBound()[r];
        cells[2] = scores.pValue()[r];
        cells[3] = scores.nfe();
        String failure = scores.failures().isEmpty() ? null : scores.failures().get(r);
        if (failure != null) {
          Arrays.fill(cells, Double.NaN);
        }
        if (mayFail) {
          block.addRow(cells, failure == null ? "" : failure);
        } else {
          block.addRow(cells);
        }
      }
      return new Answers(n, scores.failures().size(), block);
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
