package org.f2d2.cli.report;

import java.util.ArrayList;
import java.util.List;

/**
 * The way from values to places on a chart.
 *
 * @param from value at the first end
 * @param to value at the other end, above {@code from}
 * @param start place of the first end
 * @param end place of the other end
 * @param logarithmic whether equal factors take equal room; then {@code from} is positive
 */
record Axis(double from, double to, double start, double end, boolean logarithmic) {

  /** A place with its label. */
  record Tick(double place, String label) {}

  /** An axis on which equal differences take equal room; an empty range is widened. */
  static Axis linear(double from, double to, double start, double end) {
    boolean empty = !(to > from);
    double half = Math.max(0.5, Math.abs(from) * 1e-3);
    return new Axis(empty ? from - half : from, empty ? from + half : to, start, end, false);
  }

  /** An axis on which equal factors take equal room. */
  static Axis log(double from, double to, double start, double end) {
    double low = Math.max(from, Double.MIN_NORMAL);
    return new Axis(low, to > low ? to : low * 10, start, end, true);
  }

  /** Where a value stands. */
  double at(double value) {
    double share =
        logarithmic
            ? Math.log(Math.max(value, Double.MIN_NORMAL) / from) / Math.log(to / from)
            : (value - from) / (to - from);
    return start + share * (end - start);
  }

  /** Round values, about as many as asked for. */
  List<Tick> ticks(int wanted) {
    return logarithmic && to / from >= 8 ? decades(wanted) : even(wanted);
  }

  private List<Tick> even(int wanted) {
    double raw = (to - from) / wanted;
    double power = Math.pow(10, Math.floor(Math.log10(raw)));
    double lead = raw / power;
    double step = power * (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 5 ? 5 : 10);
    List<Tick> ticks = new ArrayList<>();
    for (long i = (long) Math.ceil(from / step - 1e-9); i * step <= to + 1e-9 * step; i++) {
      ticks.add(new Tick(at(i * step), Figures.tick(i * step, step)));
    }
    return ticks;
  }

  private List<Tick> decades(int wanted) {
    double span = Math.log10(to / from);
    double[] leads = span <= 1.5 ? new double[] {1, 2, 5} : new double[] {1};
    int every = (int) Math.max(1, Math.ceil(span / (wanted + 1)));
    List<Tick> ticks = new ArrayList<>();
    int first = (int) Math.floor(Math.log10(from));
    for (int e = first; e <= Math.log10(to) + 1e-9; e++) {
      for (double lead : leads) {
        double value = lead * Math.pow(10, e);
        boolean inside = value >= from * (1 - 1e-9) && value <= to * (1 + 1e-9);
        if (inside && Math.floorMod(e, every) == 0) {
          ticks.add(new Tick(at(value), Figures.tick(value, Math.pow(10, e))));
        }
      }
    }
    return ticks;
  }
}
