package org.f2d2.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.f2d2.data.Table;
import org.f2d2.flow.ClosedFormFlow;
import org.f2d2.flow.GaussianMixtureFlow;
import org.f2d2.metric.ReferenceDistribution;
import org.f2d2.tensor.Scope;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ClosedFormRefitTest {

  private Scope scope;
  private WorkerPool pool;

  @BeforeEach
  void open() {
    scope = Scope.open();
    pool = new WorkerPool(2);
  }

  @AfterEach
  void close() {
    pool.close();
    scope.close();
  }

  /** Correlated normals about one or two places. */
  private static double[] rows(int n, int d, double apart, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] rows = new double[n * d];
    for (int r = 0; r < n; r++) {
      double common = random.nextGaussian();
      double place = r % 2 == 0 ? apart : 0;
      for (int i = 0; i < d; i++) {
        rows[r * d + i] = place + 0.7 * common + 0.5 * random.nextGaussian();
      }
    }
    return rows;
  }

  private static Table table(int n, int d, double apart, long seed) {
    String[] names = {"a", "b", "c", "d", "e"};
    return Table.of(List.of(names).subList(0, d), rows(n, d, apart, seed));
  }

  private FitSession session() {
    return new FitSession(FitListener.SILENT, pool, Optional.empty());
  }

  private Optional<ClosedFormRefit.Result> refit(Table table, Optional<ClosedFormFlow> near) {
    FitData data = FitData.of(table, FitOptions.DEFAULT);
    return ClosedFormRefit.of(table, FitOptions.DEFAULT, data, near, session());
  }

  private static double fresh(ClosedFormRefit.Result result, double[] rows) {
    double[] mapped = result.data().preprocessing().forward(rows);
    double[] volume = result.data().preprocessing().logAbsDeterminant(rows);
    ClosedFormFlow near =
        result.near().orElseGet(() -> ExpectationMaximization.single(result.data().dimensions()));
    double[] log =
        near.logDensity(FitData.tensor(mapped, result.data().dimensions()), 1).toDoubles();
    double sum = 0;
    for (int r = 0; r < log.length; r++) {
      sum += (log[r] + volume[r]) / log.length;
    }
    return sum;
  }

  @Test
  void heldOutRowsSayWhatFreshOnesDo() {
    ClosedFormRefit.Result result = refit(table(300, 4, 0, 1), Optional.empty()).orElseThrow();
    assertEquals(300, result.heldOut().length);
    assertEquals(300, result.data().trainingRows());
    assertTrue(result.near().isEmpty());
    // The log-density of 4 normal columns has a standard deviation of √2.
    double[] rows = rows(4000, 4, 0, 2);
    assertEquals(fresh(result, rows), result.mean(), 3 * 1.4 / Math.sqrt(300) + 0.05);
  }

  @Test
  void noRowIsScoredByAModelThatSawIt() {
    double[] rows = rows(80, 5, 0, 10);
    ClosedFormRefit.Result result =
        refit(Table.of(List.of("a", "b", "c", "d", "e"), rows), Optional.empty()).orElseThrow();
    // 20 numbers from 80 rows: about 20/80 nats between rows that were seen and others.
    assertTrue(result.mean() < fresh(result, rows) - 0.1, result.mean() + " held out");
  }

  @Test
  void theirScoresGivePValuesThatAreUniform() {
    ClosedFormRefit.Result result = refit(table(400, 4, 0, 3), Optional.empty()).orElseThrow();
    double[] rows = rows(4000, 4, 0, 4);
    double[] mapped = result.data().preprocessing().forward(rows);
    double[] volume = result.data().preprocessing().logAbsDeterminant(rows);
    double[] log =
        ExpectationMaximization.single(4).logDensity(FitData.tensor(mapped, 4), 1).toDoubles();
    double low = 0;
    for (int r = 0; r < log.length; r++) {
      low +=
          ReferenceDistribution.of(result.levelled()).pValue(log[r] + volume[r]) <= 0.1
              ? 1.0 / log.length
              : 0;
    }
    assertEquals(0.1, low, 3 * Math.sqrt(0.09 / 400));
  }

  @Test
  void chooseTheMixtureWhereThereAreClusters() {
    Table table = table(400, 2, 12, 5);
    GaussianMixtureFlow two =
        GaussianMixtureFlow.isotropic(
            new double[] {0.5, 0.5}, new double[][] {{-1, -1}, {1, 1}}, new double[] {0.3, 0.3}, 1);
    ClosedFormRefit.Result result = refit(table, Optional.of(two)).orElseThrow();
    GaussianMixtureFlow found = (GaussianMixtureFlow) result.near().orElseThrow();
    assertTrue(found.components() >= 2 && found.components() <= 4, "" + found.components());
    assertTrue(fresh(result, rows(1000, 2, 12, 6)) > result.mean() - 0.3);
  }

  @Test
  void findsTheClustersThatFewSelectionRowsDidNotShow() {
    ClosedFormRefit.Result result = refit(table(400, 2, 12, 5), Optional.empty()).orElseThrow();
    GaussianMixtureFlow found = (GaussianMixtureFlow) result.near().orElseThrow();
    assertTrue(found.components() >= 2);
  }

  @Test
  void leavesOutComponentsThatNothingAsksFor() {
    double[][] means = new double[8][2];
    double[] sds = new double[8];
    double[] weights = new double[8];
    Arrays.fill(sds, 1);
    Arrays.fill(weights, 0.125);
    GaussianMixtureFlow eight = GaussianMixtureFlow.isotropic(weights, means, sds, 1);
    ClosedFormRefit.Result result = refit(table(400, 2, 12, 5), Optional.of(eight)).orElseThrow();
    GaussianMixtureFlow found = (GaussianMixtureFlow) result.near().orElseThrow();
    assertTrue(found.components() < 8, found.components() + " components");
  }

  @Test
  void foldsWithoutAColumnThatVariesEndNothing() {
    double[] values = new double[120];
    Arrays.fill(values, 1);
    values[118] = 2;
    values[119] = 3;
    Table table = Table.of(List.of("a", "b"), values);
    assertTrue(refit(table, Optional.empty()).isEmpty());
  }

  @Test
  void equalRowsAreHeldOutTogether() {
    double[] half = rows(150, 3, 0, 7);
    double[] twice = Arrays.copyOf(half, 2 * half.length);
    System.arraycopy(half, 0, twice, half.length, half.length);
    ClosedFormRefit.Result result =
        refit(Table.of(List.of("a", "b", "c"), twice), Optional.empty()).orElseThrow();
    assertArrayEquals(
        Arrays.copyOf(result.heldOut(), 150), Arrays.copyOfRange(result.heldOut(), 150, 300), 1e-9);
  }

  @Test
  void aBetterModelStays() {
    Table table = table(300, 4, 0, 8);
    FitData data = FitData.of(table, FitOptions.DEFAULT);
    ClosedFormRefit.Result result =
        ClosedFormRefit.of(table, FitOptions.DEFAULT, data, Optional.empty(), session())
            .orElseThrow();
    int[] rows = data.calibrationIndex();
    double[] same = Arrays.stream(rows).mapToDouble(r -> result.heldOutSpread()[r]).toArray();
    double[] better = new double[same.length];
    Arrays.setAll(better, i -> same[i] + 1 + 0.1 * (i % 3));
    assertTrue(result.replaces(rows, Arrays.stream(same).map(v -> v - 0.1).toArray()));
    assertFalse(result.replaces(rows, better));
  }

  @Test
  void aPeakInTheMiddlesOfCellsGainsNothing() {
    SplittableRandom random = new SplittableRandom(4);
    double[] flags = random.doubles(400).map(u -> u < 0.3 ? 1 : 0).toArray();
    ClosedFormRefit.Result result =
        refit(Table.of(List.of("flag"), flags), Optional.empty()).orElseThrow();
    double[] spread = result.spread(new int[] {0, 1, 2});
    for (int i = 0; i < 3; i++) {
      assertTrue(spread[i] != flags[i] && Math.abs(spread[i] - flags[i]) <= 0.5, "row " + i);
    }
    // -(.3 ln .3 + .7 ln .7), whatever the shape within the cells.
    double mean = Arrays.stream(result.heldOutSpread()).average().orElseThrow();
    assertEquals(-0.61, mean, 0.06);
  }

  @Test
  void manyRowsAreNot() {
    assertTrue(refit(table(ClosedFormRefit.MOST_ROWS + 1, 2, 0, 9), Optional.empty()).isEmpty());
  }
}
