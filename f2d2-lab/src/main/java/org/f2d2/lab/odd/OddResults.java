package org.f2d2.lab.odd;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.f2d2.lab.Json;
import org.f2d2.lab.Machine;

/**
 * All lines, in the order measured.
 *
 * @param work always {@code odd}
 * @param machine what it ran on
 * @param minutes asked for of each fit
 * @param cases one line per quantity, case and seed
 */
public record OddResults(String work, String machine, double minutes, List<OddLine> cases) {

  private static final String HEAD =
      "| case | seed | quantity | right | accepted | exact | one | best cheap | within |\n"
          + "|---|---|---|---|---|---|---|---|---|\n";

  /** Results on this machine. */
  public static OddResults of(double minutes, List<OddLine> lines) {
    return new OddResults("odd", Machine.describe(), minutes, List.copyOf(lines));
  }

  /** As one JSON object. */
  public String json() {
    return Json.of(this);
  }

  /** As a table, and how many lines are within. */
  public String markdown() {
    long within = cases.stream().filter(OddLine::within).count();
    return HEAD
        + cases.stream().map(OddResults::line).collect(Collectors.joining())
        + String.format(Locale.ROOT, "%n%d of %d within%n", within, cases.size());
  }

  /** One line of the table. */
  public static String line(OddLine line) {
    String accepted = figure(line.low()) + " to " + figure(line.high());
    return String.format(
        Locale.ROOT,
        "| %s | %d | %s | %s | %s | %s | %s | %s | %s |%n",
        line.name(),
        line.seed(),
        line.quantity(),
        figure(line.right()),
        accepted,
        figure(line.exact()),
        figure(line.one()),
        figure(line.cheap()) + (Double.isNaN(line.cheap()) ? "" : " " + line.cheapName()),
        line.note().isEmpty() ? line.within() ? "yes" : "no" : "no: " + line.note());
  }

  private static String figure(double value) {
    if (Double.isNaN(value)) {
      return "–";
    }
    double size = Math.abs(value);
    boolean plain = size == 0 || Double.isInfinite(value) || (size >= 1e-3 && size < 1e5);
    return String.format(Locale.ROOT, plain ? "%.4g" : "%.2e", value).replace("Infinity", "∞");
  }
}
