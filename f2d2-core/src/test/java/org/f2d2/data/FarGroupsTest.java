package org.f2d2.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.f2d2.domain.table.PreprocessingFit;
import org.f2d2.error.F2d2Exception;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which rows fall into groups of their own, and what the chain then does. */
class FarGroupsTest {
  private static final int ROWS = 4000;

  private static Table column(ToDoubleFunction<SplittableRandom> law) {
    SplittableRandom random = new SplittableRandom(8);
    double[] values = new double[ROWS];
    Arrays.setAll(values, r -> law.applyAsDouble(random));
    return Table.of(List.of("x"), values);
  }

  private static Table pairs(Function<SplittableRandom, double[]> law) {
    SplittableRandom random = new SplittableRandom(9);
    double[] values = new double[2 * ROWS];
    for (int r = 0; r < ROWS; r++) {
      System.arraycopy(law.apply(random), 0, values, 2 * r, 2);
    }
    return Table.of(List.of("x", "y"), values);
  }

  private static Preprocessing fit(Table table, Decorrelation decorrelation) {
    return PreprocessingFit.fit(
        table,
        PreprocessingOptions.defaults().withDecorrelation(decorrelation),
        new SplittableRandom(77));
  }

  private static int groups(Table table) {
    return fit(table, Decorrelation.ZCA).groups();
  }

  private static Table twoFar(double distance, double share) {
    return pairs(
        random -> {
          double far = random.nextDouble() < share ? distance : 0;
          double shared = random.nextGaussian();
          return new double[] {far + shared, -2 * far + 0.5 * (shared + random.nextGaussian())};
        });
  }

  @Test
  void ordinaryColumnsAreOneGroup() {
    assertEquals(0, groups(column(r -> r.nextGaussian())), "normal");
    assertEquals(0, groups(column(r -> r.nextDouble())), "uniform");
    assertEquals(0, groups(column(r -> Math.exp(2 * r.nextGaussian()))), "lognormal");
    assertEquals(
        0,
        groups(column(r -> r.nextGaussian() / Math.sqrt(-Math.log(1 - r.nextDouble())))),
        "t with 2 degrees of freedom");
    assertEquals(
        0,
        groups(column(r -> (r.nextBoolean() ? 3 : -3) + r.nextGaussian())),
        "two modes that touch");
    assertEquals(
        0,
        groups(column(r -> (r.nextInt(100) == 0 ? 1e4 : 1) * r.nextGaussian())),
        "scattered outliers");
    assertEquals(0, groups(column(r -> r.nextBoolean() ? 1e6 : 0)), "two values");
    assertEquals(0, groups(column(r -> r.nextInt(20) == 0 ? 99_999 : r.nextInt(100))), "a filler");
    assertEquals(0, groups(column(r -> 1000 * r.nextInt(2) + r.nextInt(10))), "levels in a table");
  }

  /** Tails that are long, and outliers that are far from each other too, at any number of rows. */
  @ParameterizedTest
  @ValueSource(ints = {40, 300, 2000})
  void longTailsAreNeverCut(int rows) {
    Map<String, ToDoubleFunction<SplittableRandom>> laws =
        Map.of(
            "normal", r -> r.nextGaussian(),
            "exponential", r -> -Math.log(1 - r.nextDouble()),
            "lognormal", r -> Math.exp(4 * r.nextGaussian()),
            "Cauchy", r -> Math.tan(Math.PI * (r.nextDouble() - 0.5)),
            "Pareto of index 1/2", r -> 1 / Math.pow(1 - r.nextDouble(), 2),
            "outliers", r -> (r.nextInt(50) == 0 ? 1e8 : 1) * r.nextGaussian());
    laws.forEach(
        (name, law) -> {
          for (int seed = 0; seed < 100; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            double[] values = new double[rows];
            Arrays.setAll(values, r -> law.applyAsDouble(random));
            assertEquals(0, groups(Table.of(List.of("x"), values)), name + ", seed " + seed);
          }
        });
  }

