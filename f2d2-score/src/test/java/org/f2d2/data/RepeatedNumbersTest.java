package org.f2d2.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RepeatedNumbersTest {

  private static final double[] SPECIAL = {
    0,
    -0.0,
    Double.NaN,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    -1.2345678901234567e-6,
    -0.0009876543210987653,
    -123456789012345.67,
    -1.2345678901234567e-308,
    Double.MIN_VALUE,
    -Double.MAX_VALUE
  };

  private static String written(RepeatedNumbers numbers, double value) {
    byte[] bytes = new byte[RepeatedNumbers.LONGEST + 1];
    int end = numbers.write(value, bytes, 1);
    return new String(bytes, 1, end - 1, StandardCharsets.US_ASCII);
  }

  /** Two slots make nearly every number push another out; many make most of them return. */
  @ParameterizedTest
  @ValueSource(ints = {1, 4, 10})
  void textsAreThoseOfTheNumbersWhateverCameBefore(int log2Slots) {
    RepeatedNumbers numbers = new RepeatedNumbers(log2Slots);
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 20_000; i++) {
      double value =
          switch (random.nextInt(3)) {
            case 0 -> SPECIAL[random.nextInt(SPECIAL.length)];
            case 1 -> random.nextInt(500) / 499.0;
            default -> random.nextDouble(-20, 20);
          };
      assertEquals(NumberText.plain(value), written(numbers, value));
    }
  }

  @Test
  void aColumnWithoutRepetitionStaysRight() {
    RepeatedNumbers numbers = new RepeatedNumbers(2);
    for (int i = 0; i < 100; i++) {
      assertEquals(NumberText.plain(i / 7.0), written(numbers, i / 7.0));
    }
    assertEquals("0.125", written(numbers, 0.125));
    assertEquals("0.125", written(numbers, 0.125));
  }

  @Test
  void noTextIsLongerThanItsRoom() {
    SplittableRandom random = new SplittableRandom(2);
    for (int i = 0; i < 100_000; i++) {
      double value = Double.longBitsToDouble(random.nextLong());
      double scaled = -random.nextDouble() * Math.pow(10, random.nextInt(-8, 17));
      assertTrue(NumberText.plain(value).length() <= RepeatedNumbers.LONGEST);
      assertTrue(NumberText.plain(scaled).length() <= RepeatedNumbers.LONGEST);
    }
  }
}
