package org.f2d2.bench.kernels;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.f2d2.data.CsvRowReader;
import org.f2d2.data.Preprocessing;
import org.f2d2.data.PreprocessingOptions;
import org.f2d2.data.Table;
import org.f2d2.domain.table.PreprocessingFit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What happens to a batch of rows of 16 columns before a network sees it. */
@State(org.openjdk.jmh.annotations.Scope.Thread)
public class RowKernels {

  private static final int COLUMNS = 16;

  /** Rows, as many as the command {@code score} reads at a time. */
  @Param("4096")
  public int batch;

  private double[] rows;
  private double[] buffer;
  private byte[] text;
  private Preprocessing preprocessing;

  /** Draws the rows, writes them as text and fits the preprocessing to them. */
  @Setup
  public void draw() {
    SplittableRandom random = new SplittableRandom(1);
    List<String> columns = IntStream.range(0, COLUMNS).mapToObj(c -> "x" + c).toList();
    rows = new double[batch * COLUMNS];
    Arrays.setAll(rows, i -> random.nextGaussian());
    buffer = new double[rows.length];
    StringBuilder csv = new StringBuilder(String.join(",", columns));
    for (int i = 0; i < rows.length; i++) {
      csv.append(i % COLUMNS == 0 ? "\n" : ",").append((float) rows[i]);
    }
    text = csv.append('\n').toString().getBytes(StandardCharsets.UTF_8);
    preprocessing =
        PreprocessingFit.fit(Table.of(columns, rows), PreprocessingOptions.defaults(), random);
  }

  /** Input rows to model rows. */
  @Benchmark
  public double[] preprocess() {
    return preprocessing.forward(rows);
  }

  /** Text to numbers. */
  @Benchmark
  public int parseCsv() {
    try (CsvRowReader reader = CsvRowReader.open(new ByteArrayInputStream(text), "memory")) {
      return reader.read(buffer, batch);
    }
  }
}