  @Test
  void aFewRowsFarFromTheOthersAreAGroup() {
    for (int far : new int[] {9, 10, 18}) {
      SplittableRandom random = new SplittableRandom(far);
      double[] values = new double[2000];
      Arrays.setAll(values, r -> (r < far ? 1e6 : 0) + random.nextGaussian());
      assertEquals(far < 10 ? 0 : 2, groups(Table.of(List.of("x"), values)), far + " rows");
    }
  }

  @Test
  void ordinaryPairsAreOneGroup() {
    Table ring =
        pairs(
            r -> {
              double angle = 2 * Math.PI * r.nextDouble();
              double radius = 1 + 0.01 * r.nextGaussian();
              return new double[] {radius * Math.cos(angle), radius * Math.sin(angle)};
            });
    assertEquals(0, groups(ring), "ring");
    Table checkerboard =
        pairs(
            r -> {
              int i = r.nextInt(4);
              int j = 2 * r.nextInt(2) + i % 2;
              return new double[] {i + r.nextDouble(), j + r.nextDouble()};
            });
    assertEquals(0, groups(checkerboard), "checkerboard");
  }

  @ParameterizedTest
  @ValueSource(doubles = {200, 1e3, 1e6, 1e9})
  void clustersThatAreFarApartAreGroups(double distance) {
    for (double share : new double[] {0.5, 0.02}) {
      Table one = column(r -> (r.nextDouble() < share ? distance : 0) + r.nextGaussian());
      assertEquals(2, groups(one), "one column, share " + share);
      assertEquals(2, groups(twoFar(distance, share)), "two columns, share " + share);
    }
    assertEquals(5, groups(column(r -> distance * r.nextInt(5) + r.nextGaussian())));
    Table corners =
        pairs(
            r ->
                new double[] {
                  distance * r.nextInt(2) + r.nextGaussian(),
                  distance * r.nextInt(3) + r.nextGaussian()
                });
    assertEquals(6, groups(corners));
    Table rounded = column(r -> Math.rint(10 * (distance * r.nextInt(2) + 40 * r.nextGaussian())));
    assertEquals(distance < 1e3 ? 0 : 2, groups(rounded));
  }

  @Test
  void aColumnThatWouldBeConstantInAGroupIsNotCut() {
    Table table =
        pairs(
            r -> {
              boolean far = r.nextBoolean();
              return new double[] {
                (far ? 1e6 : 0) + r.nextGaussian(), far ? r.nextGaussian() : 0.3 + 1e-17
              };
            });
    assertEquals(0, fit(table, Decorrelation.NONE).groups());
  }

  @ParameterizedTest
  @EnumSource(Decorrelation.class)
  void rowsOfAGroupAreStandardAndComeBack(Decorrelation decorrelation) {
    Table table = twoFar(1e6, 0.25);
    Preprocessing chain = fit(table, decorrelation);
    assertEquals(decorrelation, chain.decorrelation());
    assertEquals(4, chain.modelDimensions());
    assertEquals(2, chain.conditions());
    assertFalse(chain.hasClasses());
    assertFalse(chain.canDepart());
    double[] x = table.values();
    double[] y = chain.forward(x);
    assertArrayEquals(y, chain.map(x).rows());
    double[] squares = new double[2];
    for (int r = 0; r < ROWS; r++) {
      assertEquals(1, y[4 * r + 2] + y[4 * r + 3]);
      squares[0] += y[4 * r] * y[4 * r] / ROWS;
      squares[1] += y[4 * r + 1] * y[4 * r + 1] / ROWS;
    }
    assertArrayEquals(new double[] {1, 1}, squares, 0.01);
    assertArrayEquals(x, chain.inverse(y), 1e-6);
    // Rows that no group has, a hundred standard deviations off among them.
    double[] odd = {100, 0, 1e6, 1e6, 5e5, -1e6, -1e9, 4e6};
    assertArrayEquals(odd, chain.inverseWithoutRounding(chain.forward(odd)), 1e-3);
    double[] drawn = chain.drawConditions(8000, Optional.empty(), new SplittableRandom(1));
    double far = 0;
    int farGroup = chain.forward(new double[] {1e6, -2e6})[2] == 1 ? 0 : 1;
    for (int r = 0; r < 8000; r++) {
      assertEquals(1, drawn[2 * r] + drawn[2 * r + 1]);
      far += drawn[2 * r + farGroup] / 8000;
    }
    assertEquals(0.25, far, 0.03);
  }

