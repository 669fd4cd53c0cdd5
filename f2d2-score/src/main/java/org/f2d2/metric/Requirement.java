package org.f2d2.metric;

import org.f2d2.error.F2d2Exception;

/** What the metrics demand of their input arrays. */
public final class Requirement {
  private Requirement() {}

  /** Refuses an array that is empty or holds NaN or an infinity. */
  public static void finite(String name, double[] values) {
    notEmpty(name, values.length);
    for (int i = 0; i < values.length; i++) {
      if (!Double.isFinite(values[i])) {
        throw new F2d2Exception(name + " " + i + " is " + values[i]);
      }
    }
  }

  /** Refuses an array that is empty or holds NaN. */
  public static void notNaN(String name, double[] values) {
    notEmpty(name, values.length);
    for (int i = 0; i < values.length; i++) {
      if (Double.isNaN(values[i])) {
        throw new F2d2Exception(name + " " + i + " is NaN");
      }
    }
  }

  /** Refuses arrays of different length. */
  public static void sameLength(String first, int length, String second, int other) {
    if (length != other) {
      throw new F2d2Exception(length + " " + first + " for " + other + " " + second);
    }
  }

  /**
   * The number of rows of a sample.
   *
   * @throws F2d2Exception when it is empty, not finite, or does not fill whole rows
   */
  public static int rows(String name, double[] sample, int dimensions) {
    if (dimensions < 1 || sample.length % dimensions != 0) {
      throw new F2d2Exception(
          name + ": " + sample.length + " values do not fill rows of " + dimensions);
    }
    finite(name + " value", sample);
    return sample.length / dimensions;
  }

  private static void notEmpty(String name, int length) {
    if (length == 0) {
      throw new F2d2Exception("there is no " + name);
    }
  }
}
