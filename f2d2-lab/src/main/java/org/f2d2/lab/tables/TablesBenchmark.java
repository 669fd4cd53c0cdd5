package org.f2d2.lab.tables;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.f2d2.DensityModel;
import org.f2d2.data.LabeledTable;
import org.f2d2.data.Split;
import org.f2d2.data.Table;
import org.f2d2.data.TableFile;
import org.f2d2.error.F2d2Exception;
import org.f2d2.lab.AnomalyRanking;
import org.f2d2.lab.cheap.CheapModel;
import org.f2d2.lab.cheap.CheapModels;
import org.f2d2.lab.cheap.NearestNeighbours;
import org.f2d2.lab.cheap.RoundedColumns;
import org.f2d2.metric.RankingCurve;
import org.f2d2.score.Nfe;
import org.f2d2.train.FitListener;
import org.f2d2.train.FitOptions;

/**
 * A model and cheap densities on the same half of a table's normal rows, judged on the rest.
 *
 * <p>Likelihoods are those of rows spread within the cells of their rounded columns, by the same
 * draw for all (see {@link RoundedColumns}). Distances and rankings are of the rows as they stand
 * in the file, which is what a user scores; there the mixture and the neighbours see unspread rows
 * too.
 */
public final class TablesBenchmark {

  /** What is added to the variances of a mixture in columns of unit scale: scikit-learn's own. */
  private static final double RIDGE = 1e-6;

  private static final String NORMAL = "0";

  private TablesBenchmark() {}

  /**
   * Fits and judges.
   *
   * @param file with a header
   * @param labelColumn 0 marks a normal row, everything else an anomaly
   * @param options of the model's fit; its seed divides the rows too
   * @param mostTestRows normal rows, and again anomalies, that are scored: exact values cost
   * @throws F2d2Exception when the file cannot be read or has no normal row
   */
  public static TableResult run(
      Path file, String labelColumn, FitOptions options, int mostTestRows, FitListener listener) {
    long seed = options.seed();
    LabeledTable labelled = TableFile.read(file, labelColumn);
    Table table = labelled.table();
    int[] normal = rows(labelled, true);
    int[] strange = rows(labelled, false);
    if (normal.length == 0) {
      throw new F2d2Exception(file + ": no row has the label " + NORMAL + " in " + labelColumn);
    }
    Split split = Split.of(normal.length, 0.5, seed);
    Table train = table.rows(pick(normal, split.train()));
    double[] test = table.rows(some(pick(normal, split.heldOut()), mostTestRows, seed)).values();
    double[] anomalies = table.rows(some(strange, mostTestRows, seed)).values();
    RoundedColumns columns = RoundedColumns.of(train, seed);
    double[] trainSpread = columns.modelled(columns.spread(train.values(), seed));
    List<CheapModel> cheap = CheapModels.fit(trainSpread, columns.dimensions(), RIDGE, seed);
    listener.message("cheap densities are fitted");
    long start = System.nanoTime();
    try (DensityModel model = DensityModel.fit(train, options, listener)) {
      double seconds = (System.nanoTime() - start) / 1e9;
      double[] known = columns.known(test);
      double[] exactAsIs = model.score(known, Nfe.EXACT).logDensity();
      double[] oneAsIs = model.score(known, Nfe.ONE).logDensity();
      double[] spread = columns.spread(known, seed + 1);
      double[] exact = columns.any() ? model.score(spread, Nfe.EXACT).logDensity() : exactAsIs;
      double[] one = columns.any() ? model.score(spread, Nfe.ONE).logDensity() : oneAsIs;
      int[] answered =
          IntStream.range(0, exact.length)
              .filter(r -> Double.isFinite(exact[r]) && Double.isFinite(one[r]))
              .toArray();
      List<double[]> others =
          cheap.stream().map(c -> pick(c.logDensity(columns.modelled(spread)), answered)).toList();
      int best =
          IntStream.range(0, cheap.size())
              .boxed()
              .max(Comparator.comparingDouble(i -> mean(others.get(i))))
              .orElseThrow();
      double[] gains = difference(pick(exact, answered), others.get(best));
      int testRows = test.length / table.columnCount();
      return new TableResult(
          String.valueOf(file.getFileName()),
          seed,
          train.rows(),
          testRows,
          anomalies.length / table.columnCount(),
          testRows - answered.length,
          columns.dimensions(),
          mean(pick(exact, answered)),
          mean(pick(one, answered)),
          IntStream.range(0, cheap.size())
              .mapToObj(
                  i ->
                      new TableResult.Cheap(
                          cheap.get(i).name(), cheap.get(i).choice(), mean(others.get(i))))
              .toList(),
          cheap.get(best).name(),
          mean(gains),
          standardError(gains),
          distance(exactAsIs, oneAsIs),
          0.1 * Math.sqrt(columns.dimensions()),
          auroc(model, cheap, columns, train, test, anomalies),
          seconds);
    }
  }

