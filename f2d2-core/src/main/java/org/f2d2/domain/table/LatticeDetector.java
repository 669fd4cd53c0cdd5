package org.f2d2.domain.table;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.f2d2.data.DistinctValues;
import org.f2d2.data.Lattice;

/**
 * Decides whether the values of a column sit on a {@link Lattice}, and on which.
 *
 * <p>The rule, for n rows; values that differ only in the last digits of a double count as equal,
 * and the single most frequent value is left out of the shares, for it may be a filler such as 0:
 *
 * <ol>
 *   <li><b>Repeats are frequent.</b> At least half of the rows share their value with another row,
 *       or the lattice has at most n/4 points between the extremes. A column with n rows on a
 *       lattice finer than 2.5/n of its standard deviation repeats less than that if it is normal;
 *       so what is passed over is finer than n rows can resolve.
 *   <li><b>The lattice fits.</b> At least 90 % of the rows and 60 % of the distinct values lie
 *       within 3 % of a spacing of a lattice point (by chance it would be 6 %); with at most 10
 *       distinct values all of them must. The rest may be imputed or more finely noted values; they
 *       are treated like the others, but sampling does not produce them.
 *   <li><b>The lattice matters.</b> The spacing is at least the interquartile range divided by n.
 * </ol>
 *
 * <p>Of the lattices that pass, the coarsest is taken; but where it misses more than 0.5 % of the
 * rows and one that misses none is at most four times finer, that one is taken: odd numbers that
 * are rare among even ones are numbers all the same. Candidates are the gaps between neighbouring
 * distinct values divided by 1 to 10, and 1, 2 or 5 times a power of ten; each is refined by least
 * squares from the near points to the far ones, so that a printed spacing need not be exact.
 * Candidate offsets are 0 and the most frequent values.
 */
final class LatticeDetector {
  private static final double TOLERANCE = 0.03;
  private static final double ROW_SHARE = 0.9;
  private static final double VALUE_SHARE = 0.6;
  private static final int FEW_VALUES = 10;
  private static final double MISSED_SHARE = 0.005;
  private static final double FINER = 4;
  private static final double REPEAT_SHARE = 0.5;
  private static final double ROWS_PER_POINT = 4;
  private static final int DIVISORS = 10;
  private static final int ANCHORS = 6;

  /**
   * While a spacing is refined, values this close to a point count; by chance a fifth would. A
   * stretch of many values of which fewer than the share are near ends the attempt.
   */
  private static final double NEAR = 0.1;

  private static final double NEAR_SHARE = 0.45;
  private static final int STRETCH = 30;

  private final DistinctValues distinct;
  private final int mode;
  private final int rows;

  private LatticeDetector(DistinctValues distinct) {
    this.distinct = distinct;
    this.rows = distinct.rows();
    this.mode = distinct.mode();
  }

  /**
   * Applies the rule.
   *
   * @param sorted the column's finite values, ascending
   * @return the lattice; empty for a continuous or a constant column
   */
  static Optional<Lattice> detect(double[] sorted) {
    DistinctValues distinct = DistinctValues.of(sorted);
    if (distinct.size() < 2) {
      return Optional.empty();
    }
    double iqr = sorted[(int) (0.75 * (sorted.length - 1))] - sorted[(sorted.length - 1) / 4];
    return new LatticeDetector(distinct).detect(iqr / sorted.length);
  }

  private Optional<Lattice> detect(double leastSpacing) {
    boolean repeats = distinct.sharedBeside(mode) >= REPEAT_SHARE;
    if (!repeats && distinct.size() > rows / ROWS_PER_POINT) {
      return Optional.empty();
    }
    double range = distinct.value(distinct.size() - 1) - distinct.value(0);
    double[] anchors = anchors();
    Optional<Lattice> coarse = Optional.empty();
    for (double candidate : candidates(leastSpacing)) {
      if (!repeats && range / candidate > rows / ROWS_PER_POINT - 1) {
        break; // finer candidates have more points still
      }
      if (coarse.isPresent() && candidate < coarse.get().spacing() / FINER * 0.99) {
        break;
      }
      for (double anchor : anchors) {
        Optional<Lattice> fit = fit(candidate, anchor);
        if (fit.isPresent()) {
          double missed = missedShare(fit.get());
          if (missed == 0 || (coarse.isEmpty() && missed <= MISSED_SHARE)) {
            return fit;
          }
          coarse = coarse.isPresent() ? coarse : fit;
        }
      }
    }
    return coarse;
  }

  /** Spacings to try, from coarse to fine, none finer than the limit. */
  private double[] candidates(double leastSpacing) {
    double[] gaps = distinct.gaps();
    TreeSet<Double> found = new TreeSet<>(Comparator.reverseOrder());
    for (double share : new double[] {0, .01, .02, .05, .1, .2, .3, .5, .7}) {
      double gap = gaps[(int) (share * (gaps.length - 1))];
      for (int divisor = 1; divisor <= DIVISORS; divisor++) {
        found.add(gap / divisor);
      }
    }
    if (distinct.size() == 2) {
      found.retainAll(Set.of(gaps[0]));
    }
    double median = gaps[gaps.length / 2];
    for (int power = (int) Math.floor(Math.log10(median)); power >= -9; power--) {
      for (int digit : new int[] {5, 2, 1}) {
        double step = power < 0 ? digit / Math.pow(10, -power) : digit * Math.pow(10, power);
        if (distinct.size() > 2 && step <= median && step >= gaps[0] / DIVISORS) {
          found.add(step);
        }
      }
    }
    return found.stream().mapToDouble(s -> s).filter(s -> s >= leastSpacing).toArray();
  }

