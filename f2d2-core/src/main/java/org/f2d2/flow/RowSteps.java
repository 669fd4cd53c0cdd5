package org.f2d2.flow;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * One solve of {@link OdeSolver.Adaptive}. Every row has a time and a step of its own, so that what
 * becomes of it does not depend on the rows beside it; all are evaluated together.
 *
 * <p>Rows that have arrived, or that cannot be solved, stand still until enough of them have
 * gathered for the others to go on as a smaller batch. Batches have a few sizes only, since kernels
 * are made for a size when it is first met.
 */
final class RowSteps {

  private static final double FIRST_STEP = 0.02;
  private static final double SAFETY = 0.9;
  private static final double MOST_GROWTH = 5;
  private static final double MOST_SHRINK = 0.2;

  /** What is left of the interval when a row has arrived: sums of steps miss it by a rounding. */
  private static final double ARRIVED = 1e-12;

  /** Batches of fewer rows take about as long as one of these. */
  private static final int LEAST_ROWS = 16;

  private final OdeSolver.Adaptive options;
  private final OdeSolver.RightSide f;
  private final double to;
  private final double direction;
  private final long judged;

  /** The rows of the batch under way, by place in it. */
  private int[] rows;

  private double[] t;
  private double[] h;
  private boolean[] underWay;

  /** By row of the whole. */
  private final boolean[] failed;

  private int evaluations;

  /** States of rows that have left the batch, and which rows these are. */
  private final List<Tensor> left = new ArrayList<>();

  private final List<int[]> leftRows = new ArrayList<>();

  RowSteps(
      OdeSolver.Adaptive options,
      OdeSolver.RightSide f,
      int count,
      double from,
      double to,
      long judged) {
    this.options = options;
    this.f = f;
    this.to = to;
    this.direction = Math.signum(to - from);
    this.judged = judged;
    this.rows = IntStream.range(0, count).toArray();
    this.t = new double[count];
    this.h = new double[count];
    this.underWay = new boolean[count];
    this.failed = new boolean[count];
    Arrays.fill(t, from);
    Arrays.fill(h, direction * Math.min(Math.abs(to - from), FIRST_STEP));
    Arrays.fill(underWay, direction * (to - from) > ARRIVED);
  }

  OdeSolver.Solution solve(Tensor y) {
    Tensor state = y;
    @Nullable Tensor slope = null;
    for (int step = 0; step < options.maxSteps() && stillUnderWay() > 0; step++) {
      try (Scope scope = Scope.open()) {
        Moved moved = step(state, slope);
        int[] kept = keptPlaces();
        Tensor next = moved.state();
        @Nullable Tensor nextSlope = moved.slope();
        if (kept.length < rows.length) {
          leave(scope, next, kept);
          Tensor places = indices(kept);
          next = next.rows(places);
          nextSlope = nextSlope == null ? null : nextSlope.rows(places);
        }
        // The states of a thousand steps would otherwise stay in the caller's scope. What was
        // recorded for reverse mode holds its own references.
        if (state != y) {
          state.close();
        }
        if (slope != null) {
          slope.close();
        }
        state = scope.keep(next);
        slope = nextSlope == null ? null : scope.keep(nextSlope);
      }
    }
    for (int i = 0; i < rows.length; i++) {
      failed[rows[i]] |= underWay[i];
    }
    return new OdeSolver.Solution(inOrder(state), evaluations);
  }

  /**
   * What one step made of the batch.
   *
   * @param state [n, m]
   * @param slope the first stage of the next step, where it is known already
   */
  private record Moved(Tensor state, @Nullable Tensor slope) {}

  private Moved step(Tensor y, @Nullable Tensor slope) {
    ButcherTableau tableau = options.tableau();
    for (int i = 0; i < rows.length; i++) {
      if (!underWay[i]) {
        h[i] = 0;
      } else if (direction * (t[i] + h[i] - to) > 0) {
        h[i] = to - t[i];
      }
    }
    Tensor steps = column(h, y.type());
    List<Tensor> k = new ArrayList<>(tableau.stages());
    if (slope != null) {
      k.add(slope);
    }
    for (int s = k.size(); s < tableau.stages(); s++) {
      double[] times = new double[rows.length];
      double c = tableau.c().get(s);
      Arrays.setAll(times, i -> t[i] + c * h[i]);
      k.add(f.apply(moved(y, k, tableau.a().get(s), steps), column(times, y.type())));
      evaluations++;
    }
    Tensor next = moved(y, k, tableau.b(), steps);
    Tensor local = weighted(k, tableau.bError()).mul(steps).narrow(1, 0, judged);
    Tensor size =
        y.narrow(1, 0, judged)
            .abs()
            .maximum(next.narrow(1, 0, judged).abs())
            .add(1)
            .mul(options.tolerance());
    double[] squares = local.div(size).square().meanKeep(1).toDoubles();
    Tensor accepted = column(choose(squares), y.type()).lessThan(0);
    Tensor state = Tensor.where(accepted, next, y);
    return new Moved(
        state,
        tableau.firstSameAsLast() ? Tensor.where(accepted, k.get(k.size() - 1), k.get(0)) : null);
  }

