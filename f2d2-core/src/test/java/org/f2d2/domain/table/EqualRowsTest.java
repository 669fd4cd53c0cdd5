package org.f2d2.domain.table;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.f2d2.data.Table;
import org.junit.jupiter.api.Test;

class EqualRowsTest {

  /** A flag and a continuous column; row r repeats the row that {@code original} names. */
  private static Table table(int rows, IntUnaryOperator original) {
    SplittableRandom random = new SplittableRandom(1);
    double[] drawn = new double[2 * rows];
    for (int r = 0; r < rows; r++) {
      drawn[2 * r] = random.nextInt(2);
      drawn[2 * r + 1] = random.nextGaussian();
    }
    double[] values = new double[2 * rows];
    for (int r = 0; r < rows; r++) {
      int from = original.applyAsInt(r);
      values[2 * r] = drawn[2 * from];
      values[2 * r + 1] = drawn[2 * from + 1];
    }
    return Table.of(List.of("flag", "real"), values);
  }

  private static int[] eachItsOwn(int rows) {
    return IntStream.range(0, rows).toArray();
  }

  @Test
  void copiesFormGroups() {
    EqualRows equal = EqualRows.of(table(600, r -> r % 200));
    assertArrayEquals(IntStream.range(0, 600).map(r -> r % 200).toArray(), equal.group());
    assertEquals(400, equal.repeats());
  }

  @Test
  void copiesInASmallTableFormGroupsAsWell() {
    // Two of 80 rows are more than the share of a frequent row, and copies all the same.
    EqualRows equal = EqualRows.of(table(80, r -> r % 40));
    assertArrayEquals(IntStream.range(0, 80).map(r -> r % 40).toArray(), equal.group());
    assertEquals(40, equal.repeats());
  }

  @Test
  void rowsThatDifferInOneColumnAreNotEqual() {
    double[] values = table(500, r -> r % 250).values();
    for (int r = 250; r < 500; r++) {
      values[2 * r] = 1 - values[2 * r];
    }
    EqualRows equal = EqualRows.of(Table.of(List.of("flag", "real"), values));
    assertArrayEquals(eachItsOwn(500), equal.group());
    assertEquals(0, equal.repeats());
  }

  @Test
  void equalRowsOfAFewLevelsAreNoCopies() {
    SplittableRandom random = new SplittableRandom(2);
    double[] values = new double[2000];
    for (int i = 0; i < values.length; i++) {
      values[i] = i % 2 == 0 ? random.nextInt(2) : random.nextInt(30);
    }
    EqualRows equal = EqualRows.of(Table.of(List.of("flag", "count"), values));
    assertArrayEquals(eachItsOwn(1000), equal.group());
    assertEquals(0, equal.repeats());
  }

  @Test
  void aTableOfFewRowsManyTimesIsCopies() {
    for (int different : new int[] {20, 30, 49}) {
      EqualRows equal = EqualRows.of(table(600, r -> r % different));
      assertArrayEquals(IntStream.range(0, 600).map(r -> r % different).toArray(), equal.group());
    }
  }

  @Test
  void aFewRowsThatAreTheDistributionAreDivided() {
    EqualRows equal = EqualRows.of(table(600, r -> r % 3));
    assertArrayEquals(eachItsOwn(600), equal.group());
  }

  @Test
  void theZerosOfASmallTableAreDivided() {
    EqualRows equal = EqualRows.of(table(200, r -> r < 170 ? 0 : r));
    for (int r = 0; r < 170; r++) {
      assertEquals(r, equal.group()[r]);
    }
  }

  @Test
  void oneFrequentRowIsDivided() {
    // A tenth of the rows are one row; of the others, each occurs three times.
    EqualRows equal = EqualRows.of(table(1000, r -> r < 100 ? 0 : 100 + r % 300));
    for (int r = 0; r < 100; r++) {
      assertEquals(r, equal.group()[r]);
    }
    assertEquals(equal.group()[110], equal.group()[410]);
    assertEquals(equal.group()[110], equal.group()[710]);
    assertNotEquals(equal.group()[110], equal.group()[411]);
  }

  @Test
  void aFewRepeatsDoNoHarm() {
    EqualRows equal = EqualRows.of(table(1000, r -> r < 996 ? r : r - 500));
    assertArrayEquals(eachItsOwn(1000), equal.group());
    assertEquals(0, equal.repeats());
  }

  @Test
  void bothZerosAreOne() {
    double[] values = table(400, r -> r % 200).values();
    for (int r = 0; r < 400; r++) {
      values[2 * r] = r < 200 ? 0.0 : -0.0;
    }
    assertEquals(200, EqualRows.of(Table.of(List.of("zero", "real"), values)).repeats());
  }
}
