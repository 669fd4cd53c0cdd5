package org.f2d2.bench.speed;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.util.List;
import java.util.Locale;

/**
 * Medians of one piece of work in this library and in its peers.
 *
 * @param work what was done
 * @param machine on what
 * @param cases one line each
 */
public record Comparison(String work, String machine, List<Case> cases) {

  /**
   * One size of the work against one peer.
   *
   * @param name the size
   * @param peer who else did it
   * @param ours median, in the unit
   * @param theirs median, in the unit
   * @param unit of both
   * @param runs how many runs of each side are behind the medians
   */
  public record Case(
      @com.fasterxml.jackson.annotation.JsonProperty("case") String name,
      String peer,
      double ours,
      double theirs,
      String unit,
      int runs) {

    /** Ours over theirs; below 1 this library is faster. */
    @com.fasterxml.jackson.annotation.JsonProperty
    public double ratio() {
      return ours / theirs;
    }
  }

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  /** As one JSON object. */
  public String json() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** As a table. */
  public String markdown() {
    StringBuilder out = new StringBuilder("| case | peer | ours | peer's | ratio | runs |\n");
    out.append("|---|---|---|---|---|---|\n");
    for (Case c : cases) {
      out.append(
          String.format(
              Locale.ROOT,
              "| %s | %s | %s %s | %s %s | %.2f | %d |%n",
              c.name,
              c.peer,
              digits(c.ours),
              c.unit,
              digits(c.theirs),
              c.unit,
              c.ratio(),
              c.runs));
    }
    return out.toString();
  }

  /** A time with about four digits. */
  public static String digits(double value) {
    return String.format(Locale.ROOT, value < 10 ? "%.3f" : value < 100 ? "%.2f" : "%.1f", value);
  }
}