  private double[] anchors() {
    double[] frequent =
        IntStream.range(0, distinct.size())
            .boxed()
            .sorted(Comparator.comparingInt(i -> -distinct.count(i)))
            .limit(ANCHORS)
            .mapToDouble(distinct::value)
            .toArray();
    double[] anchors = Arrays.copyOf(frequent, frequent.length + 1);
    anchors[frequent.length] = 0;
    return anchors;
  }

  private Optional<Lattice> fit(double candidate, double anchor) {
    OptionalDouble refined = refine(candidate, anchor);
    if (refined.isEmpty()) {
      return Optional.empty();
    }
    double spacing = tidy(refined.getAsDouble(), anchor);
    if (!matches(spacing, anchor)) {
      return Optional.empty();
    }
    double cells = anchor / spacing;
    boolean throughZero = Math.abs(cells - Math.rint(cells)) < 1e-6;
    return Optional.of(new Lattice(throughZero ? 0 : anchor, spacing));
  }

  /**
   * Least squares for the spacing through the anchor, over values at most 8, 16, 32, … spacings
   * away: an error in the first guess grows with the distance, and is corrected before it reaches a
   * cell.
   *
   * @return empty as soon as a stretch of values clearly does not fit
   */
  private OptionalDouble refine(double candidate, double anchor) {
    double spacing = candidate;
    for (double reach = 8; ; reach *= 2) {
      int from = distinct.firstFrom(anchor - (reach + 0.5) * spacing);
      int to = distinct.firstFrom(anchor + (reach + 0.5) * spacing);
      Fit fit = leastSquares(spacing, anchor, from, to, NEAR);
      if (to - from >= STRETCH && fit.near() < NEAR_SHARE * (to - from)) {
        return OptionalDouble.empty();
      }
      spacing = fit.spacing();
      if (from == 0 && to == distinct.size()) {
        // With the cells known, values off the lattice can be left out and stop pulling.
        spacing = leastSquares(spacing, anchor, from, to, NEAR / 4).spacing();
        return OptionalDouble.of(leastSquares(spacing, anchor, from, to, NEAR / 16).spacing());
      }
    }
  }

  /** A refined spacing, and how many distinct values were near enough to count. */
  private record Fit(double spacing, int near) {}

  private Fit leastSquares(double spacing, double anchor, int from, int to, double tolerance) {
    double products = 0;
    double squares = 0;
    int near = 0;
    for (int i = from; i < to; i++) {
      double away = distinct.value(i) - anchor;
      double k = Math.rint(away / spacing);
      if (Math.abs(away / spacing - k) < tolerance) {
        products += distinct.count(i) * k * away;
        squares += distinct.count(i) * k * k;
        near++;
      }
    }
    return new Fit(squares > 0 ? products / squares : spacing, near);
  }

  private boolean matches(double spacing, double anchor) {
    long onRows = 0;
    long allRows = 0;
    int onValues = 0;
    int allValues = 0;
    for (int i = 0; i < distinct.size(); i++) {
      double cells = (distinct.value(i) - anchor) / spacing;
      boolean on = Math.abs(cells - Math.rint(cells)) <= TOLERANCE;
      if (i == mode) {
        if (!on && distinct.size() <= FEW_VALUES) {
          return false;
        }
        continue;
      }
      allRows += distinct.count(i);
      allValues++;
      if (on) {
        onRows += distinct.count(i);
        onValues++;
      }
    }
    return distinct.size() <= FEW_VALUES
        ? onValues == allValues
        : onRows >= ROW_SHARE * allRows && onValues >= VALUE_SHARE * allValues;
  }

  /** The share of rows off the lattice, the most frequent value left out. */
  private double missedShare(Lattice lattice) {
    int missed = 0;
    for (int i = 0; i < distinct.size(); i++) {
      double cells = (distinct.value(i) - lattice.offset()) / lattice.spacing();
      if (i != mode && Math.abs(cells - Math.rint(cells)) > TOLERANCE) {
        missed += distinct.count(i);
      }
    }
    return missed / (double) (rows - distinct.count(mode));
  }

  /**
   * A short decimal, or one over a whole number, where the spacing is one but for rounding: closer
   * than a millionth, and than what would be seen at the far end of the column.
   */
  private double tidy(double spacing, double anchor) {
    double furthest =
        Math.max(
            Math.abs(distinct.value(0) - anchor),
            Math.abs(distinct.value(distinct.size() - 1) - anchor));
    double tolerance = Math.min(1e-6, TOLERANCE * spacing / furthest);
    for (int power = 0; power <= 9; power++) {
      double scale = Math.pow(10, power);
      double digits = Math.rint(spacing * scale);
      if (digits > 0 && digits < 1000 && Math.abs(spacing * scale - digits) < tolerance * digits) {
        return digits / scale;
      }
    }
    double cells = Math.rint(1 / spacing);
    return cells > 1
            && cells < 1e5
            && Math.abs(1 / spacing - cells) < Math.min(1e-3, tolerance * cells)
        ? 1 / cells
        : spacing;
  }
}
