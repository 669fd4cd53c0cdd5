package org.f2d2.lab.fuzz;

/**
 * An input with a wrong outcome.
 *
 * @param kind name of its kind
 * @param seed makes it again
 * @param verdict what is wrong
 * @param detail one line
 */
public record Finding(String kind, long seed, Verdict verdict, String detail) {

  private static final String SEPARATOR = "\t";

  /** Its name on the command line, {@code KIND:SEED}. */
  public String id() {
    return kind + ":" + seed;
  }

  String line() {
    return String.join(SEPARATOR, kind, Long.toString(seed), verdict.name(), detail);
  }

  static Finding ofLine(String line) {
    String[] parts = line.split(SEPARATOR, 4);
    return new Finding(parts[0], Long.parseLong(parts[1]), Verdict.valueOf(parts[2]), parts[3]);
  }

  /** What findings of one cause have in common: all but numbers and quoted text. */
  String cause() {
    return kind
        + " "
        + verdict
        + " "
        + detail.replaceAll("\"[^\"]*\"|'[^']*'", "…").replaceAll("[0-9.eE+-]*[0-9]", "n");
  }
}
