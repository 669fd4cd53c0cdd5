package org.f2d2.data;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.HashSet;
import java.util.List;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.f2d2.error.F2d2Exception;

/**
 * Groups of rows that lie far apart beside their width, each with column transforms and a whitening
 * of its own; immutable.
 *
 * <p>Two clusters that are a million standard deviations apart would be two points in a common
 * model space, which neither single precision nor a network tells from points. With g the group of
 * a row x, and y the row in the model units of that group,
 *
 * <pre>{@code
 * log p(x) = ln share(g) + log p(y | g) + ln |det dy/dx|        nats
 * }</pre>
 *
 * <p>The group is read off the row, so that this is exact: some columns are cut in the middle of
 * gaps that no training row lies in, and a group is a combination of the segments between the cuts.
 *
 * @param cuts of the columns that tell the groups apart; at least one
 * @param groups at least two, with shares that sum to 1
 */
@JsonNaming(PropertyNamingStrategies.KebabCaseStrategy.class)
public record FarGroups(List<Cut> cuts, List<Group> groups) {
  /** More groups than these are not made. */
  public static final int MOST_GROUPS = 16;

  private static final double ROUNDING = 1e-6;

  /**
   * Where a column is cut.
   *
   * @param column index of the input column, from 0
   * @param at ascending, in units of the column; a value that is one of them lies below it
   */
  @JsonNaming(PropertyNamingStrategies.KebabCaseStrategy.class)
  public record Cut(int column, List<Double> at) {
    /** Checks that the values are in order. */
    public Cut {
      at = List.copyOf(at);
      boolean usable = column >= 0 && !at.isEmpty();
      for (int i = 0; i < at.size(); i++) {
        usable &= Double.isFinite(at.get(i)) && (i == 0 || at.get(i - 1) < at.get(i));
      }
      if (!usable) {
        throw new F2d2Exception("no column is cut at " + at);
      }
    }

    /** How many cuts a value lies above: its segment, from 0; that of NaN is 0. */
    public int segment(double value) {
      int segment = 0;
      while (segment < at.size() && value > at.get(segment)) {
        segment++;
      }
      return segment;
    }
  }

  /**
   * One group.
   *
   * @param segments of the cut columns, one for each cut
   * @param share of the training rows, in (0, 1)
   * @param columns one transform per input column, fitted on the group's rows
   * @param whitening empty, or the one whitening of all modelled columns of the group
   */
  @JsonNaming(PropertyNamingStrategies.KebabCaseStrategy.class)
  public record Group(
      List<Integer> segments,
      double share,
      List<ColumnTransform> columns,
      List<Whitening> whitening) {
    /** Checks the share. */
    public Group {
      segments = List.copyOf(segments);
      columns = List.copyOf(columns);
      whitening = List.copyOf(whitening);
      if (!(share > 0 && share < 1)) {
        throw new F2d2Exception("no group has a share of " + share);
      }
    }
  }

  /** Checks that the parts fit together. */
  public FarGroups {
    cuts = List.copyOf(cuts);
    groups = List.copyOf(groups);
    boolean usable = groups.size() >= 2 && groups.size() <= MOST_GROUPS;
    double shares = 0;
    HashSet<List<Integer>> seen = new HashSet<>();
    for (Group group : groups) {
      shares += group.share();
      usable &= group.segments().size() == cuts.size() && seen.add(group.segments());
      for (int i = 0; usable && i < cuts.size(); i++) {
        int segment = group.segments().get(i);
        usable = segment >= 0 && segment <= cuts.get(i).at().size();
      }
    }
    if (!usable || Math.abs(shares - 1) > ROUNDING) {
      throw new F2d2Exception("the groups of rows are not usable");
    }
  }

  /** The same groups with other transforms, by the index of the group. */
  FarGroups withColumns(IntFunction<List<ColumnTransform>> columns) {
    return new FarGroups(
        cuts,
        IntStream.range(0, groups.size())
            .mapToObj(
                g ->
                    new Group(
                        groups.get(g).segments(),
                        groups.get(g).share(),
                        columns.apply(g),
                        groups.get(g).whitening()))
            .toList());
  }

  /** Checks that every group treats the same columns in the same way. */
  void requireFor(List<ColumnTransform> columns) {
    int modelled = columns.stream().mapToInt(ColumnTransform::coordinates).sum();
    boolean usable = columns.stream().allMatch(column -> column.conditions() == 0);
    for (Cut cut : cuts) {
      usable &= cut.column() < columns.size() && columns.get(cut.column()).coordinates() > 0;
    }
    for (Group group : groups) {
      usable &=
          group.columns().size() == columns.size()
              && group.whitening().size() == groups.get(0).whitening().size()
              && group.whitening().size() <= 1
              && group.whitening().stream().allMatch(step -> step.dimensions() == modelled);
      for (int c = 0; usable && c < columns.size(); c++) {
        ColumnTransform own = group.columns().get(c);
        ColumnTransform whole = columns.get(c);
        usable =
            whole.coordinates() > 0
                ? own.coordinates() == whole.coordinates() && own.name().equals(whole.name())
                : own.equals(whole);
      }
    }
    if (!usable) {
      throw new F2d2Exception("the groups of rows do not fit the columns");
    }
  }

  /**
   * The group of an input row. A combination that no training row has goes to the group with the
   * fewest other segments and, of several, to the largest.
   *
   * @param rows row-major input rows
   * @param start index of the row's first value
   */
  int of(double[] rows, int start) {
    int best = 0;
    int fewest = Integer.MAX_VALUE;
    for (int g = 0; g < groups.size(); g++) {
      Group group = groups.get(g);
      int others = 0;
      for (int i = 0; i < cuts.size(); i++) {
        Cut cut = cuts.get(i);
        others += cut.segment(rows[start + cut.column()]) == group.segments().get(i) ? 0 : 1;
      }
      if (others < fewest || (others == fewest && group.share() > groups.get(best).share())) {
        best = g;
        fewest = others;
      }
    }
    return best;
  }

  /** The group of a model row: where the largest of its last values stands. */
  int ofModelRow(double[] rows, int start) {
    int best = 0;
    for (int g = 1; g < groups.size(); g++) {
      best = rows[start + g] > rows[start + best] ? g : best;
    }
    return best;
  }

  /** A group, as often as the training rows are of it. */
  int draw(RandomGenerator random) {
    double left = random.nextDouble();
    for (int g = 0; g < groups.size() - 1; g++) {
      left -= groups.get(g).share();
      if (left < 0) {
        return g;
      }
    }
    return groups.size() - 1;
  }
}
