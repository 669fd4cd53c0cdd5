package org.f2d2.lab.odd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import org.f2d2.error.F2d2Exception;
import org.f2d2.train.Budget;
import org.f2d2.train.FitOptions;
import org.junit.jupiter.api.Test;

class OddBenchmarkTest {

  private static final FitOptions QUICK = FitOptions.DEFAULT.with(new Budget.Steps(20)).withSeed(3);

  @Test
  void everyCaseMakesWholeFiniteRowsAndTheSameFromOneSeed() {
    HashSet<String> ids = new HashSet<>();
    for (OddCase odd : OddCase.all()) {
      assertTrue(ids.add(odd.id()), odd.id());
      Inputs inputs = odd.inputs().apply(1);
      assertEquals(0, inputs.training().length % inputs.dimensions(), odd.id());
      assertEquals(0, inputs.fresh().length % inputs.dimensions(), odd.id());
      for (double x : inputs.training()) {
        assertTrue(Double.isFinite(x), odd.id());
      }
      assertFalse(inputs.quantities().isEmpty(), odd.id());
      assertArrayEquals(inputs.training(), odd.inputs().apply(1).training(), odd.id());
    }
  }

  @Test
  void casesAreFoundByTheBeginningOfTheirName() {
    assertEquals(10, OddCase.of(List.of("clusters")).size());
    assertEquals(OddCase.all().size(), OddCase.of(List.of()).size());
    assertThrows(F2d2Exception.class, () -> OddCase.of(List.of("nothing")));
  }

  @Test
  void aBoundByTheCheapDensityIsItsOwnLessAMargin() {
    Quantity quantity = Quantity.meanAsCheap("", new double[] {1}, new double[1]);
    assertTrue(quantity.accepts(-1.01, -1));
    assertFalse(quantity.accepts(-1.1, -1));
    assertFalse(quantity.accepts(Double.NaN, -1));
    assertFalse(Quantity.equal("", 0, a -> 0).accepts(Double.NaN, 0));
  }

  @Test
  void measuresTheModelAndACheapDensity() {
    List<OddLine> heard = new ArrayList<>();
    OddCase odd = OddCase.of(List.of("columns-5")).get(0);
    List<OddLine> lines = OddBenchmark.run(odd, QUICK, heard::add);
    assertEquals(heard, lines);
    assertEquals(1, lines.size());
    OddLine line = lines.get(0);
    assertTrue(line.exact() > -30 && line.exact() < line.right() + 0.3, line.toString());
    assertTrue(line.cheap() > line.right() - 1.5, line.toString());
    assertEquals(line.cheap() - Quantity.CHEAP_MARGIN, line.low(), 1e-12);
    OddResults results = OddResults.of(0.1, lines);
    assertTrue(results.markdown().contains("of 1 within"), results.markdown());
    assertTrue(results.json().contains("\"cheap_name\""), results.json());
  }

  @Test
  void aRefusalIsALine() {
    // Fewer rows than any fit takes.
    OddCase odd =
        new OddCase(
            "small",
            "thirty rows",
            seed -> {
              double[] rows = new double[30];
              Arrays.setAll(rows, r -> Math.sqrt(r));
              return new Inputs(1, rows, rows, List.of(Quantity.equal("zero", 0, a -> 0)));
            });
    OddLine line = OddBenchmark.run(odd, QUICK, l -> {}).get(0);
    assertFalse(line.within());
    assertTrue(line.note().contains("60 rows"), line.note());
  }
}
