package org.f2d2.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
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
}
