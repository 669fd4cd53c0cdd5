package org.f2d2.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.f2d2.cli.report.ReportSource;
import org.f2d2.data.RowReader;
import org.f2d2.data.Split;
import org.f2d2.data.Table;
import org.f2d2.data.TableFile;

/**
 * Statlog Shuttle, prepared as anomaly-detection studies do: radiator flow is what is normal, the
 * large class "high" is left out, and the five rare classes are anomalies. Half of the normal rows
 * train; the other half and all anomalies test.
 */
final class ShuttleDemonstration {

  private static final String FILE = "shuttle.csv.gz";
  private static final String LABEL = "Class";
  private static final String NORMAL = "Rad.Flow";
  private static final String LEFT_OUT = "High";
  private static final int CHUNK = 4096;
  private static final long SEED = 0;

  private ShuttleDemonstration() {}

  /** Reads the table that comes with the program. */
  static Demonstration create() {
    try (InputStream packed = ShuttleDemonstration.class.getResourceAsStream(FILE);
        InputStream plain = new GZIPInputStream(Objects.requireNonNull(packed));
        RowReader reader = TableFile.open("-", plain)) {
      reader.labelColumn(LABEL);
      return split(reader);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Demonstration split(RowReader reader) {
    int d = reader.columns().size();
    List<double[]> normal = new ArrayList<>();
    List<double[]> odd = new ArrayList<>();
    double[] chunk = new double[CHUNK * d];
    for (int n = reader.read(chunk, CHUNK); n > 0; n = reader.read(chunk, CHUNK)) {
      for (int i = 0; i < n; i++) {
        String label = reader.labels().get(i);
        if (!label.equals(LEFT_OUT)) {
          double[] row = Arrays.copyOfRange(chunk, i * d, (i + 1) * d);
          (label.equals(NORMAL) ? normal : odd).add(row);
        }
      }
    }
    Split halves = Split.of(normal.size(), 0.5, SEED);
    List<double[]> test = new ArrayList<>();
    for (int i : halves.heldOut()) {
      test.add(normal.get(i));
    }
    boolean[] anomalies = new boolean[test.size() + odd.size()];
    Arrays.fill(anomalies, test.size(), anomalies.length, true);
    test.addAll(odd);
    List<double[]> training = new ArrayList<>();
    for (int i : halves.train()) {
      training.add(normal.get(i));
    }
    return new Demonstration(
        "Shuttle",
        training.size()
            + " normal readings of a shuttle's radiator to learn from, and "
            + odd.size()
            + " anomalies among the rest to find",
        Table.of(reader.columns(), flat(training, d)),
        new ReportSource.Data(flat(test, d), anomalies),
        Optional.empty());
  }

  private static double[] flat(List<double[]> rows, int d) {
    double[] values = new double[rows.size() * d];
    for (int i = 0; i < rows.size(); i++) {
      System.arraycopy(rows.get(i), 0, values, i * d, d);
    }
    return values;
  }
}