  @ParameterizedTest
  @EnumSource(Decorrelation.class)
  void logDeterminantIsThatOfTheJacobianAndTheShareOfTheGroup(Decorrelation decorrelation) {
    Table table = twoFar(1e3, 0.25);
    Preprocessing chain = fit(table, decorrelation);
    double h = 1e-4;
    for (int r = 0; r < 40; r++) {
      double[] row = table.rows(new int[] {r}).values();
      double[][] slopes = new double[2][];
      for (int c = 0; c < 2; c++) {
        double[] up = row.clone();
        double[] down = row.clone();
        up[c] += h;
        down[c] -= h;
        double[] above = chain.forward(up);
        double[] below = chain.forward(down);
        slopes[c] = new double[] {(above[0] - below[0]) / (2 * h), (above[1] - below[1]) / (2 * h)};
      }
      double determinant = slopes[0][0] * slopes[1][1] - slopes[0][1] * slopes[1][0];
      double share = Math.log(row[0] > 500 ? 0.25 : 0.75);
      assertEquals(share + Math.log(Math.abs(determinant)), chain.logAbsDeterminant(row)[0], 0.05);
    }
  }

  /** Standard normal in each group's model space is a density of the column. */
  @Test
  void theDensityIntegratesToOne() {
    Preprocessing chain =
        fit(column(r -> (r.nextInt(50) == 0 ? 1e3 : 0) + r.nextGaussian()), Decorrelation.NONE);
    assertEquals(2, chain.groups());
    int n = 400_000;
    double[] x = new double[n];
    Arrays.setAll(x, i -> -50 + 1100 * (i + 0.5) / n);
    Preprocessing.Mapped mapped = chain.map(x);
    double integral = 0;
    for (int i = 0; i < n; i++) {
      integral +=
          1100.0
              / n
              * Math.exp(
                  NormalDistribution.logDensity(mapped.rows()[3 * i])
                      + mapped.logAbsDeterminant()[i]);
    }
    assertEquals(1, integral, 1e-6);
  }

  @Test
  void theStoredFormIsReadBackAndAbsentWithoutGroups() throws JsonProcessingException {
    ObjectMapper json = new ObjectMapper();
    Table table = twoFar(1e6, 0.25);
    Preprocessing chain = fit(table, Decorrelation.ZCA);
    String text = json.writeValueAsString(chain);
    Preprocessing read = json.readValue(text, Preprocessing.class);
    assertArrayEquals(chain.map(table.values()).rows(), read.map(table.values()).rows());
    assertArrayEquals(
        chain.logAbsDeterminant(table.values()), read.logAbsDeterminant(table.values()));
    String plain = json.writeValueAsString(fit(column(r -> r.nextGaussian()), Decorrelation.ZCA));
    assertFalse(plain.contains("groups"), plain);
    assertEquals(0, json.readValue(plain, Preprocessing.class).groups());
    String damaged = text.replace("\"column\":0", "\"column\":7");
    assertTrue(
        assertThrows(
                    JsonProcessingException.class,
                    () -> json.readValue(damaged, Preprocessing.class))
                .getCause()
            instanceof F2d2Exception);
  }

  @Test
  void classesKeepTheRowsTogether() {
    Table two = twoFar(1e6, 0.25);
    double[] values = new double[3 * ROWS];
    for (int r = 0; r < ROWS; r++) {
      values[3 * r] = two.values()[2 * r];
      values[3 * r + 1] = r % 2;
      values[3 * r + 2] = two.values()[2 * r + 1];
    }
    Preprocessing chain =
        PreprocessingFit.fit(
            Table.of(List.of("x", "class", "y"), values),
            PreprocessingOptions.defaults().withConditions(List.of("class")),
            new SplittableRandom(1));
    assertEquals(0, chain.groups());
    assertTrue(chain.hasClasses());
  }
}
