package org.f2d2.bench.speed;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import org.f2d2.DensityModel;
import org.f2d2.SampleOptions;
import org.f2d2.StreamScoring;
import org.f2d2.data.CsvRowWriter;
import org.f2d2.data.RowReader;
import org.f2d2.data.Table;
import org.f2d2.data.TableFile;
import org.f2d2.lab.Machine;
import org.f2d2.lab.Printable;
import org.f2d2.lab.ResidentMemory;
import org.f2d2.lab.TestDensities;
import org.f2d2.score.Nfe;
import org.f2d2.train.Budget;
import org.f2d2.train.FitListener;
import org.f2d2.train.FitOptions;

/** Rows per second of scoring a whole file, and where the time and the memory go. */
public final class FileSpeed {

  private static final String DENSITY = "mixture6";
  private static final int TRAINING_ROWS = 20_000;
  private static final int TEACHER_STEPS = 300;
  private static final int BLOCK = 50_000;
  private static final int SAMPLES = 20;

  /**
   * What was measured.
   *
   * @param work what was done: {@code file}
   * @param machine on what
   * @param rows rows of the file
   * @param fileMib size of the file
   * @param seconds wall time from opening the file to the finished output
   * @param cpuSeconds of all threads of the process in that time, compiler and collector included
   * @param share of reading, scoring and writing in the CPU time of the three
   * @param residentMib resident memory of the process before the run and at even steps through it
   */
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  public record Result(
      String work,
      String machine,
      long rows,
      long fileMib,
      double seconds,
      double cpuSeconds,
      Share share,
      List<Long> residentMib)
      implements Printable {

    /** Rows per second of wall time. */
    @JsonProperty
    public double rowsPerSecond() {
      return rows / seconds;
    }

    @Override
    public String markdown() {
      return "| rows | file MiB | seconds | CPU seconds | rows per second | reading | scoring"
          + " | writing | resident MiB over the run |\n|---|---|---|---|---|---|---|---|---|\n"
          + String.format(
              Locale.ROOT,
              "| %d | %d | %.1f | %.1f | %.0f | %.0f %% | %.0f %% | %.0f %% | %s |",
              rows,
              fileMib,
              seconds,
              cpuSeconds,
              rowsPerSecond(),
              100 * share.read,
              100 * share.score,
              100 * share.write,
              residentMib.stream().map(String::valueOf).collect(Collectors.joining(", ")));
    }
  }

  /**
   * Parts of the CPU time of the threads that read, score and write; they sum to 1.
   *
   * @param read reading and parsing
   * @param score log-densities and p-values
   * @param write turning numbers into text, and output
   */
  public record Share(double read, double score, double write) {}

  private FileSpeed() {}

  /** A model of the 6-dimensional mixture with networks of the default sizes, fitted briefly. */
  public static DensityModel quickModel() {
    Table table = TestDensities.of(DENSITY).table(TRAINING_ROWS, new SplittableRandom(1));
    return DensityModel.fit(
        table, FitOptions.DEFAULT.with(new Budget.Steps(TEACHER_STEPS)), FitListener.SILENT);
  }

  /**
   * Writes a file of rows drawn from a model into a folder and scores it there with one evaluation
   * a row.
   *
   * @param folder an existing one; the file and its scores are removed again
   * @param rows how many
   * @param progress is told how many rows are scored
   */
  public static Result run(DensityModel model, Path folder, int rows, LongConsumer progress) {
    Path data = folder.resolve("rows.csv");
    Path scores = folder.resolve("scores.csv");
    try {
      try {
        draw(model, rows, data);
        return measure(model, data, scores, rows, progress);
      } finally {
        Files.deleteIfExists(data);
        Files.deleteIfExists(scores);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void draw(DensityModel model, int rows, Path file) {
    try (CsvRowWriter writer = CsvRowWriter.open(file, model.columns(), List.of())) {
      for (int done = 0; done < rows; done += Math.min(BLOCK, rows - done)) {
        int n = Math.min(BLOCK, rows - done);
        writer.write(model.sample(n, new SampleOptions(Nfe.ONE, false, false, done)).rows(), n);
      }
      writer.finish();
    }
  }

  private static Result measure(
      DensityModel model, Path data, Path output, int rows, LongConsumer progress)
      throws IOException {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    List<Long> resident = new ArrayList<>(List.of(ResidentMemory.mib()));
    LongConsumer watch =
        done -> {
          if (done * SAMPLES >= (long) rows * resident.size()) {
            resident.add(ResidentMemory.mib());
          }
          progress.accept(done);
        };
    Duration cpu = cpu();
    long start = System.nanoTime();
    StreamScoring.Work work;
    try (RowReader reader = TableFile.open(data);
        CsvRowWriter writer =
            CsvRowWriter.open(output, StreamScoring.columns(model), StreamScoring.textColumns())) {
      work =
          new StreamScoring(model, Nfe.ONE, Machine.cores(), threads::getCurrentThreadCpuTime)
              .run(reader, writer, watch);
      writer.finish();
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    double all = work.reading() + work.scoring() + work.writing();
    return new Result(
        "file",
        Machine.describe(),
        work.rows(),
        Files.size(data) >> 20,
        seconds,
        cpu().minus(cpu).toNanos() / 1e9,
        new Share(work.reading() / all, work.scoring() / all, work.writing() / all),
        resident);
  }

  private static Duration cpu() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
  }
}
