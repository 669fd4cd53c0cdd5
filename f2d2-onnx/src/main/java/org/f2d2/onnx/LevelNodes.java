package org.f2d2.onnx;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.f2d2.data.LevelQuantile;
import org.f2d2.onnx.Graph.Type;
import org.f2d2.onnx.Graph.Value;

/**
 * The nodes of all {@link LevelQuantile} columns together, in 64 bits, without the guard.
 *
 * <p>The tables of the columns lie one after the other in one vector, so a number of nodes that
 * does not grow with the columns looks up the cells of all of them.
 */
final class LevelNodes {

  private static final double Z_LIMIT = 1e300;

  private final Graph g;
  private final List<LevelQuantile> columns;

  LevelNodes(Graph g, List<LevelQuantile> columns) {
    this.g = g;
    this.columns = List.copyOf(columns);
  }

  /**
   * Values before the guard.
   *
   * <p>Within a cell the distribution function is a straight line. Beyond the outer cells the map
   * is one, with the slope that the column has there: the value there is that of the edge and the
   * slope times the way from it.
   *
   * @param x input columns [n, c]; NaN gives a number, which the caller has to mark
   */
  ColumnNodes.Standard forward(Value x) {
    Value known = g.where(g.node("IsNaN", x), g.number(0), x);
    Value z = g.div(g.sub(known, row(LevelNodes::first)), row(c -> c.levels().spacing()));
    Value from = g.add(g.clip(z, g.number(-Z_LIMIT), g.number(Z_LIMIT)), g.number(0.5));
    Value held = g.node("Min", g.node("Max", from, g.number(0)), row(LevelNodes::count));
    Value cell = g.node("Min", g.node("Floor", held), row(c -> count(c) - 1));
    int stride = columns.stream().mapToInt(c -> c.shares().length).max().orElseThrow();
    Value at = g.cast(g.add(cell, starts(stride)), Type.INT64);
    double[] share = new double[columns.size() * stride];
    double[] below = new double[columns.size() * stride];
    double[] above = new double[columns.size() * stride];
    double[] excess = new double[columns.size() * stride];
    // Where there is no level nothing is looked up; ones keep the table free of zeros.
    Arrays.fill(share, 1);
    for (int c = 0; c < columns.size(); c++) {
      double[] p = shares(columns.get(c));
      int n = p.length;
      int start = c * stride;
      System.arraycopy(p, 0, share, start, n);
      double[] more = columns.get(c).excess();
      System.arraycopy(more, 0, excess, start, more.length);
      below[start] = columns.get(c).outside();
      above[start + n - 1] = columns.get(c).outside();
      for (int k = 1; k < n; k++) {
        below[start + k] = below[start + k - 1] + p[k - 1];
        above[start + n - 1 - k] = above[start + n - k] + p[n - k];
      }
    }
    Value p = g.gather(table(share), at, 0);
    Value under = g.add(g.gather(table(below), at, 0), g.mul(p, g.sub(held, cell)));
    Value rest = g.sub(g.add(cell, g.number(1)), held);
    Value over = g.add(g.gather(table(above), at, 0), g.mul(p, rest));
    Value inner = NormalQuantileNodes.of(g, under, over);
    Value logDensity =
        g.sub(g.mul(g.mul(inner, inner), g.number(-0.5)), g.number(0.5 * Math.log(2 * Math.PI)));
    Value inside = g.sub(g.sub(g.node("Log", p), logDensity), g.gather(table(excess), at, 0));
    Value past = g.sub(from, held);
    // An edge itself counts as beyond.
    Value isBelow = g.node("LessOrEqual", from, g.number(0));
    Value isAbove = g.node("GreaterOrEqual", from, row(LevelNodes::count));
    Value slope = g.where(isBelow, row(LevelQuantile::lowSlope), row(LevelQuantile::highSlope));
    Value logSlope = g.where(g.node("Or", isBelow, isAbove), g.node("Log", slope), inside);
    Value beyond = g.mul(slope, past);
    Value unit = row(c -> Math.log(c.levels().spacing()));
    return new ColumnNodes.Standard(g.add(inner, beyond), g.sub(logSlope, unit));
  }

  /**
   * The levels whose cells values lie in; the outer levels beyond them, as samples stay in the
   * range of the training values.
   *
   * @param standard before the guard [n, c]; NaN stays
   */
  Value inverse(Value standard) {
    int most = columns.stream().mapToInt(c -> c.shares().length).max().orElseThrow();
    int stride = most == 1 ? 1 : 2 * Integer.highestOneBit(most - 1);
    double[] edges = new double[columns.size() * stride];
    double[] levels = new double[columns.size() * stride];
    Arrays.fill(edges, Double.POSITIVE_INFINITY);
    for (int c = 0; c < columns.size(); c++) {
      LevelQuantile column = columns.get(c);
      int n = column.shares().length;
      System.arraycopy(column.edges(), 0, edges, c * stride, n);
      for (int k = 0; k < stride; k++) {
        int level = Math.min(k, n - 1);
        levels[c * stride + k] = column.round(first(column) + column.levels().spacing() * level);
      }
    }
    Value missing = g.node("IsNaN", standard);
    Value start = g.cast(starts(stride), Type.INT64);
    // The highest edge that is not above the value, by halves; the number of rows is the value's.
    Value at = g.where(missing, start, start);
    for (int step = stride / 2; step >= 1; step /= 2) {
      Value ahead = g.add(at, g.longs(step));
      Value reached = g.node("LessOrEqual", g.gather(table(edges), ahead, 0), standard);
      at = g.where(reached, ahead, at);
    }
    return g.where(missing, g.number(Double.NaN), g.gather(table(levels), at, 0));
  }

  private static double first(LevelQuantile column) {
    return column.levels().range().get(0);
  }

  private static double count(LevelQuantile column) {
    return column.shares().length;
  }

  /** Probabilities of the cells: the shares of what is not outside. */
  private static double[] shares(LevelQuantile column) {
    return Arrays.stream(column.shares()).map(p -> (1 - 2 * column.outside()) * p).toArray();
  }

  /** Where each column's part of a table starts, [1, c]. */
  private Value starts(int stride) {
    double[] starts = new double[columns.size()];
    Arrays.setAll(starts, c -> (double) c * stride);
    return g.doubles(starts, 1, starts.length);
  }

  private Value table(double[] values) {
    return g.doubles(values, values.length);
  }

  private Value row(ToDoubleFunction<LevelQuantile> of) {
    return g.doubles(columns.stream().mapToDouble(of).toArray(), 1, columns.size());
  }
}
