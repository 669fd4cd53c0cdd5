package org.f2d2.lab.far;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import org.f2d2.lab.Machine;
import org.f2d2.lab.Printable;

/**
 * All fits, in the order measured.
 *
 * @param work always {@code far}
 * @param machine what it ran on
 * @param fits one per density, number of minutes and seed
 */
public record FarResults(String work, String machine, List<FarResult> fits) implements Printable {

  private static final int SHOWN_COLUMNS = 4;

  private static final String HEAD =
      "| density | minutes | seed | smallest p | one: p > .01 | one: not smallest at 10 sd"
          + " | exact: p > .01 | exact: not smallest at 10 sd | worst of one evaluation | fit s |\n"
          + "|---|---|---|---|---|---|---|---|---|---|\n";

  /** Results on this machine. */
  public static FarResults of(List<FarResult> fits) {
    return new FarResults("far", Machine.describe(), List.copyOf(fits));
  }

  @Override
  public String markdown() {
    return HEAD
        + fits.stream().map(r -> line(r) + "\n").collect(Collectors.joining())
        + String.format(
            Locale.ROOT,
            "%nOne evaluation: %d of %d with p > .01, %d of %d at 10 sd not the smallest%n"
                + "Exact: %d of %d with p > .01, %d of %d at 10 sd not the smallest%n",
            sum(f -> f.one().above()),
            sum(f -> f.one().rows()),
            sum(f -> f.one().notSmallest()),
            sum(f -> f.one().tenDeviations()),
            sum(f -> f.exact().above()),
            sum(f -> f.exact().rows()),
            sum(f -> f.exact().notSmallest()),
            sum(f -> f.exact().tenDeviations()));
  }

  private int sum(ToIntFunction<FarResult> count) {
    return fits.stream().mapToInt(count).sum();
  }

  /** One line of the table. */
  public static String line(FarResult fit) {
    return String.format(
        Locale.ROOT,
        "| %s | %s | %d | %.5f | %d of %d | %d of %d | %d of %d | %d of %d | %s | %.0f |",
        fit.density(),
        fit.minutes(),
        fit.seed(),
        fit.smallest(),
        fit.one().above(),
        fit.one().rows(),
        fit.one().notSmallest(),
        fit.one().tenDeviations(),
        fit.exact().above(),
        fit.exact().rows(),
        fit.exact().notSmallest(),
        fit.exact().tenDeviations(),
        worst(fit.one()),
        fit.fitSeconds());
  }

  private static String worst(FarResult.Counts counts) {
    String row =
        Arrays.stream(counts.worst())
            .limit(SHOWN_COLUMNS)
            .mapToObj(x -> String.format(Locale.ROOT, "%.4g", x))
            .collect(Collectors.joining(", "));
    return String.format(
        Locale.ROOT,
        "p %.4f at (%s%s): %.4g for %.4g",
        counts.worstP(),
        row,
        counts.worst().length > SHOWN_COLUMNS ? ", …" : "",
        counts.worstAnswer(),
        counts.worstTruth());
  }
}
