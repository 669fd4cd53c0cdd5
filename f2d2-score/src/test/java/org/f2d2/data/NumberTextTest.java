package org.f2d2.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NumberTextTest {

  private static double parse(String text) {
    // Something before and after shows that the bounds are kept to.
    char[] padded = ("7" + text + "7").toCharArray();
    return NumberText.parse(padded, 1, padded.length - 1);
  }

  /** What the words of the rule say: trimmed, shaped as a decimal number, read by the JDK. */
  private static double slowly(String text) {
    String bare = text.strip();
    return NumberText.isNumber(bare) ? Double.parseDouble(bare) : Double.NaN;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "-0",
        "+1",
        ".5",
        "5.",
        "-.5e-3",
        "1e5",
        "1E+05",
        "1e999",
        "-1e999",
        "1e-999",
        "4.9e-324",
        "2.4703282292062327e-324",
        "2.2250738585072014E-308",
        "1.7976931348623157e308",
        "1.7976931348623159e308",
        "9007199254740993",
        "123456789012345678901234567890",
        "0.1000000000000000055511151231257827021181583404541015625",
        "  1.5\t",
        "\u20031\u2003",
        "000001",
        "1e0000000001",
        "",
        " ",
        "-",
        ".",
        "+.",
        "e5",
        "1e",
        "1e+",
        "1.2.3",
        "1 2",
        "1d",
        "1f",
        "0x1p3",
        "0X1P3",
        "-0x10",
        "NaN",
        "Infinity",
        "-inf",
        "1_000",
        "\u00a01",
        "\u00001",
        "1\u0000",
        "\u0661",
        "--1",
        "+-1"
      })
  void readsWhatTheRuleAdmitsAndNothingElse(String text) {
    assertEquals(slowly(text), parse(text), text);
  }

  @Test
  void agreesWithTheRuleOnRandomTexts() {
    SplittableRandom random = new SplittableRandom(1);
    String letters = "0123456789012345678901234567890+-..eEdDfFxXpNaI_ \t";
    for (int i = 0; i < 200_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int length = random.nextInt(1, 9); length > 0; length--) {
        text.append(letters.charAt(random.nextInt(letters.length())));
      }
      assertEquals(slowly(text.toString()), parse(text.toString()), text.toString());
    }
  }

  @Test
  void readsEveryPrintedDoubleBackToItself() {
    SplittableRandom random = new SplittableRandom(2);
    for (int i = 0; i < 200_000; i++) {
      // Half of them of any size, half of ordinary ones.
      double value =
          i % 2 == 0
              ? Double.longBitsToDouble(random.nextLong())
              : (random.nextDouble() - 0.5) * Math.pow(10, random.nextInt(-8, 18));
      if (Double.isFinite(value)) {
        String text = NumberText.plain(value);
        assertEquals(value, Double.parseDouble(text), text);
        assertEquals(value, parse(text), text);
        assertEquals(value, parse(Double.toString(value)), text);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "4.9e-324",
        "2.2250738585072014E-308",
        "1.7976931348623157e308",
        "2e-3",
        "1e-3",
        "1e-6",
        "1e7",
        "1e15",
        "1e23",
        "2e23",
        "9.999999999999999e22",
        "9007199254740993",
        "0.1",
        "0.3333333333333333",
        "100",
        "1e14",
        "999999999999999.9"
      })
  void edgesReadBackAndKeepTheirNotation(String written) {
    double size = Double.parseDouble(written);
    for (double edge : new double[] {size, Math.nextUp(size), Math.nextDown(size)}) {
      for (double value : new double[] {edge, -edge}) {
        String text = NumberText.plain(value);
        if (value == 0) {
          assertEquals("0", text);
        } else if (Double.isFinite(value)) {
          assertEquals(value, Double.parseDouble(text), text);
          boolean plain = edge >= 1e-6 && edge < 1e15;
          assertEquals(plain, text.indexOf('E') < 0, text);
          if (plain) {
            assertEquals(new BigDecimal(text).stripTrailingZeros().toPlainString(), text);
          }
          assertTrue(text.length() <= Double.toString(value).length() + 14, text);
        }
      }
    }
  }

  @Test
  void aNumberOfMillionsOfDigitsIsDecidedAtOnce() {
    for (String text :
        new String[] {
          "9007199254740993." + "0".repeat(3_000_000), "0".repeat(3_000_000) + "9007199254740992"
        }) {
      char[] digits = text.toCharArray();
      double value = NumberText.parse(digits, 0, digits.length);
      assertTimeoutPreemptively(
          Duration.ofSeconds(20),
          () -> assertFalse(NumberText.keepsDigits(value, digits, 0, digits.length)));
    }
  }
}
