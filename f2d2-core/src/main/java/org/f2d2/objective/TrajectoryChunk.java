package org.f2d2.objective;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.f2d2.flow.Coordinates;
import org.f2d2.flow.TimeGrid;
import org.f2d2.flow.VelocityField;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;

/**
 * Trajectories that share a grid: some from noise forward, some from data rows back, all by
 * classical Runge–Kutta steps of (x, A) from node to node.
 *
 * <p>The solvers of {@code flow} say where a solve ends; here the slope at each node is kept as
 * well, and the stages are summed in another order, which the numbers of a fit depend on.
 */
final class TrajectoryChunk {

  private final VelocityField teacher;
  private final Trajectories.Options options;
  private final Rng rng;

  /**
   * Trajectories still to be solved.
   *
   * @param teacher the field to follow
   * @param rng draws grid, starts and probes
   */
  TrajectoryChunk(VelocityField teacher, Trajectories.Options options, Rng rng) {
    this.teacher = teacher;
    this.options = options;
    this.rng = rng;
  }

  /**
   * Solves them.
   *
   * @param data where data rows come from
   */
  Trajectories solve(TrainingRows data, DType type) {
    try (Scope scope = Scope.open()) {
      int d = teacher.dimensions();
      int noise = (int) Math.round(options.chunk() * options.noiseShare());
      int wide = (int) Math.round(options.chunk() * options.wideShare());
      double[] grid = grid();
      Coordinates c = teacher.coordinates();
      Tensor start = rng.normal(type, Math.max(noise, 1), d);
      if (c.conditions() > 0) {
        start = c.withConditions(c.moving(start), data.draw(Math.max(noise, 1), rng));
      }
      List<Tensor> forward = nodes(start, grid, true);
      Tensor rows = data.draw(Math.max(1, options.chunk() - noise), rng);
      int moved = (int) Math.min(wide, rows.size(0));
      Tensor end =
          Tensor.cat(
              0, OffPathNoise.moved(rows.rows(0, moved), c, rng), rows.rows(moved, rows.size(0)));
      List<Tensor> backward = nodes(end, grid, false);
      List<Tensor> states =
          noise == 0 ? backward : noise == options.chunk() ? forward : join(forward, backward);
      // [n, J, 2d + 1]: x, A counted from the start of the solve, v
      Tensor all = Tensor.stack(1, states);
      Tensor a = all.narrow(2, d, 1).reshape(all.size(0), -1);
      Tensor fromNoise = a.sub(a.narrow(1, 0, 1));
      Tensor times = Tensor.of(grid, type, 1, grid.length).repeat(all.size(0), 1);
      return new Trajectories(
          scope.keep(times),
          scope.keep(all.narrow(2, 0, d).copy()),
          scope.keep(fromNoise.copy()),
          scope.keep(all.narrow(2, d + 1, d).copy()),
          c);
    }
  }

  private static List<Tensor> join(List<Tensor> first, List<Tensor> second) {
    List<Tensor> joined = new ArrayList<>(first.size());
    for (int j = 0; j < first.size(); j++) {
      joined.add(Tensor.cat(0, first.get(j), second.get(j)));
    }
    return joined;
  }

  private double[] grid() {
    int n = options.intervals();
    double[] grid = new double[n + 1];
    double[] jitter = rng.uniform(DType.FLOAT64, n + 1).toDoubles();
    for (int j = 0; j <= n; j++) {
      double shift = j % options.exactEvery() == 0 ? 0 : 0.8 * (jitter[j] - 0.5);
      grid[j] = (j + shift) / n;
    }
    return grid;
  }

  /** States (x, A, v) at the nodes in the order of the grid; A is 0 where the solve starts. */
  private List<Tensor> nodes(Tensor start, double[] grid, boolean fromNoise) {
    long d = start.size(1);
    int last = grid.length - 1;
    List<Tensor> states = new ArrayList<>();
    Tensor joint = Tensor.cat(1, start, Tensor.zeros(start.type(), start.size(0), 1));
    for (int j = 0; j <= last; j++) {
      // What a step leaves behind is freed with it: a chunk holds its nodes, not its stages.
      try (Scope scope = Scope.open()) {
        double t = grid[fromNoise ? j : last - j];
        Tensor k1 = rate(joint.narrow(1, 0, d), t);
        states.add(scope.keep(Tensor.cat(1, joint, k1.narrow(1, 0, d))));
        if (j < last) {
          double end = grid[fromNoise ? j + 1 : last - j - 1];
          joint = scope.keep(advance(joint, k1, t, end));
        }
      }
    }
    if (!fromNoise) {
      Collections.reverse(states);
    }
    return states;
  }

  /**
   * One Runge–Kutta step between nodes; several where the interval touches the data: structure of
   * width w comes up within 1-t of the order of w.
   */
  private Tensor advance(Tensor joint, Tensor k1, double from, double to) {
    long d = joint.size(1) - 1;
    Tensor state = joint;
    Tensor first = k1;
    double at = from;
    for (double next : towardData(from, to)) {
      if (at != from) {
        first = rate(state.narrow(1, 0, d), at);
      }
      state = state.addScaled(slope(state, first, at, next - at), next - at);
      at = next;
    }
    return state;
  }

  private double[] towardData(double from, double to) {
    if (Math.max(from, to) < 1) {
      return new double[] {to};
    }
    int halvings = options.halvings();
    double h = Math.abs(to - from);
    double[] times = new double[halvings + 1];
    for (int i = 0; i < halvings; i++) {
      int power = to > from ? i + 1 : halvings - i;
      times[i] = 1 - h / (1 << power);
    }
    times[halvings] = to;
    return times;
  }

  /** The mean slope of one classical Runge–Kutta step of (x, A), whose right side needs x only. */
  private Tensor slope(Tensor joint, Tensor k1, double t, double h) {
    long d = joint.size(1) - 1;
    Tensor x = joint.narrow(1, 0, d);
    Tensor k2 = rate(x.addScaled(k1.narrow(1, 0, d), h / 2), t + h / 2);
    Tensor k3 = rate(x.addScaled(k2.narrow(1, 0, d), h / 2), t + h / 2);
    Tensor k4 = rate(x.addScaled(k3.narrow(1, 0, d), h), t + h);
    return k1.addScaled(k2, 2).addScaled(k3, 2).add(k4).div(6);
  }

  /** (v, div v) of rows at one time; an evaluation leaves nothing behind but this. */
  private Tensor rate(Tensor x, double t) {
    try (Scope scope = Scope.open()) {
      Tensor time = TimeGrid.column(x, t);
      return scope.keep(
          switch (options.divergence()) {
            case EXACT -> teacher.joint(x, time);
            case ONE_PROBE ->
                teacher.probed(
                    x, time, teacher.coordinates().along(rng.rademacher(x.type(), x.shape())));
          });
    }
  }
}
