package org.f2d2.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.f2d2.domain.table.PreprocessingFit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The columns of real tables, where the folder is at hand: beside the checkout, or where {@code
 * -Df2d2.adbench=DIR} says.
 */
class AdBenchColumnsTest {
  private static Table normalRows(String name) {
    Path folder = Path.of(System.getProperty("f2d2.adbench", "../../shared/data/adbench"));
    assumeTrue(Files.isDirectory(folder), "no tables at " + folder);
    LabeledTable read = TableFile.read(folder.resolve(name + ".csv.gz"), "label");
    return read.table()
        .rows(
            IntStream.range(0, read.labels().size())
                .filter(r -> read.labels().get(r).equals("0"))
                .toArray());
  }

  private static Preprocessing fit(Table table, Decorrelation decorrelation) {
    return PreprocessingFit.fit(
        table, PreprocessingOptions.defaults().withDecorrelation(decorrelation), new Random(1));
  }

  private static String spacings(Preprocessing chain) {
    return chain.transforms().stream()
        .map(ColumnTransform.Modelled.class::cast)
        .map(c -> c.lattice().isEmpty() ? "-" : NumberText.plain(c.lattice().get(0).spacing()))
        .collect(Collectors.joining(" "));
  }

  @ParameterizedTest
  @CsvSource({
    // Two of shuttle's columns hold even numbers only.
    "shuttle, 1 1 1 1 2 1 1 1 2",
    "breastw, 1 1 1 1 1 1 1 1 1",
    "pima, 1 1 1 1 1 0.1 - 1",
    "annthyroid, 0.01 0.00001 0.0002 0.001 0.001 0.001",
    "vowels, - - - - - - - - - - - -",
    "pendigits, - - - - - - - - - - - - - - - -"
  })
  void findsTheSpacingsThatThePrintedValuesShow(String name, String expected) {
    assertEquals(expected, spacings(fit(normalRows(name), Decorrelation.NONE)));
  }

  @Test
  void findsWholeNumbersOverARangeOfWholeNumbers() {
    List<ColumnTransform> columns = fit(normalRows("thyroid"), Decorrelation.NONE).transforms();
    assertEquals(1 / 93.0, spacing(columns.get(0)), 1e-12); // years over 93
    assertEquals(1 / 213.0, spacing(columns.get(4)), 1e-9); // a thousandth over .213
    assertEquals(1 / 610.0, spacing(columns.get(5)), 1e-9);
  }

  private static double spacing(ColumnTransform column) {
    return ((ColumnTransform.Modelled) column).lattice().get(0).spacing();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "annthyroid",
        "breastw",
        "cardio",
        "mammography",
        "pendigits",
        "pima",
        "satellite",
        "shuttle",
        "thyroid",
        "vowels"
      })
  void everyTableGoesThereAndBack(String name) {
    Table table = normalRows(name);
    double[] x = table.values();
    for (Decorrelation decorrelation : Decorrelation.values()) {
      Preprocessing chain = fit(table, decorrelation);
      double[] y = chain.forward(x);
      double[] back = chain.inverseWithoutRounding(y);
      double[] slopes = chain.logAbsDeterminant(x);
      for (int i = 0; i < x.length; i++) {
        assertEquals(x[i], back[i], 1e-8 * (1 + Math.abs(x[i])), "value " + i);
      }
      for (double value : y) {
        assertTrue(Math.abs(value) < 50, "model value " + value);
      }
      for (double slope : slopes) {
        assertTrue(Double.isFinite(slope));
      }
    }
  }
}
