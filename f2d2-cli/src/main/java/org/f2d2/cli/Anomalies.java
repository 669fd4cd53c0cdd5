package org.f2d2.cli;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which rows count as anomalies, going by their labels.
 *
 * <p>Where all labels are 0 or 1, a 1 is an anomaly. Otherwise the commonest label is what is
 * normal, and every other one is an anomaly.
 *
 * @param flags per row
 */
record Anomalies(boolean[] flags) {

  private static final Set<String> BINARY = Set.of("0", "1");

  /** Reads labels; of equally common ones the first in the alphabet is normal. */
  static Anomalies of(List<String> labels) {
    String normal = BINARY.containsAll(labels) ? "0" : commonest(labels);
    boolean[] flags = new boolean[labels.size()];
    for (int i = 0; i < flags.length; i++) {
      flags[i] = !labels.get(i).equals(normal);
    }
    return new Anomalies(flags);
  }

  private static String commonest(List<String> labels) {
    Map<String, Integer> counts = new HashMap<>();
    labels.forEach(label -> counts.merge(label, 1, Integer::sum));
    return counts.entrySet().stream()
        .max(
            Map.Entry.<String, Integer>comparingByValue()
                .thenComparing(Map.Entry.<String, Integer>comparingByKey().reversed()))
        .map(Map.Entry::getKey)
        .orElse("");
  }
}
