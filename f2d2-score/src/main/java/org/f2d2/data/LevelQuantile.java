package org.f2d2.data;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.f2d2.error.F2d2Exception;
import org.jspecify.annotations.Nullable;

/**
 * A rounded column whose spread values go through their own distribution to a normal law.
 *
 * <p>With the levels k = 0, …, L-1 of the lattice between the least and the greatest training
 * value, and their shares p_k, the spread column has the density p_k over cell k, so that
 *
 * <pre>
 *   z        = (x - first)/spacing                    cells of width 1; cell k is [k - ½, k + ½]
 *   F(z)     = ε + (1 - 2ε) ( p_0 + … + p_(k-1) + p_k (z - k + ½) )
 *   standard = Φ⁻¹( F(z) )
 *   ln slope = ln( (1 - 2ε) p_k ) + ½ standard² + ½ ln 2π
 * </pre>
 *
 * is exactly normal where the shares are right: flags, counts and other columns of few values leave
 * a density model nothing to learn about themselves, and it cannot put mass between or beyond the
 * levels. Beyond the outer cells, where training had nothing, the map goes on as a straight line
 * with the mean slope that it has over the outer twentieth of the rows.
 *
 * <p>A model of such rows is rounder than they are: at the middle of a cell, where rows are scored,
 * its density is above the mean over the cell, which is the density that the level should get. By
 * how much is stored for each level and subtracted, see {@link #excess}.
 */
public final class LevelQuantile implements ColumnTransform.Modelled {

  /** More levels than these are not tabled. */
  static final int MOST_LEVELS = 1024;

  /** What a table of shares must win over the smooth map, in nats per row. */
  private static final double CLEAR_GAIN = 0.02;

  /** The share of the rows whose width says how wide the tail beyond them is. */
  private static final double TAIL = 0.05;

  /** Rows that are thought to lie beyond either end. */
  private static final double OUTSIDE_ROWS = 0.5;

  /** Keeps z within what a double can add to. */
  private static final double Z_LIMIT = 1e300;

  private final String name;
  private final Lattice lattice;
  private final double[] shares;
  private final double outside;
  private final double[] excess;

  /** Values before the guard at the edges of the cells, L + 1 long. */
  private final double[] edges;

  /** {@code F} at the edges, from below and, for the upper half, from above. */
  private final double[] below;

  private final double[] above;
  private final double lowSlope;
  private final double highSlope;

  /**
   * Rebuilds a stored column.
   *
   * @param name the column
   * @param lattice its lattice, with a range from the first level to the last
   * @param shares of the levels, positive; scaled to sum to 1
   * @param outside ε, the probability beyond either end, in (0, 1/20)
   * @param excess of the density at the middle of each cell over the mean of the cell, nats; none
   *     where nothing is known of a model
   * @throws F2d2Exception when these do not fit together
   */
  @JsonCreator
  public LevelQuantile(
      @JsonProperty("name") String name,
      @JsonProperty("lattice") Lattice lattice,
      @JsonProperty("shares") double[] shares,
      @JsonProperty("outside") double outside,
      @JsonProperty("excess") double @Nullable [] excess) {
    this.name = name;
    this.excess = excess == null ? new double[0] : excess.clone();
    this.lattice = lattice;
    this.outside = outside;
    double total = Arrays.stream(shares).sum();
    boolean usable =
        lattice.range().size() == 2
            && shares.length > 0
            && Arrays.stream(shares).allMatch(p -> p > 0)
            && Double.isFinite(total)
            && outside > 0
            && outside < TAIL
            && levels(lattice) == shares.length
            && (this.excess.length == 0 || this.excess.length == shares.length)
            && Arrays.stream(this.excess).allMatch(Double::isFinite);
    if (!usable) {
      throw new F2d2Exception("the levels of column '" + name + "' are not usable");
    }
    this.shares = Arrays.stream(shares).map(p -> p / total).toArray();
    int n = shares.length;
    this.below = new double[n + 1];
    this.above = new double[n + 1];
    this.edges = new double[n + 1];
    below[0] = outside;
    above[n] = outside;
    for (int k = 0; k < n; k++) {
      below[k + 1] = below[k] + inside() * this.shares[k];
      above[n - k - 1] = above[n - k] + inside() * this.shares[n - k - 1];
    }
    for (int k = 0; k <= n; k++) {
      edges[k] = NormalQuantile.of(below[k], above[k]);
    }
    double low = place(NormalQuantile.of(TAIL, 1 - TAIL));
    double high = place(NormalQuantile.of(1 - TAIL, TAIL));
    this.lowSlope = (NormalQuantile.of(TAIL, 1 - TAIL) - edges[0]) / low;
    this.highSlope = (edges[n] - NormalQuantile.of(1 - TAIL, TAIL)) / (n - high);
  }

  private static long levels(Lattice lattice) {
    double cells = (lattice.range().get(1) - lattice.range().get(0)) / lattice.spacing();
    return cells < MOST_LEVELS ? Math.round(cells) + 1 : Long.MAX_VALUE;
  }

