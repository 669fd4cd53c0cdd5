package org.f2d2.flow;

import java.util.ArrayList;
import java.util.List;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;

/**
 * The times between which a flow map jumps: 0 = g₀ &lt; g₁ &lt; ... &lt; g_K = 1. A sampler walks
 * it upwards, a log-density downwards.
 *
 * @param times from 0 to 1, strictly increasing
 */
public record TimeGrid(List<Double> times) {

  /**
   * Where rows are on a walk along the grid.
   *
   * @param points [n, d]
   * @param total what the jumps so far have added up, [n, 1] in 64 bits
   */
  public record State(Tensor points, Tensor total) {}

  /** One jump of a walk. */
  @FunctionalInterface
  public interface Jump {
    /** The state at time {@code to}, from that at time {@code from}. */
    State from(State state, double from, double to);
  }

  /** Copies and checks the times. */
  public TimeGrid {
    times = List.copyOf(times);
    if (times.size() < 2 || times.get(0) != 0 || times.get(times.size() - 1) != 1) {
      throw new IllegalArgumentException("a grid of times starts at 0 and ends at 1, got " + times);
    }
    for (int i = 1; i < times.size(); i++) {
      // Written so that NaN fails too.
      if (!(times.get(i) > times.get(i - 1))) {
        throw new IllegalArgumentException("the times of a grid must increase, got " + times);
      }
    }
  }

  /** K jumps of equal length. */
  public static TimeGrid uniform(int jumps) {
    if (jumps < 1) {
      throw new IllegalArgumentException("a grid needs at least 1 jump, got " + jumps);
    }
    List<Double> times = new ArrayList<>(jumps + 1);
    for (int i = 0; i <= jumps; i++) {
      times.add((double) i / jumps);
    }
    return new TimeGrid(times);
  }

  /** A grid of the given times, 0 and 1 among them. */
  public static TimeGrid of(double... times) {
    List<Double> list = new ArrayList<>(times.length);
    for (double t : times) {
      list.add(t);
    }
    return new TimeGrid(list);
  }

  /** Number of jumps, K. */
  public int jumps() {
    return times.size() - 1;
  }

  /** g_i, for i = 0, ..., K. */
  public double time(int i) {
    return times.get(i);
  }

  /** Walks from noise to data; the total starts at 0. */
  public State upwards(Tensor start, Jump jump) {
    State state = startAt(start);
    for (int i = 0; i < jumps(); i++) {
      state = advance(state, jump, time(i), time(i + 1), start);
    }
    return state;
  }

  /**
   * Times that lie closer and closer together towards the data: 1 - (1 - i/k)^power.
   *
   * @param power above 0; 1 for equal jumps, below 1 for times that lie closer to the noise
   */
  public static TimeGrid towardsData(int jumps, double power) {
    List<Double> even = uniform(jumps).times();
    return new TimeGrid(even.stream().map(t -> 1 - Math.pow(1 - t, power)).toList());
  }

  /** Walks from data to noise; the total starts at 0. */
  public State downwards(Tensor start, Jump jump) {
    State state = startAt(start);
    for (int i = jumps(); i > 0; i--) {
      state = advance(state, jump, time(i), time(i - 1), start);
    }
    return state;
  }

  /** One time for all rows of x, [n, 1]. */
  public static Tensor column(Tensor x, double time) {
    return x.column(0).zerosLike().add(time);
  }

  private static State startAt(Tensor points) {
    return new State(points, column(points, 0).to(DType.FLOAT64));
  }

  // A walk of many jumps holds two states at a time.
  private static State advance(State old, Jump jump, double from, double to, Tensor start) {
    try (Scope scope = Scope.open()) {
      State next = jump.from(old, from, to);
      if (next.points() != old.points()) {
        scope.keep(next.points());
        if (old.points() != start) {
          old.points().close();
        }
      }
      if (next.total() != old.total()) {
        scope.keep(next.total());
        old.total().close();
      }
      return next;
    }
  }
}
