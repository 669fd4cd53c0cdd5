package org.f2d2.bench.speed;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Locale;
import org.f2d2.lab.Printable;

/**
 * Medians of one piece of work in this library and in its peers.
 *
 * @param work what was done
 * @param machine on what
 * @param cases one line each
 */
public record Comparison(String work, String machine, List<Case> cases) implements Printable {

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
      @JsonProperty("case") String name,
      String peer,
      double ours,
      double theirs,
      String unit,
      int runs) {

    /** Ours over theirs; below 1 this library is faster. */
    @JsonProperty
    public double ratio() {
      return ours / theirs;
    }
  }

  @Override
  public String markdown() {
    StringBuilder out = new StringBuilder("| case | peer | ours | peer's | ratio | runs |\n");
    out.append("|---|---|---|---|---|---|\n");
    for (Case c : cases) {
      out.append(
          String.format(
              Locale.ROOT,
              "| %s | %s | %s %s | %s %s | %s | %d |%n",
              c.name,
              c.peer,
              digits(c.ours),
              c.unit,
              digits(c.theirs),
              c.unit,
              String.format(Locale.ROOT, c.ratio() < 0.05 ? "%.5f" : "%.2f", c.ratio()),
              c.runs));
    }
    return out.toString();
  }

  /** A time with about four digits. */
  public static String digits(double value) {
    return String.format(Locale.ROOT, value < 10 ? "%.3f" : value < 100 ? "%.2f" : "%.1f", value);
  }
}