  /**
   * Takes the shares of the levels, if a table of them describes the column better than a smooth
   * map does.
   *
   * @param lattice with its range
   * @param values training values, not spread
   * @param smooth the other map
   * @param spread the training values spread over their cells
   * @return empty where the smooth map is as good: the table's log-density of each row is that
   *     which the other rows give
   */
  public static Optional<LevelQuantile> fit(
      String name, Lattice lattice, double[] values, TailedColumn smooth, double[] spread) {
    long levels = levels(lattice);
    if (levels > MOST_LEVELS) {
      return Optional.empty();
    }
    int n = values.length;
    double[] counts = new double[(int) levels];
    for (double value : values) {
      double k = Math.rint((value - lattice.range().get(0)) / lattice.spacing());
      counts[(int) Math.max(0, Math.min(levels - 1, k))]++;
    }
    SmoothedShares smoothed = SmoothedShares.of(counts);
    double table = smoothed.logLikelihood() - Math.log(lattice.spacing());
    double map = 0;
    for (double value : spread) {
      double w = smooth.forward(value);
      map += (smooth.logSlope(value) + NormalDistribution.logDensity(w)) / spread.length;
    }
    return table > map + CLEAR_GAIN
        ? Optional.of(
            new LevelQuantile(name, lattice, smoothed.shares(), OUTSIDE_ROWS / (n + 1), null))
        : Optional.empty();
  }

  @Override
  @JsonProperty("name")
  public String name() {
    return name;
  }

  @Override
  @JsonIgnore
  public List<Lattice> lattice() {
    return List.of(lattice);
  }

  /** The lattice as it is stored. */
  @JsonProperty("lattice")
  public Lattice levels() {
    return lattice;
  }

  /** A copy of the shares of the levels, which sum to 1. */
  @JsonProperty("shares")
  public double[] shares() {
    return shares.clone();
  }

  /** The probability beyond either end. */
  @JsonProperty("outside")
  public double outside() {
    return outside;
  }

  /**
   * A copy of what the density of a model at the middle of each cell is above its mean over the
   * cell, in nats; empty where that is not known, which counts as 0.
   */
  @JsonProperty("excess")
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public double[] excess() {
    return excess.clone();
  }

  /** This column of a model whose {@link #excess} is known. */
  public LevelQuantile withExcess(double[] known) {
    return new LevelQuantile(name, lattice, shares, outside, known);
  }

  /** The slope before the guard below the first cell, per cell. */
  @JsonIgnore
  public double lowSlope() {
    return lowSlope;
  }

  /** The slope before the guard above the last cell, per cell. */
  @JsonIgnore
  public double highSlope() {
    return highSlope;
  }

  /** A copy of the values before the guard at the edges of the cells, one more than levels. */
  @JsonIgnore
  public double[] edges() {
    return edges.clone();
  }

  @Override
  public double z(double value) {
    double z = (value - lattice.range().get(0)) / lattice.spacing();
    return Math.max(-Z_LIMIT, Math.min(Z_LIMIT, z));
  }

  @Override
  public double standard(double z) {
    double from = z + 0.5;
    int n = shares.length;
    if (from <= 0) {
      return edges[0] + lowSlope * from;
    }
    if (from >= n) {
      return edges[n] + highSlope * (from - n);
    }
    if (Double.isNaN(z)) {
      return z;
    }
    int k = (int) from;
    double part = inside() * shares[k] * (from - k);
    double rest = inside() * shares[k] * (k + 1 - from);
    return NormalQuantile.of(below[k] + part, above[k + 1] + rest);
  }

  @Override
  public double logShape(double z, double standard) {
    double from = z + 0.5;
    int n = shares.length;
    double slope =
        from <= 0
            ? Math.log(lowSlope)
            : from >= n
                ? Math.log(highSlope)
                : Math.log(inside() * shares[(int) from]) - NormalDistribution.logDensity(standard);
    return RangeGuard.logSlope(standard) + slope;
  }

  @Override
  public double logExcess(double z) {
    double from = z + 0.5;
    return excess.length == 0 || !(from > 0 && from < shares.length) ? 0 : excess[(int) from];
  }

  @Override
  public double logScale() {
    return Math.log(lattice.spacing());
  }

  @Override
  public double inverse(double modelValue) {
    double standard = RangeGuard.invert(modelValue);
    int n = shares.length;
    double z;
    if (Double.isNaN(standard)) {
      return standard;
    }
    if (standard <= edges[0]) {
      z = (standard - edges[0]) / lowSlope - 0.5;
    } else if (standard >= edges[n]) {
      z = (standard - edges[n]) / highSlope + n - 0.5;
    } else {
      z = place(standard) - 0.5;
    }
    double value = lattice.range().get(0) + lattice.spacing() * z;
    return Math.max(-Double.MAX_VALUE, Math.min(Double.MAX_VALUE, value));
  }

  /** Distance from the first edge, in cells, of a value before the guard between the edges. */
  private double place(double standard) {
    int at = Arrays.binarySearch(edges, standard);
    int k = at >= 0 ? Math.min(at, shares.length - 1) : -at - 2;
    double share = inside() * shares[k];
    // The smaller tail has the digits.
    double part =
        standard <= 0
            ? (NormalDistribution.below(standard) - below[k]) / share
            : 1 - (NormalDistribution.below(-standard) - above[k + 1]) / share;
    return k + Math.max(0, Math.min(1, part));
  }

  private double inside() {
    return 1 - 2 * outside;
  }
}
