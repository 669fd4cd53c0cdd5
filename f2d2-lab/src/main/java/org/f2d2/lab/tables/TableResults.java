package org.f2d2.lab.tables;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.f2d2.lab.Machine;
import org.f2d2.lab.Printable;

/**
 * The results of all tables, in the order measured.
 *
 * @param work always {@code tables}
 * @param machine what it ran on
 * @param minutes asked for of each fit
 * @param tables one per file and seed
 */
public record TableResults(String work, String machine, double minutes, List<TableResult> tables)
    implements Printable {

  /** The results on this machine. */
  public static TableResults of(double minutes, List<TableResult> tables) {
    return new TableResults("tables", Machine.describe(), minutes, List.copyOf(tables));
  }

  @Override
  public String markdown() {
    return HEAD + tables.stream().map(r -> line(r) + "\n").collect(Collectors.joining());
  }

  private static final String HEAD =
      "| table | seed | rows × columns | test (refused) + strange | exact | one"
          + " | Ledoit-Wolf | mixture (K) | kernel (h) | exact − best ± s.e. | at least"
          + " | one to exact (bar) | within | AUROC exact / one / neighbours / mixture | fit s |\n"
          + "|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|\n";

  /** One line of the table. */
  public static String line(TableResult r) {
    StringBuilder cheap = new StringBuilder();
    for (TableResult.Cheap c : r.cheap()) {
      cheap.append(String.format(Locale.ROOT, "| %.3f (%s) ", c.logLikelihood(), c.choice()));
    }
    return String.format(
        Locale.ROOT,
        "| %s | %d | %d × %d | %d (%d) + %d | %.3f | %.3f %s| %+.3f ± %.3f | %s | %.3f (%.2f) | %s"
            + " | %.4f / %.4f / %.4f / %.4f | %.0f |",
        r.table(),
        r.seed(),
        r.trainingRows(),
        r.dimensions(),
        r.testRows(),
        r.refused(),
        r.anomalies(),
        r.exact(),
        r.one(),
        cheap,
        r.gain(),
        r.gainError(),
        r.likelihoodWithin() ? "yes" : "no",
        r.distance(),
        r.distanceBar(),
        r.distanceWithin() ? "yes" : "no",
        r.auroc().exact(),
        r.auroc().one(),
        r.auroc().neighbours(),
        r.auroc().mixture(),
        r.fitSeconds());
  }
}
