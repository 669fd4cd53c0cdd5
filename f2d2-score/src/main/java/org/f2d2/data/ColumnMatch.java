package org.f2d2.data;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * How a source's columns serve a model: by name, in any order.
 *
 * @param columns the model's columns in the model's order, all of them present in the source; to be
 *     passed to {@link RowReader#select} or {@link Table#select}
 * @param unknown columns of the source that the model does not know, in the source's order; for a
 *     warning
 */
public record ColumnMatch(List<String> columns, List<String> unknown) {
  /** Copies the lists. */
  public ColumnMatch {
    columns = List.copyOf(columns);
    unknown = List.copyOf(unknown);
  }

  /**
   * Matches the columns of a source with those of a model.
   *
   * @param source what messages call the source
   * @param available the source's columns
   * @param wanted the model's columns
   * @throws DataException when the source lacks one; the message names every one it lacks
   */
  public static ColumnMatch of(String source, List<String> available, List<String> wanted) {
    Set<String> present = new HashSet<>(available);
    List<String> missing = new ArrayList<>();
    for (String column : wanted) {
      if (!present.contains(column)) {
        missing.add("'" + column + "'");
      }
    }
    if (!missing.isEmpty()) {
      throw new DataException(
          source,
          (missing.size() == 1 ? "missing column " : "missing columns ")
              + String.join(", ", missing));
    }
    Set<String> known = new HashSet<>(wanted);
    List<String> unknown = available.stream().filter(name -> !known.contains(name)).toList();
    return new ColumnMatch(wanted, unknown);
  }
}
