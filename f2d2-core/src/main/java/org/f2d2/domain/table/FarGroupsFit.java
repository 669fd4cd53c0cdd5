package org.f2d2.domain.table;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.f2d2.data.ColumnTransform;
import org.f2d2.data.DistinctValues;
import org.f2d2.data.FarGroups;
import org.f2d2.data.Lattice;
import org.f2d2.data.LevelQuantile;
import org.f2d2.data.Table;

/**
 * Looks for {@link FarGroups} among training rows.
 *
 * <p>A column is cut at its m largest gaps, with the largest m for which every segment has enough
 * rows of more than one value and every gap is at least {@value #FAR} times the larger standard
 * deviation of the two segments beside it. Long tails have their largest gaps among few rows, and
 * modes that touch have none, so neither is cut. The columns' cuts are taken together one column
 * after another; those of a column that would leave a group with too few rows, or with a column
 * that is constant in it alone, are passed over.
 */
final class FarGroupsFit {
  /** Least width of a gap, in standard deviations of the segments beside it. */
  static final double FAR = 10;

  /**
   * Fewest rows of a group. Under a smooth law, whose tails are long or not, it does not happen
   * that so many rows lie within a tenth of their distance to the next.
   */
  static final int FEWEST_ROWS = 10;

  private static final int MOST_CUTS = FarGroups.MOST_GROUPS - 1;

  private final Table training;
  private final List<ColumnTransform> columns;
  private final List<FarGroups.Cut> cuts = new ArrayList<>();

  /** Columns whose lattice has a point for a whole cluster; it says nothing within a group. */
  private final Set<Integer> withoutLattice = new HashSet<>();

  private FarGroupsFit(Table training, List<ColumnTransform> columns) {
    this.training = training;
    this.columns = columns;
  }

  /**
   * What was found.
   *
   * @param cuts of the columns
   * @param rows of each group, by its segments
   * @param withoutLattice columns whose lattice is none within the groups
   */
  record Found(
      List<FarGroups.Cut> cuts, Map<List<Integer>, int[]> rows, Set<Integer> withoutLattice) {}

  /**
   * Looks for groups.
   *
   * @param columns the transforms of all columns on all rows
   * @return empty where the rows do not fall into groups that are far apart
   */
  static Optional<Found> find(Table training, List<ColumnTransform> columns) {
    FarGroupsFit fit = new FarGroupsFit(training, columns);
    for (int c = 0; c < columns.size(); c++) {
      if (columns.get(c) instanceof ColumnTransform.Modelled transform) {
        fit.consider(c, transform);
      }
    }
    return fit.cuts.isEmpty()
        ? Optional.empty()
        : Optional.of(new Found(fit.cuts, fit.groups(), fit.withoutLattice));
  }

  private void consider(int column, ColumnTransform.Modelled transform) {
    double[] sorted = training.column(columns.get(column).name());
    Arrays.sort(sorted);
    int[] ends = ends(sorted);
    if (ends.length == 1) {
      return;
    }
    boolean keepsLattice = !transform.lattice().isEmpty();
    for (int s = 0; s < ends.length && keepsLattice; s++) {
      Lattice lattice = transform.lattice().get(0);
      double first = sorted[s == 0 ? 0 : ends[s - 1]];
      keepsLattice = lattice.round(first) != lattice.round(sorted[ends[s] - 1]);
    }
    // A table of levels leaves no room between them: it needs no groups.
    if (keepsLattice && transform instanceof LevelQuantile) {
      return;
    }
    List<Double> at = new ArrayList<>();
    for (int s = 0; s < ends.length - 1; s++) {
      double below = sorted[ends[s] - 1];
      at.add(below + (sorted[ends[s]] - below) / 2);
    }
    cuts.add(new FarGroups.Cut(column, at));
    boolean released = !keepsLattice && withoutLattice.add(column);
    if (!usable()) {
      cuts.remove(cuts.size() - 1);
      if (released) {
        withoutLattice.remove(column);
      }
    }
  }

