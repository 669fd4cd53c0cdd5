package org.f2d2.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Collections;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.f2d2.error.F2d2Exception;
import org.junit.jupiter.api.Test;

class SplitTest {
  @Test
  void everyRowIsInExactlyOnePart() {
    for (long seed = 0; seed < 20; seed++) {
      Split split = Split.of(101, .2, seed);
      assertEquals(20, split.heldOut().length);
      int[] all =
          IntStream.concat(Arrays.stream(split.train()), Arrays.stream(split.heldOut()))
              .sorted()
              .toArray();
      assertArrayEquals(IntStream.range(0, 101).toArray(), all);
    }
  }

  @Test
  void theSeedAloneDecides() {
    assertEquals(Split.of(1000, .3, 7), Split.of(1000, .3, 7));
    assertNotEquals(Split.of(1000, .3, 7), Split.of(1000, .3, 8));
  }

  @Test
  void rowsAreHeldOutEquallyOften() {
    int[] held = new int[50];
    int seeds = 4000;
    for (int seed = 0; seed < seeds; seed++) {
      for (int row : Split.of(50, .5, seed).heldOut()) {
        held[row]++;
      }
    }
    // Binomial(4000, 1/2) has standard deviation 31.6; five of them hold for 50 rows.
    for (int count : held) {
      assertTrue(Math.abs(count - 2000) < 158, "held out " + count + " times");
    }
  }

  @Test
  void takesTheEndsAndRefusesTheRest() {
    assertEquals(0, Split.of(10, 0, 1).heldOut().length);
    assertEquals(0, Split.of(10, 1, 1).train().length);
    assertEquals(0, Split.of(0, .5, 1).train().length);
    assertThrows(F2d2Exception.class, () -> Split.of(-1, .5, 1));
    assertThrows(F2d2Exception.class, () -> Split.of(5, Double.NaN, 1));
    assertThrows(F2d2Exception.class, () -> Split.of(5, 1.1, 1));
  }

  /** The rule as it is documented: the rows with the smallest keys are held out. */
  @Test
  void rowsWithTheSmallestKeysAreHeldOut() {
    int rows = 237;
    for (long seed : new long[] {0, 7, -3}) {
      long[] keys = new long[rows];
      for (int i = 0; i < rows; i++) {
        keys[i] = splitMix(splitMix(seed) + (i + 1) * 0x9E3779B97F4A7C15L);
      }
      int[] expected =
          IntStream.range(0, rows)
              .boxed()
              .sorted((a, b) -> Long.compareUnsigned(keys[a], keys[b]))
              .limit(Math.round(rows * 0.3))
              .mapToInt(i -> i)
              .sorted()
              .toArray();
      assertArrayEquals(expected, Split.of(rows, 0.3, seed).heldOut());
    }
  }

  private static long splitMix(long z) {
    long first = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    long second = (first ^ (first >>> 27)) * 0x94D049BB133111EBL;
    return second ^ (second >>> 31);
  }

  @Test
  void aGroupStaysOnOneSide() {
    int[] group = IntStream.range(0, 1000).map(i -> i * 7 % 40).toArray();
    for (long seed = 0; seed < 20; seed++) {
      Split split = Split.ofGroups(group, 0.21, seed);
      Set<Integer> held = groups(group, split.heldOut());
      Set<Integer> train = groups(group, split.train());
      assertTrue(Collections.disjoint(held, train), "groups on both sides");
      assertEquals(40, held.size() + train.size());
      // 210 rows, and what completes the last group of 25.
      assertEquals(225, split.heldOut().length);
      assertEquals(775, split.train().length);
    }
    assertEquals(0, Split.ofGroups(group, 0, 1).heldOut().length);
    assertEquals(0, Split.ofGroups(group, 1, 1).train().length);
  }

  private static Set<Integer> groups(int[] group, int[] rows) {
    return Arrays.stream(rows).map(r -> group[r]).boxed().collect(Collectors.toSet());
  }
}