  /**
   * Moves the times of the rows whose local error is small enough and chooses all next steps.
   *
   * @param squares mean square of the local error by place, in units of what is allowed
   * @return by place, -1 where the step is taken and 1 where it is not
   */
  private double[] choose(double[] squares) {
    double[] taken = new double[rows.length];
    Arrays.fill(taken, 1);
    for (int i = 0; i < rows.length; i++) {
      if (!underWay[i]) {
        continue;
      }
      double error = Math.sqrt(squares[i]);
      if (error <= 1) {
        taken[i] = -1;
        t[i] += h[i];
      }
      double factor = SAFETY * Math.pow(Math.max(error, 1e-10), -1.0 / options.tableau().order());
      h[i] *= Math.min(MOST_GROWTH, Math.max(MOST_SHRINK, factor));
      // A row that left the finite numbers, or whose steps no longer move its time.
      failed[rows[i]] = Double.isNaN(error) || t[i] + h[i] == t[i];
      underWay[i] = !failed[rows[i]] && direction * (to - t[i]) > ARRIVED;
    }
    return taken;
  }

  private int stillUnderWay() {
    int count = 0;
    for (boolean u : underWay) {
      count += u ? 1 : 0;
    }
    return count;
  }

  /**
   * The places of the rows that make up the next batch: all of those under way, and as many of the
   * others as fill one of the few sizes.
   */
  private int[] keptPlaces() {
    int going = stillUnderWay();
    int size = Math.min(rows.length, batchSize(going));
    if (size == rows.length) {
      return IntStream.range(0, size).toArray();
    }
    int[] kept = new int[size];
    int at = 0;
    int spare = size - going;
    for (int i = 0; i < rows.length; i++) {
      if (underWay[i] || spare-- > 0) {
        kept[at++] = i;
      }
    }
    return kept;
  }

  /** The least of 16, 24, 32, 48, 64, 96, ... that holds so many rows. */
  private static int batchSize(int count) {
    if (count <= LEAST_ROWS) {
      return LEAST_ROWS;
    }
    int power = 2 * Integer.highestOneBit(count - 1);
    return count <= power / 4 * 3 ? power / 4 * 3 : power;
  }

  /** Takes the places that are not kept out of the batch. */
  private void leave(Scope scope, Tensor state, int[] kept) {
    boolean[] stays = new boolean[rows.length];
    for (int place : kept) {
      stays[place] = true;
    }
    int[] gone = IntStream.range(0, rows.length).filter(i -> !stays[i]).toArray();
    left.add(scope.keep(state.rows(indices(gone))));
    leftRows.add(Arrays.stream(gone).map(i -> rows[i]).toArray());
    int[] oldRows = rows;
    double[] oldTimes = t;
    double[] oldSteps = h;
    boolean[] oldUnderWay = underWay;
    rows = new int[kept.length];
    t = new double[kept.length];
    h = new double[kept.length];
    underWay = new boolean[kept.length];
    for (int i = 0; i < kept.length; i++) {
      rows[i] = oldRows[kept[i]];
      t[i] = oldTimes[kept[i]];
      h[i] = oldSteps[kept[i]];
      underWay[i] = oldUnderWay[kept[i]];
    }
  }

  /** The states of all rows in their order; NaN where there is no solution. */
  private Tensor inOrder(Tensor last) {
    Tensor all = last;
    if (!left.isEmpty()) {
      left.add(last);
      leftRows.add(rows);
      int[] order = leftRows.stream().flatMapToInt(Arrays::stream).toArray();
      long[] place = new long[order.length];
      for (int i = 0; i < order.length; i++) {
        place[order[i]] = i;
      }
      Tensor joined = Tensor.cat(0, left);
      all = joined.rows(Tensor.of(place, place.length));
      joined.close();
      left.forEach(Tensor::close);
    }
    double[] unknown = new double[failed.length];
    Arrays.setAll(unknown, i -> failed[i] ? Double.NaN : 0);
    return Arrays.stream(unknown).allMatch(u -> u == 0)
        ? all
        : all.add(Tensor.of(unknown, all.type(), unknown.length, 1));
  }

  private static Tensor indices(int[] places) {
    return Tensor.of(Arrays.stream(places).asLongStream().toArray(), places.length);
  }

  private static Tensor column(double[] values, DType type) {
    return Tensor.of(values, type, values.length, 1);
  }

  private static Tensor moved(Tensor y, List<Tensor> k, List<Double> weights, Tensor steps) {
    return weights.isEmpty() ? y : y.addProduct(weighted(k, weights), steps);
  }

  private static Tensor weighted(List<Tensor> k, List<Double> weights) {
    @Nullable Tensor sum = null;
    for (int i = 0; i < weights.size(); i++) {
      double w = weights.get(i);
      if (w != 0) {
        sum = sum == null ? k.get(i).mul(w) : sum.addScaled(k.get(i), w);
      }
    }
    if (sum == null) {
      throw new IllegalArgumentException("a method needs a weight that is not zero");
    }
    return sum;
  }
}
