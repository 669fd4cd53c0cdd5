package org.f2d2.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.f2d2.data.Table;
import org.junit.jupiter.api.Test;

class HeldOutRowsTest {

  private static final int N = 400;

  private static int[] all(HeldOutRows rows) {
    return IntStream.of(0, 1, 2)
        .flatMap(
            i ->
                Arrays.stream(
                    i == 0 ? rows.training() : i == 1 ? rows.selection() : rows.calibration()))
        .sorted()
        .toArray();
  }

  @Test
  void eachRowHasOnePurposeAndGroupsStayTogether() {
    int[] group = IntStream.range(0, N).map(r -> r / 4).toArray();
    double[] x = IntStream.of(group).mapToDouble(g -> g).toArray();
    HeldOutRows rows = HeldOutRows.of(Table.of(List.of("x"), x), group, List.of(), 1);
    assertArrayEquals(IntStream.range(0, N).toArray(), all(rows));
    for (int[] some : List.of(rows.training(), rows.selection(), rows.calibration())) {
      assertEquals(0, some.length % 4);
      assertEquals(some.length / 4, Arrays.stream(some).map(r -> r / 4).distinct().count());
    }
    assertEquals(N / 10, rows.selection().length);
    assertEquals(N / 10, rows.calibration().length);
  }

  // One row alone has the second class and one the flag: whatever the seed, both are learned from.
  @Test
  void whatIsRareIsNotHeldOut() {
    double[] values = new double[3 * N];
    for (int r = 0; r < N; r++) {
      values[3 * r] = r;
    }
    values[3 * 17 + 1] = 1;
    values[3 * 230 + 2] = 1;
    Table table = Table.of(List.of("x", "flag", "class"), values);
    int[] group = IntStream.range(0, N).toArray();
    for (int seed = 0; seed < 20; seed++) {
      HeldOutRows rows = HeldOutRows.of(table, group, List.of("class"), seed);
      assertTrue(Arrays.stream(rows.training()).anyMatch(r -> r == 17));
      assertTrue(Arrays.stream(rows.training()).anyMatch(r -> r == 230));
      assertArrayEquals(group, all(rows));
    }
  }
}
