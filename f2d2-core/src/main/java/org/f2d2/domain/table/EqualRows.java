package org.f2d2.domain.table;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.f2d2.data.DistinctValues;
import org.f2d2.data.Table;

/**
 * Which rows of a table are the same in every column.
 *
 * <p>Equal rows on both sides of a split make a model that has learned rows by heart look good, and
 * its p-values of new rows too small. Where a column is continuous, equal rows are copies, and a
 * split must keep them together. Where all columns have few values, equal rows are what the
 * distribution gives, and a split divides them like any others.
 *
 * @param group for each row the number of its group, from 0
 * @param repeats rows that are copies of an earlier one
 * @param different rows that are equal to no earlier one
 */
public record EqualRows(int[] group, int repeats, int different) {

  /**
   * A group of more than this share of the rows is not copies but one frequent row, and is divided.
   */
  private static final double FREQUENT = 0.02;

  /**
   * The same beside how often a row occurs on average, where there are few different rows and a
   * continuous column tells as many of them apart as {@link #FEW_DIFFERENT}: there all rows repeat.
   */
  private static final int TIMES_THE_AVERAGE = 4;

  /** Fewer different rows than these are what the distribution consists of. */
  public static final int FEW_DIFFERENT = 20;

  /** Up to so many equal rows are copies even where a small table makes their share large. */
  private static final int FEW_COPIES = 3;

  /** Fewer repeats than this share of the rows do no harm. */
  private static final double FEW = 0.005;

  /**
   * Finds the copies.
   *
   * @param table finite
   */
  public static EqualRows of(Table table) {
    int n = table.rows();
    Map<Row, Integer> first = new HashMap<>(2 * n);
    int[] group = new int[n];
    int[] size = new int[n];
    int width = table.columns().size();
    double[] values = table.values();
    for (int r = 0; r < n; r++) {
      Integer known = first.putIfAbsent(new Row(values, r * width, width), r);
      group[r] = known == null ? r : known;
      size[group[r]]++;
    }
    int repeats = n - first.size();
    int apart = toldApart(table);
    boolean copies = repeats > FEW * n && apart > 0;
    double most = Math.max(FEW_COPIES, FREQUENT * n);
    if (apart >= FEW_DIFFERENT) {
      most = Math.max(most, TIMES_THE_AVERAGE * (double) n / first.size());
    }
    for (int r = 0; r < n; r++) {
      if (!copies || size[group[r]] > most) {
        group[r] = r;
      }
    }
    return new EqualRows(group, copies ? repeats : 0, first.size());
  }

  /** The most different values that a continuous column has; 0 where no column is continuous. */
  private static int toldApart(Table table) {
    int most = 0;
    for (String name : table.columns()) {
      double[] sorted = table.column(name);
      Arrays.sort(sorted);
      if (sorted[0] != sorted[sorted.length - 1] && LatticeDetector.detect(sorted).isEmpty()) {
        most = Math.max(most, DistinctValues.of(sorted).size());
      }
    }
    return most;
  }

  /** A row of an array, equal to another of the same numbers. */
  private record Row(double[] values, int start, int width) {
    @Override
    public boolean equals(Object other) {
      if (!(other instanceof Row row)) {
        return false;
      }
      for (int c = 0; c < width; c++) {
        if (values[start + c] != row.values[row.start + c]) {
          return false;
        }
      }
      return true;
    }

    @Override
    public int hashCode() {
      int hash = 1;
      for (int c = 0; c < width; c++) {
        // Adding zero makes the two zeros one.
        hash = 31 * hash + Double.hashCode(values[start + c] + 0.0);
      }
      return hash;
    }
  }
}
