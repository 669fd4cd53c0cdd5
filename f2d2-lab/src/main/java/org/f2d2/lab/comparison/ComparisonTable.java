package org.f2d2.lab.comparison;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.f2d2.lab.comparison.MethodComparison.Few;
import org.f2d2.lab.comparison.MethodComparison.Figures;

/** Figures of a comparison, averaged over seeds, as a table and as JSON. */
public final class ComparisonTable {

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

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
    ObjectNode root = JSON.createObjectNode();
    ArrayNode datasets = root.putArray("datasets");
    byDataset(figures)
        .forEach(
            (name, rows) -> {
              ObjectNode dataset = datasets.addObject();
              dataset.put("dataset", name);
              dataset.put("minutes", minutes);
              dataset.put("seeds", rows.get(0).seeds().size());
              dataset.put("reference", rows.get(0).first().reference());
              ArrayNode methods = dataset.putArray("methods");
              rows.forEach(r -> add(methods.addObject(), r));
            });
    try {
      return JSON.writeValueAsString(root);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void add(ObjectNode method, Row r) {
    method.put("method", r.first().method());
    method.put("head", r.first().head());
    put(method, "integral", r.mean(Figures::integral));
    put(method, "mean_log_density_exact", r.mean(Figures::meanExact));
    put(method, "drift", r.mean(Figures::drift));
    put(method, "seconds", r.mean(Figures::seconds));
    put(method, "teacher_seconds", r.mean(Figures::teacherSeconds));
    put(method, "steps", r.steps());
    r.failures().forEach(method.withArray("failures")::add);
    ObjectNode nfe = method.putObject("nfe");
    for (int k : MethodComparison.EVALUATIONS) {
      ObjectNode few = nfe.putObject(String.valueOf(k));
      put(few, "mean_absolute_error", r.mean(k, Few::meanAbsoluteError));
      put(few, "median_absolute_error", r.mean(k, Few::medianAbsoluteError));
      put(few, "mean_distance_to_own_exact", r.mean(k, Few::distanceToOwn));
      put(few, "integral", r.mean(k, Few::integral));
      put(few, "energy_distance", r.mean(k, Few::energyDistance));
      put(few, "sliced_w2", r.mean(k, Few::slicedW2));
    }
  }

  /** JSON has no NaN: what is not a number is null. */
  private static void put(ObjectNode node, String key, double value) {
    if (Double.isFinite(value)) {
      node.put(key, value);
    } else {
      node.putNull(key);
    }
  }
}
