package org.f2d2.lab.odd;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.f2d2.lab.Machine;
import org.f2d2.lab.Printable;

/**
 * All lines, in the order measured.
 *
 * @param work always {@code odd}
 * @param machine what it ran on
 * @param minutes asked for of each fit
 * @param cases one line per quantity, case and seed
 */
public record OddResults(String work, String machine, double minutes, List<OddLine> cases)
    implements Printable {

  private static final String HEAD =
      "| case | seed | quantity | right | accepted | exact | one | best cheap | within |\n"
          + "|---|---|---|---|---|---|---|---|---|\n";

  /** Results on this machine. */
  public static OddResults of(double minutes, List<OddLine> lines) {
    return new OddResults("odd", Machine.describe(), minutes, List.copyOf(lines));
  }

  @Override
  public String markdown() {
    long within = cases.stream().filter(OddLine::within).count();
    return HEAD
        + cases.stream().map(r -> line(r) + "\n").collect(Collectors.joining())
        + String.format(Locale.ROOT, "%n%d of %d within%n", within, cases.size());
  }

  /** One line of the table. */
  public static String line(OddLine line) {
    String accepted = figure(line.low()) + " to " + figure(line.high());
    return String.format(
        Locale.ROOT,
        "| %s | %d | %s | %s | %s | %s | %s | %s | %s |",
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