  private static double[] difference(double[] a, double[] b) {
    double[] out = new double[a.length];
    Arrays.setAll(out, i -> a[i] - b[i]);
    return out;
  }

  private static double standardError(double[] values) {
    double mean = mean(values);
    double squares = Arrays.stream(values).map(x -> (x - mean) * (x - mean)).sum();
    return Math.sqrt(squares / values.length / Math.max(1, values.length - 1));
  }

  /** Mean absolute difference, where both are numbers. */
  private static double distance(double[] a, double[] b) {
    return Arrays.stream(difference(a, b))
        .map(Math::abs)
        .filter(Double::isFinite)
        .average()
        .orElse(Double.NaN);
  }

  private static TableResult.Auroc auroc(
      DensityModel model,
      List<CheapModel> cheap,
      RoundedColumns columns,
      Table train,
      double[] test,
      double[] anomalies) {
    if (anomalies.length == 0) {
      return new TableResult.Auroc(Double.NaN, Double.NaN, Double.NaN, Double.NaN);
    }
    double[] all = Arrays.copyOf(test, test.length + anomalies.length);
    System.arraycopy(anomalies, 0, all, test.length, anomalies.length);
    int normal = test.length / train.columnCount();
    NearestNeighbours neighbours =
        new NearestNeighbours(
            columns.modelled(train.values()),
            columns.dimensions(),
            Math.min(NearestNeighbours.NEIGHBOURS, train.rows()));
    CheapModel mixture =
        cheap.stream().filter(c -> c.name().equals("mixture")).findFirst().orElseThrow();
    double[] modelled = columns.modelled(all);
    boolean[] anomalous = AnomalyRanking.behind(normal, all.length / train.columnCount());
    return new TableResult.Auroc(
        AnomalyRanking.of(model.score(all, Nfe.EXACT).logDensity(), anomalous).auroc(),
        AnomalyRanking.of(model.score(all, Nfe.ONE).logDensity(), anomalous).auroc(),
        RankingCurve.of(neighbours.distance(modelled), anomalous).auroc(),
        AnomalyRanking.of(mixture.logDensity(modelled), anomalous).auroc());
  }

  private static int[] rows(LabeledTable labelled, boolean normal) {
    return IntStream.range(0, labelled.labels().size())
        .filter(r -> labelled.labels().get(r).equals(NORMAL) == normal)
        .toArray();
  }

  private static int[] pick(int[] rows, int[] indices) {
    return Arrays.stream(indices).map(i -> rows[i]).toArray();
  }

  private static int[] some(int[] rows, int most, long seed) {
    int[] all = rows.clone();
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < Math.min(most, all.length); i++) {
      int j = i + random.nextInt(all.length - i);
      int kept = all[i];
      all[i] = all[j];
      all[j] = kept;
    }
    return Arrays.copyOf(all, Math.min(most, all.length));
  }

  private static double[] pick(double[] values, int[] indices) {
    return Arrays.stream(indices).mapToDouble(i -> values[i]).toArray();
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).average().orElse(Double.NaN);
  }
}
