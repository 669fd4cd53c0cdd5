package org.f2d2.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.f2d2.domain.table.PreprocessingFit;
import org.f2d2.error.F2d2Exception;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PreprocessingTest {
  private static final int ROWS = 2000;

  /** Normal, long-tailed, whole-number, tenths, constant and bimodal columns, partly correlated. */
  private static Table mixed(long seed) {
    Random random = new Random(seed);
    double[] values = new double[ROWS * 6];
    for (int r = 0; r < ROWS; r++) {
      double shared = random.nextGaussian();
      double chi = Math.pow(random.nextGaussian(), 2) + Math.pow(random.nextGaussian(), 2);
      values[r * 6] = 1e6 + 250 * (shared + 0.3 * random.nextGaussian());
      values[r * 6 + 1] = 1e-3 * random.nextGaussian() / Math.sqrt(chi / 2);
      values[r * 6 + 2] = Math.rint(20 + 4 * (shared + random.nextGaussian()));
      values[r * 6 + 3] = Math.rint(10 * (5 + random.nextGaussian())) / 10;
      values[r * 6 + 4] = 0.1;
      values[r * 6 + 5] = (random.nextBoolean() ? 3 : -3) + random.nextGaussian();
    }
    return Table.of(List.of("normal", "tail", "whole", "tenths", "fixed", "modes"), values);
  }

  private static Preprocessing fit(Table table, Decorrelation decorrelation) {
    return PreprocessingFit.fit(
        table, PreprocessingOptions.defaults().withDecorrelation(decorrelation), new Random(77));
  }

  private static Lattice withoutRange(Preprocessing chain, int column) {
    Lattice lattice = ((ColumnTransform.Modelled) chain.transforms().get(column)).lattice().get(0);
    return new Lattice(lattice.offset(), lattice.spacing());
  }

  @Test
  void sortsTheColumnsByKind() {
    for (long seed = 1; seed <= 3; seed++) {
      Preprocessing chain = fit(mixed(seed), Decorrelation.NONE);
      assertEquals(5, chain.modelDimensions());
      assertEquals(0, modelled(chain, 0).tail());
      assertTrue(modelled(chain, 1).tail() > 0);
      assertEquals(new Lattice(0, 1), withoutRange(chain, 2));
      assertEquals(new Lattice(0, 0.1), withoutRange(chain, 3));
      assertInstanceOf(ColumnTransform.Constant.class, chain.transforms().get(4));
      assertEquals(0, modelled(chain, 5).tail());
      assertEquals(
          List.of(
              "column 'fixed' has the value 0.1 in every training row; it is set aside, and a row"
                  + " with another value is an error"),
          chain.warnings());
    }
  }

  private static TailedColumn modelled(Preprocessing chain, int column) {
    return (TailedColumn) chain.transforms().get(column);
  }

  @ParameterizedTest
  @EnumSource(Decorrelation.class)
  void trainingRowsHaveMeanZeroAndVarianceOne(Decorrelation decorrelation) {
    Table table = mixed(1);
    Preprocessing chain = fit(table, decorrelation);
    double[] y = chain.forward(table.values(), new Random(77));
    int d = chain.modelDimensions();
    for (int i = 0; i < d; i++) {
      for (int j = 0; j <= i; j++) {
        double mean = 0;
        double product = 0;
        for (int r = 0; r < ROWS; r++) {
          mean += y[r * d + i] / ROWS;
          product += y[r * d + i] * y[r * d + j] / ROWS;
        }
        // The noise of the cells differs from the fit's, hence not to the last digit.
        assertEquals(0, mean, 0.01);
        if (i == j || decorrelation == Decorrelation.ZCA) {
          assertEquals(i == j ? 1 : 0, product, 0.02, i + "," + j);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Decorrelation.class)
  void inverseUndoesForward(Decorrelation decorrelation) {
    for (long seed = 1; seed <= 3; seed++) {
      Table table = mixed(seed);
      Preprocessing chain = fit(table, decorrelation);
      double[] x = table.values();
      assertClose(x, chain.inverseWithoutRounding(chain.forward(x)));
      double[] spread = chain.inverse(chain.forward(x, new Random(seed)));
      for (int r = 0; r < ROWS; r++) {
        assertEquals(x[r * 6 + 2], spread[r * 6 + 2]);
        assertEquals(x[r * 6 + 3], spread[r * 6 + 3]);
        assertEquals(0.1, spread[r * 6 + 4]);
      }
    }
  }

  private static void assertClose(double[] expected, double[] actual) {
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], actual[i], 1e-9 * (1e-3 + Math.abs(expected[i])), "value " + i);
    }
  }

  @ParameterizedTest
  @EnumSource(Decorrelation.class)
  void logDeterminantIsThatOfTheJacobianByDifferences(Decorrelation decorrelation) {
    for (long seed = 1; seed <= 3; seed++) {
      Table table = mixed(seed);
      Preprocessing chain = fit(table, decorrelation);
      for (int r = 0; r < 40; r++) {
        double[] row = table.rows(new int[] {r}).values();
        assertEquals(
            logDeterminantByDifferences(chain, row), chain.logAbsDeterminant(row)[0], 2e-5);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Decorrelation.class)
  void logDeterminantHoldsBeyondTheGuardToo(Decorrelation decorrelation) {
    Preprocessing chain = fit(mixed(1), decorrelation);
    double[] row = {4e6, 5, 1e5, -3e4, 0.1, 4e3};
    assertTrue(Math.abs(chain.forward(row)[0]) > RangeGuard.EDGE);
    assertEquals(logDeterminantByDifferences(chain, row), chain.logAbsDeterminant(row)[0], 2e-5);
    assertClose(row, chain.inverseWithoutRounding(chain.forward(row)));
  }

  private static double logDeterminantByDifferences(Preprocessing chain, double[] row) {
    int d = chain.modelDimensions();
    double[] matrix = new double[d * d];
    double[] steps = new double[d];
    for (int j = 0, c = 0; c < row.length; c++) {
      if (chain.transforms().get(c) instanceof TailedColumn transform) {
        // A ten-thousandth of a model unit, whatever the unit of the column.
        double h = 1e-4 * Math.exp(-transform.logSlope(row[c]));
        double[] up = row.clone();
        double[] down = row.clone();
        up[c] += h;
        down[c] -= h;
        double[] above = chain.forward(up);
        double[] below = chain.forward(down);
        steps[j] = up[c] - down[c];
        for (int i = 0; i < d; i++) {
          matrix[i * d + j] = (above[i] - below[i]) / 2e-4;
        }
        steps[j] = Math.log(2e-4 / steps[j]);
        j++;
      }
    }
    double log = 0;
    for (double step : steps) {
      log += step;
    }
    return log + logAbsDeterminant(matrix, d);
  }

  /** Gaussian elimination with pivots. */
  private static double logAbsDeterminant(double[] a, int d) {
    double log = 0;
    for (int k = 0; k < d; k++) {
      int pivot = k;
      for (int i = k + 1; i < d; i++) {
        pivot = Math.abs(a[i * d + k]) > Math.abs(a[pivot * d + k]) ? i : pivot;
      }
      for (int j = 0; j < d; j++) {
        double swap = a[k * d + j];
        a[k * d + j] = a[pivot * d + j];
        a[pivot * d + j] = swap;
      }
      log += Math.log(Math.abs(a[k * d + k]));
      for (int i = k + 1; i < d; i++) {
        double factor = a[i * d + k] / a[k * d + k];
        for (int j = k; j < d; j++) {
          a[i * d + j] -= factor * a[k * d + j];
        }
      }
    }
    return log;
  }

  /**
   * In input units the density must integrate to 1 over input units: a standard normal in model
   * space is a density of the column whatever the transform.
   */
  @Test
  void densityInInputUnitsIntegratesToOne() {
    Random random = new Random(4);
    double[] values = new double[3000];
    for (int i = 0; i < values.length; i++) {
      values[i] = 40 + 7 * random.nextGaussian() / Math.sqrt(-Math.log(random.nextDouble()));
    }
    Preprocessing chain = fit(Table.of(List.of("x"), values), Decorrelation.NONE);
    assertTrue(modelled(chain, 0).tail() > 0);
    double integral = 0;
    int n = 200_000;
    double low = chain.inverseWithoutRounding(new double[] {-8})[0];
    double high = chain.inverseWithoutRounding(new double[] {8})[0];
    double[] x = new double[n];
    for (int i = 0; i < n; i++) {
      x[i] = low + (i + 0.5) * (high - low) / n;
    }
    double[] y = chain.forward(x);
    double[] slopes = chain.logAbsDeterminant(x);
    for (int i = 0; i < n; i++) {
      double logNormal = -0.5 * y[i] * y[i] - 0.5 * Math.log(2 * Math.PI);
      integral += Math.exp(logNormal + slopes[i]) * (high - low) / n;
    }
    assertEquals(1, integral, 1e-6);
  }

  @Test
  void aUniformLatticeHasTheProbabilityOfAValueOverTheSpacing() {
    double[] values = IntStream.range(0, 4000).mapToDouble(i -> i % 40).toArray();
    Preprocessing chain = fit(Table.of(List.of("k"), values), Decorrelation.NONE);
    assertInstanceOf(LevelQuantile.class, chain.transforms().get(0));
    double[] rows = {7, 30};
    double[] slopes = chain.logAbsDeterminant(rows);
    double[] y = chain.forward(rows);
    for (int r = 0; r < 2; r++) {
      // Under the normal law that the column is taken to, each of 40 equal cells has its share.
      double logDensity = slopes[r] - 0.5 * y[r] * y[r] - 0.5 * Math.log(2 * Math.PI);
      assertEquals(-Math.log(40), logDensity, 0.002);
    }
  }

  @Test
  void everyFiniteInputGivesAFiniteModelValueAndOrderIsKept() {
    double[] sizes = {0, 1e-300, 1e-9, 1, 1e3, 1e9, 1e30, 1e150, 1e300, Double.MAX_VALUE};
    for (Decorrelation decorrelation : Decorrelation.values()) {
      Preprocessing chain = fit(mixed(2), decorrelation);
      for (int c = 0; c < 6; c++) {
        double before = Double.NEGATIVE_INFINITY;
        for (int s = 1 - sizes.length; s < sizes.length; s++) {
          double[] row = {1e6, 0, 20, 5, 0.1, 1};
          row[c] = s < 0 ? -sizes[-s] : sizes[s];
          double[] y = chain.forward(row);
          for (double value : y) {
            assertTrue(Math.abs(value) <= 4e5, "column " + c + " at " + row[c] + ": " + value);
            assertTrue(Float.isFinite((float) value * (float) value));
          }
          assertTrue(Double.isFinite(chain.logAbsDeterminant(row)[0]));
          for (double value : chain.inverse(y)) {
            assertTrue(Double.isFinite(value));
          }
          if (c != 4 && decorrelation == Decorrelation.NONE) {
            double own = y[c < 4 ? c : c - 1];
            assertTrue(own >= before);
            before = own;
          }
        }
      }
      for (double value : chain.inverse(new double[] {1e30, -1e30, 1e9, -1e9, 700})) {
        assertTrue(Double.isFinite(value));
      }
    }
  }

  @Test
  void nanStaysNan() {
    Preprocessing chain = fit(mixed(2), Decorrelation.NONE);
    double[] y = chain.forward(new double[] {1e6, Double.NaN, 20, 5, 0.1, 1});
    assertTrue(Double.isNaN(y[1]));
    assertFalse(Double.isNaN(y[0]));
  }

  @Test
  void namesTheColumnThatDepartsFromItsConstant() {
    Preprocessing chain = fit(mixed(1), Decorrelation.NONE);
    double[] rows = mixed(1).rows(new int[] {0, 1, 2, 3}).values();
    rows[6 + 4] = 0.2;
    rows[12 + 4] = (float) 0.1;
    rows[18 + 4] = Double.NaN;
    assertEquals(Optional.empty(), chain.departure(rows, 0));
    Optional<String> why =
        Optional.of("column fixed differs from its only value in the training data");
    assertEquals(why, chain.departure(rows, 1));
    assertEquals(Optional.empty(), chain.departure(rows, 2));
    assertEquals(why, chain.departure(rows, 3));
  }

  @Test
  void wholeConstantsAreComparedExactly() {
    for (double value : new double[] {1_000_000, 1_700_000_000_000.0, 0, -3, 0x1p53, 1e300}) {
      ColumnTransform.Constant constant = new ColumnTransform.Constant("c", value);
      assertFalse(constant.departs(value));
      assertTrue(constant.departs(value + Math.max(1, Math.ulp(value))), () -> "above " + value);
      assertTrue(constant.departs(value - Math.max(1, Math.ulp(value))), () -> "below " + value);
      assertTrue(constant.departs(value * (1 + 1e-9) + 1e-9), () -> "a little off " + value);
    }
    assertFalse(new ColumnTransform.Constant("c", 0).departs(-0.0));
  }

  @Test
  void aFractionMayHaveBeenRoundedOnItsWay() {
    ColumnTransform.Constant constant = new ColumnTransform.Constant("c", 0.3);
    assertFalse(constant.departs(0.1 + 0.2));
    assertFalse(constant.departs(0.3f));
    assertTrue(constant.departs(0.3000002));
    assertTrue(constant.departs(0.29999999));
    ColumnTransform.Constant single = new ColumnTransform.Constant("c", 0.3f);
    assertFalse(single.departs(0.3));
  }

  @Test
  void longWholeNumbersStayApart() {
    double[] values = new double[1000];
    // As many different numbers as rows are no lattice, wherever they begin.
    Arrays.setAll(values, r -> 9007199254740992.0 - r);
    Preprocessing chain = fit(Table.of(List.of("id"), values), Decorrelation.NONE);
    assertEquals(List.of(), modelled(chain, 0).lattice());
    double[] two = new double[100];
    Arrays.setAll(two, r -> 9007199254740991.0 - r % 2);
    assertEquals(
        new Lattice(0, 1).within(9007199254740990.0, 9007199254740991.0),
        ((ColumnTransform.Modelled)
                fit(Table.of(List.of("id"), two), Decorrelation.NONE).transforms().get(0))
            .lattice()
            .get(0));
  }

  @Test
  void aNarrowColumnFarFromZeroIsNotConstant() {
    SplittableRandom random = new SplittableRandom(3);
    for (double far : new double[] {1e15, 1e16, -1e14, 1e12}) {
      double[] values = new double[2000];
      Arrays.setAll(values, r -> far + 10 * random.nextGaussian());
      Preprocessing chain = fit(Table.of(List.of("x"), values), Decorrelation.NONE);
      TailedColumn column = modelled(chain, 0);
      assertEquals(10, column.scale(), 1.5, () -> "scale at " + far);
      // What the model sees of the values is all that they say.
      double mean = 0;
      for (double y : chain.forward(values)) {
        mean += y / values.length;
      }
      assertEquals(0, mean, 0.05);
      for (Lattice lattice : column.lattice()) {
        assertTrue(lattice.spacing() <= 2 * Math.ulp(far), lattice.toString());
      }
    }
  }

  @Test
  void roundingAloneDoesNotMakeAColumn() {
    double[] sums = new double[100];
    Arrays.setAll(sums, r -> r % 3 == 0 ? 0.3 : 0.1 + 0.2);
    Table table = Table.of(List.of("x", "y"), new double[200]);
    double[] cells = table.values().clone();
    for (int r = 0; r < 100; r++) {
      cells[2 * r] = sums[r];
      cells[2 * r + 1] = r;
    }
    Preprocessing chain = fit(Table.of(List.of("x", "y"), cells), Decorrelation.NONE);
    assertInstanceOf(ColumnTransform.Constant.class, chain.transforms().get(0));
  }

  private static Preprocessing withClasses(Table table) {
    return PreprocessingFit.fit(
        table,
        PreprocessingOptions.defaults().withConditions(List.of("class")),
        new SplittableRandom(1));
  }

  private static Table classes() {
    SplittableRandom random = new SplittableRandom(5);
    double[] values = new double[3 * 400];
    for (int r = 0; r < 400; r++) {
      values[3 * r] = random.nextGaussian();
      values[3 * r + 1] = r % 4 == 0 ? 7 : 2;
      values[3 * r + 2] = 5 + random.nextGaussian();
    }
    return Table.of(List.of("a", "class", "b"), values);
  }

  @Test
  void classesFollowTheModelledColumns() {
    Preprocessing chain = withClasses(classes());
    assertEquals(4, chain.modelDimensions());
    assertEquals(2, chain.conditions());
    assertTrue(chain.canDepart());
    double[] rows = {0.5, 7, 5, 0.5, 2, 5, 0.5, Double.NaN, 5};
    double[] y = chain.forward(rows);
    assertArrayEquals(new double[] {0, 1}, Arrays.copyOfRange(y, 2, 4));
    assertArrayEquals(new double[] {1, 0}, Arrays.copyOfRange(y, 6, 8));
    assertArrayEquals(new double[] {0, 0}, Arrays.copyOfRange(y, 10, 12));
    assertArrayEquals(y, chain.map(rows).rows());
    assertArrayEquals(rows, chain.inverse(y), 1e-12);
    double[] volume = chain.logAbsDeterminant(rows);
    assertEquals(volume[0], volume[1], 0);
    assertEquals(volume[0], volume[2], 0);
  }

  @Test
  void refusesClassesThatWereNotThere() {
    Preprocessing chain = withClasses(classes());
    double[] rows = {0.5, 3, 5, 0.5, 2, 5, 0.5, Double.NaN, 5};
    assertEquals(
        Optional.of("column class has a class that the training data do not have"),
        chain.departure(rows, 0));
    assertEquals(Optional.empty(), chain.departure(rows, 1));
    assertEquals(Optional.empty(), chain.departure(rows, 2));
    F2d2Exception wrong =
        assertThrows(
            F2d2Exception.class,
            () -> chain.drawConditions(1, Optional.of(3.0), new SplittableRandom(1)));
    assertTrue(wrong.getMessage().endsWith("no class 3; its classes are 2, 7"), wrong.getMessage());
    Table table = classes();
    assertThrows(
        F2d2Exception.class,
        () ->
            PreprocessingFit.fit(
                table,
                PreprocessingOptions.defaults().withConditions(List.of("kind")),
                new SplittableRandom(1)));
  }

  @Test
  void drawsClassesAsOftenAsTheyOccur() {
    Preprocessing chain = withClasses(classes());
    int n = 4000;
    double[] drawn = chain.drawConditions(n, Optional.empty(), new SplittableRandom(2));
    double ones = 0;
    for (int r = 0; r < n; r++) {
      assertEquals(1, drawn[2 * r] + drawn[2 * r + 1]);
      ones += drawn[2 * r + 1] / n;
    }
    // Four standard errors of a share of a quarter.
    assertEquals(0.25, ones, 0.028);
    assertArrayEquals(
        new double[] {0, 1, 0, 1},
        chain.drawConditions(2, Optional.of(7.0), new SplittableRandom(2)));
  }

  @Test
  void jsonKeepsClasses() throws Exception {
    ObjectMapper json = new ObjectMapper();
    Preprocessing chain = withClasses(classes());
    Preprocessing read = json.readValue(json.writeValueAsString(chain), Preprocessing.class);
    double[] rows = {0.5, 7, 5};
    assertArrayEquals(chain.forward(rows), read.forward(rows));
    assertEquals(chain.state(), read.state());
  }

  @ParameterizedTest
  @EnumSource(Decorrelation.class)
  void jsonKeepsEveryDigit(Decorrelation decorrelation) throws Exception {
    ObjectMapper json = new ObjectMapper();
    Table table = mixed(3);
    Preprocessing chain = fit(table, decorrelation);
    String text = json.writeValueAsString(chain);
    Preprocessing read = json.readValue(text, Preprocessing.class);
    assertEquals(text, json.writeValueAsString(read));
    assertArrayEquals(chain.forward(table.values()), read.forward(table.values()));
    assertArrayEquals(
        chain.logAbsDeterminant(table.values()), read.logAbsDeterminant(table.values()));
    assertEquals(chain.warnings(), read.warnings());
    assertEquals(decorrelation, read.decorrelation());
  }

  @Test
  void jsonHasStableKeys() throws Exception {
    String text =
        "{\"version\":1,\"columns\":[{\"kind\":\"constant\",\"name\":\"c\",\"value\":2.0},"
            + "{\"kind\":\"modelled\",\"name\":\"x\",\"lattice\":[{\"offset\":0.0,\"spacing\":0.5,\"range\":[]}],"
            + "\"median\":1.0,\"scale\":2.0,\"tail\":0.0,\"mean\":0.25,\"sd\":0.5}],"
            + "\"whitening\":[],\"warnings\":[\"w\"]}";
    ObjectMapper json = new ObjectMapper();
    Preprocessing chain = json.readValue(text, Preprocessing.class);
    assertEquals(text, json.writeValueAsString(chain));
    // y = ((x - 1)/2 - 0.25)/0.5 = x - 1.5
    assertArrayEquals(new double[] {2.5}, chain.forward(new double[] {2, 4}));
    assertArrayEquals(new double[] {0}, chain.logAbsDeterminant(new double[] {2, 4}));
    assertArrayEquals(new double[] {2, 4}, chain.inverse(new double[] {2.6}));
  }

  @Test
  void tailTransformHasItsClosedFormSlope() throws Exception {
    TailedColumn x = new TailedColumn("x", List.of(), 1, 2, 0.5, 0.25, 0.5);
    // z = 3, a z = 1.5: y = (asinh(1.5)/0.5 - 0.25)/0.5, dy/dx = 1/(sqrt(1 + 2.25) 2 0.5).
    double asinh = Math.log(1.5 + Math.sqrt(3.25));
    assertEquals((2 * asinh - 0.25) / 0.5, x.forward(7), 1e-14);
    assertEquals(-0.5 * Math.log(3.25), x.logSlope(7), 1e-14);
    assertEquals(7, x.inverse(x.forward(7)), 1e-12);
  }

  @Test
  void fallsBackToTheStandardDeviationWhereTheQuartilesCoincide() {
    double[] values = new double[1000];
    for (int i = 0; i < 100; i++) {
      values[i] = 1 + Math.sqrt(2 + i);
    }
    Preprocessing chain = fit(Table.of(List.of("x"), values), Decorrelation.NONE);
    double mean = 0;
    double squares = 0;
    for (double value : values) {
      mean += value / 1000;
      squares += value * value / 1000;
    }
    assertEquals(Math.sqrt(squares - mean * mean), modelled(chain, 0).scale(), 1e-9);
    assertEquals(
        List.of(
            "many training rows hold one and the same value of a continuous column, where a"
                + " density has no bound: 'x' (90.0 % at 0)"),
        chain.warnings());
  }

  @Test
  void optionsSwitchStepsOff() {
    Preprocessing plain =
        PreprocessingFit.fit(
            mixed(1), new PreprocessingOptions(false, false, Decorrelation.NONE), new Random(1));
    assertEquals(0, modelled(plain, 1).tail());
    assertEquals(List.of(), modelled(plain, 2).lattice());
  }

  @Test
  void refusesWhatCannotBeFitted() {
    Table one = Table.of(List.of("x"), new double[] {1});
    Table same = Table.of(List.of("x"), new double[] {1, 1});
    Table nan = Table.of(List.of("x"), new double[] {1, Double.NaN});
    Table huge = Table.of(List.of("x"), new double[] {1, 1e200, 3, 4});
    assertEquals(
        "1 training rows where at least 2 are needed to fit a column",
        assertThrows(F2d2Exception.class, () -> fit(one, Decorrelation.NONE)).getMessage());
    assertEquals(
        "every column is constant; there is nothing to model",
        assertThrows(F2d2Exception.class, () -> fit(same, Decorrelation.NONE)).getMessage());
    assertEquals(
        "training data: row 2, column 'x': NaN is not usable",
        assertThrows(F2d2Exception.class, () -> fit(nan, Decorrelation.NONE)).getMessage());
    assertEquals(
        "column 'x' holds training values beyond 1e100 or not finite",
        assertThrows(F2d2Exception.class, () -> fit(huge, Decorrelation.NONE)).getMessage());
    Preprocessing chain = fit(mixed(1), Decorrelation.NONE);
    assertThrows(F2d2Exception.class, () -> chain.forward(new double[7]));
    assertThrows(F2d2Exception.class, () -> chain.inverse(new double[6]));
  }
}
