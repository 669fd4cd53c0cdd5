package org.f2d2.lab.fuzz;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.f2d2.lab.Json;
import org.f2d2.lab.Printable;

/**
 * What a run has found.
 *
 * @param seed of the run
 * @param rows one for each kind
 * @param findings examples of every cause
 * @param seconds wall time
 */
public record FuzzReport(long seed, List<Row> rows, List<Finding> findings, double seconds)
    implements Printable {

  /**
   * The inputs of one kind.
   *
   * @param kind its name
   * @param counts by verdict, in the order of {@link Verdict}
   */
  public record Row(String kind, List<Long> counts) {
    /** All inputs. */
    public long inputs() {
      return counts.stream().mapToLong(Long::longValue).sum();
    }

    long count(Verdict verdict) {
      return counts.get(verdict.ordinal());
    }
  }

  /** How many inputs had a wrong outcome. */
  public long wrong() {
    long wrong = 0;
    for (Verdict verdict : Verdict.values()) {
      wrong += verdict.wrong() ? total(verdict) : 0;
    }
    return wrong;
  }

  /** Inputs of a verdict over all kinds. */
  public long total(Verdict verdict) {
    return rows.stream().mapToLong(row -> row.count(verdict)).sum();
  }

  /** The table, and one line for each cause of findings. */
  @Override
  public String markdown() {
    StringBuilder out = new StringBuilder("| kind | inputs |");
    StringBuilder rule = new StringBuilder("|---|---|");
    for (Verdict verdict : Verdict.values()) {
      out.append(' ').append(verdict.title()).append(" |");
      rule.append("---|");
    }
    out.append('\n').append(rule).append('\n');
    rows.forEach(row -> line(out, row.kind(), row.counts()));
    line(out, "all", Arrays.stream(Verdict.values()).map(this::total).toList());
    for (Finding finding : byCause().values()) {
      out.append(
          String.format(
              Locale.ROOT,
              "%n%s, --only %s: %s",
              finding.verdict().title(),
              finding.id(),
              finding.detail()));
    }
    return out.toString().stripTrailing();
  }

  private static void line(StringBuilder out, String kind, List<Long> counts) {
    out.append("| ").append(kind).append(" | ");
    out.append(counts.stream().mapToLong(Long::longValue).sum()).append(" |");
    counts.forEach(count -> out.append(' ').append(count).append(" |"));
    out.append('\n');
  }

  private Map<String, Finding> byCause() {
    Map<String, Finding> causes = new LinkedHashMap<>();
    findings.forEach(finding -> causes.putIfAbsent(finding.cause(), finding));
    return causes;
  }

  /** The same for programs, as one JSON object. */
  @Override
  public String json() {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("work", "fuzz");
    out.put("seed", seed);
    out.put("seconds", seconds);
    out.put("kinds", rows.stream().map(FuzzReport::json).toList());
    out.put("findings", byCause().values().stream().map(FuzzReport::json).toList());
    return Json.of(out);
  }

  private static Map<String, Object> json(Row row) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("kind", row.kind());
    out.put("inputs", row.inputs());
    for (Verdict verdict : Verdict.values()) {
      out.put(verdict.title().replace(' ', '_'), row.count(verdict));
    }
    return out;
  }

  private static Map<String, Object> json(Finding finding) {
    return Map.of(
        "only", finding.id(), "verdict", finding.verdict().title(), "detail", finding.detail());
  }
}
