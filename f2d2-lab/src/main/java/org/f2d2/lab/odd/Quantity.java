package org.f2d2.lab.odd;

import java.util.Arrays;
import java.util.function.DoublePredicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * A number that is measured and what it must be.
 *
 * @param name with the unit where it is not nats
 * @param right value in closed form; NaN where only a bound is known
 * @param low least accepted; NaN stands for what the best cheap density has
 * @param high most accepted
 * @param measure the number of one way of answering; NaN where it has none
 */
record Quantity(
    String name, double right, double low, double high, ToDoubleFunction<Answers> measure) {

  /** Less than the best cheap density by this much is as good, nats. */
  static final double CHEAP_MARGIN = 0.02;

  /** A number that must be near the right one. */
  static Quantity near(
      String name, double right, double tolerance, ToDoubleFunction<Answers> measure) {
    return new Quantity(name, right, right - tolerance, right + tolerance, measure);
  }

  /** A number that must be the right one to the last digit. */
  static Quantity equal(String name, double right, ToDoubleFunction<Answers> measure) {
    return near(name, right, 0, measure);
  }

  /** A number that must not be larger. */
  static Quantity atMost(
      String name, double right, double high, ToDoubleFunction<Answers> measure) {
    return new Quantity(name, right, Double.NEGATIVE_INFINITY, high, measure);
  }

  /** The mean log-density of rows, near the truth. */
  static Quantity mean(String name, double[] truth, double[] rows, double tolerance) {
    return near(name, average(truth), tolerance, a -> average(a.logDensity(rows)));
  }

  /** The mean log-density of rows, at least that of the best cheap density; the truth is shown. */
  static Quantity meanAsCheap(String name, double[] truth, double[] rows) {
    return new Quantity(
        name,
        average(truth),
        Double.NaN,
        Double.POSITIVE_INFINITY,
        a -> average(a.logDensity(rows)));
  }

  /** The share of rows whose p-value is above a level; none may be. */
  static Quantity none(String name, double[] rows, double level) {
    return equal(name, 0, a -> share(a.pValue(rows), p -> p > Math.max(level, a.smallestPValue())));
  }

  /** Whether the measured number is accepted, given that of the best cheap density. */
  boolean accepts(double measured, double cheap) {
    double least = Double.isNaN(low) ? cheap - CHEAP_MARGIN : low;
    return measured >= least && measured <= high;
  }

  /** The largest difference of two rows of values. */
  static double largestGap(double[] a, double[] b) {
    return IntStream.range(0, a.length).mapToDouble(i -> Math.abs(a[i] - b[i])).max().orElse(0);
  }

  /** The mean; NaN without values, and where one is NaN. */
  static double average(double[] values) {
    return Arrays.stream(values).average().orElse(Double.NaN);
  }

  /** The share of values with a property; NaN without values. */
  static double share(double[] values, DoublePredicate property) {
    return values.length == 0
        ? Double.NaN
        : Arrays.stream(values).filter(property).count() / (double) values.length;
  }
}