  /**
   * Cuts a column.
   *
   * @return the index after the last value of each segment; one alone where nothing is cut
   */
  static int[] ends(double[] sorted) {
    int n = sorted.length;
    double[] gaps = new double[n - 1];
    Arrays.setAll(gaps, i -> sorted[i + 1] - sorted[i]);
    double[] inOrder = gaps.clone();
    Arrays.sort(inOrder);
    double least = inOrder[Math.max(0, inOrder.length - MOST_CUTS)];
    int[] largest =
        IntStream.range(1, n)
            .filter(i -> gaps[i - 1] > 0 && gaps[i - 1] >= least)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -gaps[i - 1]))
            .limit(MOST_CUTS)
            .mapToInt(Integer::intValue)
            .toArray();
    for (int m = largest.length; m > 0; m--) {
      int[] ends = Arrays.copyOf(largest, m + 1);
      ends[m] = n;
      Arrays.sort(ends);
      if (areFar(sorted, ends)) {
        return ends;
      }
    }
    return new int[] {n};
  }

  private static boolean areFar(double[] sorted, int[] ends) {
    for (int s = 0, from = 0; s < ends.length; from = ends[s++]) {
      if (ends[s] - from < FEWEST_ROWS || sorted[from] == sorted[ends[s] - 1]) {
        return false;
      }
    }
    double before = 0;
    for (int s = 0, from = 0; s < ends.length; from = ends[s++]) {
      double width = standardDeviation(sorted, from, ends[s]);
      double gap = s == 0 ? Double.POSITIVE_INFINITY : sorted[from] - sorted[from - 1];
      if (!(gap >= FAR * Math.max(before, width))) {
        return false;
      }
      before = width;
    }
    return true;
  }

  private static double standardDeviation(double[] values, int from, int to) {
    double mean = 0;
    double squares = 0;
    for (int i = from; i < to; i++) {
      double step = values[i] - mean;
      mean += step / (i - from + 1);
      squares += step * (values[i] - mean);
    }
    return Math.sqrt(squares / (to - from));
  }

  /** The rows of each occupied combination of segments. */
  private Map<List<Integer>, int[]> groups() {
    Map<List<Integer>, List<Integer>> groups = new LinkedHashMap<>();
    double[] values = training.values();
    int width = columns.size();
    for (int r = 0; r < training.rows(); r++) {
      List<Integer> segments = new ArrayList<>();
      for (FarGroups.Cut cut : cuts) {
        segments.add(cut.segment(values[r * width + cut.column()]));
      }
      groups.computeIfAbsent(segments, none -> new ArrayList<>()).add(r);
    }
    Map<List<Integer>, int[]> rows = new LinkedHashMap<>();
    groups.forEach((s, list) -> rows.put(s, list.stream().mapToInt(r -> r).toArray()));
    return rows;
  }

  private boolean usable() {
    Map<List<Integer>, int[]> groups = groups();
    return groups.size() <= FarGroups.MOST_GROUPS
        && groups.values().stream().allMatch(rows -> rows.length >= FEWEST_ROWS && vary(rows));
  }

  /** Whether every column that some lattice does not spread has several values in these rows. */
  private boolean vary(int[] rows) {
    double[] values = training.values();
    for (int c = 0; c < columns.size(); c++) {
      int column = c;
      boolean spread =
          !(columns.get(c) instanceof ColumnTransform.Modelled transform)
              || (!transform.lattice().isEmpty() && !withoutLattice.contains(c));
      if (!spread) {
        double[] own =
            Arrays.stream(rows).mapToDouble(r -> values[r * columns.size() + column]).toArray();
        Arrays.sort(own);
        if (DistinctValues.of(own).size() < 2) {
          return false;
        }
      }
    }
    return true;
  }
}
