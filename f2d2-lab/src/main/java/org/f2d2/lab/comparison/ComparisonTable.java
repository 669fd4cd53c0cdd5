package org.f2d2.lab.comparison;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.f2d2.lab.Json;
import org.f2d2.lab.comparison.MethodComparison.Few;
import org.f2d2.lab.comparison.MethodComparison.Figures;

/** Figures of a comparison, averaged over seeds, as a table and as JSON. */
public final class ComparisonTable {

  private static final double LONGEST = 1e6;

  /** One method on one data set, over all seeds. */
  private record Row(List<Figures> seeds) {
    Figures first() {
      return seeds.get(0);
    }

    /** A line for each seed that failed. */
    List<String> failures() {
      return seeds.stream()
          .filter(f -> !f.succeeded())
          .map(f -> f.method() + ", seed " + f.seed() + ", failed: " + f.failure())
          .toList();
    }

    /** NaN where a seed failed, whose steps nobody counted. */
    double steps() {
      return mean(f -> f.succeeded() ? f.steps() : Double.NaN);
    }

    double mean(ToDoubleFunction<Figures> of) {
      return seeds.stream().mapToDouble(of).average().orElse(Double.NaN);
    }

    double mean(int k, ToDoubleFunction<Few> of) {
      return mean(f -> of.applyAsDouble(Objects.requireNonNull(f.nfe().get(k))));
    }

    /** Four figures, for 1, 2, 4 and 8 evaluations. */
    String few(String format, ToDoubleFunction<Few> of) {
      return MethodComparison.EVALUATIONS.stream()
          .map(k -> number(format, mean(k, of)))
          .collect(Collectors.joining(" / "));
    }
  }

  private ComparisonTable() {}

  private static Map<String, List<Row>> byDataset(List<Figures> figures) {
    Map<String, Map<String, List<Figures>>> grouped = new LinkedHashMap<>();
    for (Figures f : figures) {
      grouped
          .computeIfAbsent(f.dataset(), name -> new LinkedHashMap<>())
          .computeIfAbsent(f.method(), name -> new ArrayList<>())
          .add(f);
    }
    Map<String, List<Row>> rows = new LinkedHashMap<>();
    grouped.forEach(
        (dataset, methods) -> rows.put(dataset, methods.values().stream().map(Row::new).toList()));
    return rows;
  }

  /** One Markdown table for each data set. */
  public static String markdown(List<Figures> figures) {
    StringBuilder text = new StringBuilder();
    byDataset(figures)
        .forEach(
            (dataset, rows) -> {
              text.append(dataset)
                  .append("; errors to ")
                  .append(rows.get(0).first().reference())
                  .append("; the teacher took ")
                  .append(
                      number(
                          "%.0f",
                          rows.stream()
                              .mapToDouble(r -> r.mean(Figures::teacherSeconds))
                              .max()
                              .orElse(0)))
                  .append(
                      " s\n\n| method | teacher | head | error at k = 1 / 2 / 4 / 8 | median error | to its own exact |")
                  .append(
                      " mean of its own exact | drift | integral | energy distance | sliced W2 | steps | s |\n")
                  .append("|---|---|---|---|---|---|---|---|---|---|---|---|---|\n");
              rows.forEach(r -> text.append(line(r)));
              text.append('\n');
              rows.forEach(r -> r.failures().forEach(f -> text.append(f).append("\n\n")));
            });
    return text.toString();
  }

  private static String line(Row r) {
    return String.format(
        Locale.ROOT,
        "| %s | %s | %s | %s | %s | %s | %s | %s | %s | %s | %s | %s | %.0f |%n",
        r.first().method(),
        r.first().teacherSeconds() > 0 ? "yes" : "no",
        r.seeds().stream().map(Figures::head).distinct().collect(Collectors.joining(", ")),
        r.few("%.3f", Few::meanAbsoluteError),
        r.few("%.3f", Few::medianAbsoluteError),
        r.few("%.3f", Few::distanceToOwn),
        number("%.3f", r.mean(Figures::meanExact)),
        number("%.3f", r.mean(Figures::drift)),
        Double.isNaN(r.mean(Figures::integral)) ? "–" : r.few("%.3f", Few::integral),
        r.few("%.4f", Few::energyDistance),
        r.few("%.3f", Few::slicedW2),
        number("%.0f", r.steps()),
        r.mean(Figures::seconds));
  }

  /** A density that grows where no data lie has an integral of dozens of digits. */
  private static String number(String format, double value) {
    return Double.isNaN(value)
        ? "–"
        : String.format(Locale.ROOT, Math.abs(value) < LONGEST ? format : "%.1e", value);
  }

  /**
   * As one JSON object: {@code {"datasets": [{"dataset", "minutes", "seeds", "methods": [...]}]}}.
   * A method has {@code "failures"}, a line for each seed that failed, and null for what is no
   * number.
   *
   * @param minutes of each method
   */
  public static String json(List<Figures> figures, double minutes) {
    List<Map<String, Object>> datasets = new ArrayList<>();
    byDataset(figures)
        .forEach(
            (name, rows) -> {
              Map<String, Object> dataset = new LinkedHashMap<>();
              dataset.put("dataset", name);
              dataset.put("minutes", minutes);
              dataset.put("seeds", rows.get(0).seeds().size());
              dataset.put("reference", rows.get(0).first().reference());
              dataset.put("methods", rows.stream().map(ComparisonTable::values).toList());
              datasets.add(dataset);
            });
    return Json.of(Map.of("datasets", datasets));
  }

  private static Map<String, Object> values(Row r) {
    Map<String, Object> method = new LinkedHashMap<>();
    method.put("method", r.first().method());
    method.put("head", r.first().head());
    method.put("integral", r.mean(Figures::integral));
    method.put("mean_log_density_exact", r.mean(Figures::meanExact));
    method.put("drift", r.mean(Figures::drift));
    method.put("seconds", r.mean(Figures::seconds));
    method.put("teacher_seconds", r.mean(Figures::teacherSeconds));
    method.put("steps", r.steps());
    method.put("failures", r.failures());
    Map<Integer, Few> nfe = new LinkedHashMap<>();
    for (int k : MethodComparison.EVALUATIONS) {
      nfe.put(
          k,
          new Few(
              r.mean(k, Few::meanAbsoluteError),
              r.mean(k, Few::medianAbsoluteError),
              r.mean(k, Few::distanceToOwn),
              r.mean(k, Few::integral),
              r.mean(k, Few::energyDistance),
              r.mean(k, Few::slicedW2)));
    }
    method.put("nfe", nfe);
    return method;
  }
}
