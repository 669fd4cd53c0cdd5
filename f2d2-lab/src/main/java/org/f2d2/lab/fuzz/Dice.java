package org.f2d2.lab.fuzz;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** All chance of one input, from its seed alone. */
final class Dice {

  /** Numbers at the edges of what programs expect. */
  private static final long[] EDGES = {
    0,
    1,
    -1,
    2,
    3,
    7,
    8,
    9,
    10,
    64,
    100,
    127,
    128,
    255,
    256,
    1000,
    4095,
    4096,
    65535,
    65536,
    1_000_000,
    16_777_215,
    16_777_216,
    99_999_999,
    100_000_000,
    100_000_001,
    Integer.MAX_VALUE,
    Integer.MAX_VALUE - 8L,
    1L << 31,
    (1L << 32) - 1,
    1L << 32,
    (1L << 53) - 1,
    1L << 53,
    (1L << 53) + 1,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    Integer.MIN_VALUE,
    999_999_999_999L
  };

  private static final List<String> NUMBERS =
      List.of(
          "0",
          "-0",
          "1",
          "-1",
          "0.5",
          "1.",
          ".5",
          "+7",
          "007",
          "1e3",
          "1E-3",
          "1e308",
          "1e309",
          "-1e309",
          "1e-400",
          "4.9e-324",
          "2.2250738585072012e-308",
          "9007199254740993",
          "9007199254740992.5",
          "123456789012345678901234567890",
          "1e999999999",
          "1e99999999999",
          "0x10",
          "0x1p3",
          "1d",
          "1f",
          "1_000",
          "1,5",
          "NaN",
          "nan",
          "Infinity",
          "-inf",
          "inf",
          "1e",
          "1e+",
          "-",
          "+",
          ".",
          "e5",
          "--1",
          "1..2",
          "1 2",
          "٣",
          "１",
          "½",
          "0.1e1.5",
          "1\u0000",
          "\u00a01",
          "\u20031",
          "1\u200b",
          "179769313486231580793e289",
          "0.30000000000000004",
          "72057594037927945",
          "1.00000000000000011102230246251565404236316680908203126");

  private final SplittableRandom random;

  /** Of one seed. */
  Dice(long seed) {
    this.random = new SplittableRandom(seed);
  }

  /** From 0 to below the bound, which is at least 1. */
  int below(int bound) {
    return random.nextInt(bound);
  }

  /** From the least to the most, both possible. */
  int between(int least, int most) {
    return least + random.nextInt(most - least + 1);
  }

  boolean chance(double probability) {
    return random.nextDouble() < probability;
  }

  @SafeVarargs
  final <T> T oneOf(T... choices) {
    return choices[random.nextInt(choices.length)];
  }

  <T> T oneOf(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  long bits() {
    return random.nextLong();
  }

  double gaussian() {
    double u = 1 - random.nextDouble();
    return Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * random.nextDouble());
  }

  byte[] bytes(int count) {
    byte[] out = new byte[count];
    random.nextBytes(out);
    return out;
  }

  /**
   * Something with one fault or, less often, two or three.
   *
   * @param one probability of one
   */
  <T> T faulty(double one, T whole, UnaryOperator<T> fault) {
    int faults = chance(one) ? 1 : between(2, 3);
    return Stream.iterate(whole, fault).skip(faults).findFirst().orElseThrow();
  }

  /** A whole number that sizes and counts are seldom tested with. */
  long edge() {
    long edge = EDGES[random.nextInt(EDGES.length)];
    return chance(0.2) ? edge + between(-2, 2) : edge;
  }

  /** The text of a number, or of what might be taken for one. */
  String numberText() {
    return switch (random.nextInt(4)) {
      case 0 -> oneOf(NUMBERS);
      case 1 -> Long.toString(edge());
      case 2 -> Double.toString(gaussian());
      default -> Double.toString(Double.longBitsToDouble(random.nextLong()));
    };
  }
}
