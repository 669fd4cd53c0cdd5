package org.f2d2.data;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Which first lines of a text file name its columns. */
final class CsvHeader {

  private CsvHeader() {}

  /**
   * The column names.
   *
   * @param source what messages call the file
   * @param texts cells of the first line
   * @throws DataException when a name is missing or repeated, or the line is one of numbers
   */
  static List<String> names(String source, List<String> texts) {
    List<String> names = new ArrayList<>();
    Map<String, Integer> seen = new HashMap<>();
    for (String field : texts) {
      String name = field.strip();
      names.add(name);
      if (name.isEmpty()) {
        throw new DataException(source, "column " + names.size() + " of the header has no name");
      }
      Integer before = seen.put(name, names.size());
      if (before != null) {
        throw new DataException(
            source,
            "column name '"
                + name
                + "' appears twice (columns "
                + before
                + " and "
                + names.size()
                + ")");
      }
    }
    requireNames(source, names);
    return List.copyOf(names);
  }

  // A table written without a header would lose its first row to the names. Whole numbers counted
  // from 0 or 1 are names that other tools give to unnamed columns.
  private static void requireNames(String source, List<String> names) {
    if (!names.stream().allMatch(NumberText::isNumber)
        || names.equals(counting(0, names.size()))
        || names.equals(counting(1, names.size()))) {
      return;
    }
    throw new DataException(
        source, "the first line holds numbers; a header line with column names is needed");
  }

  private static List<String> counting(int first, int size) {
    return IntStream.range(first, first + size).mapToObj(Integer::toString).toList();
  }
}
