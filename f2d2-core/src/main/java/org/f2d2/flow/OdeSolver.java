package org.f2d2.flow;

import java.util.ArrayList;
import java.util.List;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;

/** Solves dy/dt = f(y, t) between two times in either direction. */
public sealed interface OdeSolver {

  /**
   * The right side: y is [n, m], the answer too. The solver frees y after the step, and asks no
   * time outside the interval that it solves.
   */
  @FunctionalInterface
  interface RightSide {
    /** dy/dt at one time common to all rows. */
    Tensor apply(Tensor y, double t);
  }

  /**
   * The end of a solve.
   *
   * @param y state at the end time
   * @param evaluations calls of the right side
   */
  record Solution(Tensor y, int evaluations) {}

  /** Solves from one time to another. */
  default Solution solve(RightSide f, Tensor y, double from, double to) {
    return solve(f, y, from, to, y.size(1));
  }

  /**
   * Solves from one time to another with steps that suit the first columns alone. The others are
   * integrals along the way, whose right side may be random.
   *
   * @param judged how many columns the choice of steps looks at, at least 1
   */
  Solution solve(RightSide f, Tensor y, double from, double to, long judged);

  /**
   * Equal steps.
   *
   * @param tableau the method
   * @param steps number of steps, at least 1
   */
  record FixedStep(ButcherTableau tableau, int steps) implements OdeSolver {
    /** Checks the number of steps. */
    public FixedStep {
      if (steps < 1) {
        throw new IllegalArgumentException("steps must be at least 1, got " + steps);
      }
    }

    @Override
    public Solution solve(RightSide f, Tensor y, double from, double to, long judged) {
      double h = (to - from) / steps;
      Tensor state = y;
      for (int i = 0; i < steps; i++) {
        try (Scope scope = Scope.open()) {
          List<Tensor> k = stages(tableau, between(f, from, to), state, from + i * h, h);
          state = replace(state, scope.keep(combine(state, k, tableau.b(), h)), y);
        }
      }
      return new Solution(state, steps * tableau.stages());
    }
  }

  /**
   * Steps chosen so that the root mean square of the local error of the worst row stays below
   * {@code tolerance · (1 + |y|)}.
   *
   * @param tableau a method with an embedded error estimate
   * @param tolerance absolute and relative tolerance
   * @param maxSteps gives up after so many steps
   */
  record Adaptive(ButcherTableau tableau, double tolerance, int maxSteps) implements OdeSolver {
    private static final double SAFETY = 0.9;
    private static final double MOST_GROWTH = 5;
    private static final double MOST_SHRINK = 0.2;

    /** Checks the options. */
    public Adaptive {
      if (tableau.bError().isEmpty()) {
        throw new IllegalArgumentException(tableau.name() + " has no error estimate");
      }
      if (!(tolerance > 0)) {
        throw new IllegalArgumentException("the tolerance must be positive, got " + tolerance);
      }
      if (maxSteps < 1) {
        throw new IllegalArgumentException("maxSteps must be at least 1, got " + maxSteps);
      }
    }

    @Override
    public Solution solve(RightSide f, Tensor y, double from, double to, long judged) {
      double direction = Math.signum(to - from);
      double t = from;
      double h = direction * Math.min(Math.abs(to - from), 0.02);
      Tensor state = y;
      int evaluations = 0;
      for (int step = 0; step < maxSteps; step++) {
        if (direction * (to - t) <= 1e-12) {
          return new Solution(state, evaluations);
        }
        if (direction * (t + h - to) > 0) {
          h = to - t;
        }
        double error;
        try (Scope scope = Scope.open()) {
          List<Tensor> k = stages(tableau, between(f, from, to), state, t, h);
          evaluations += tableau.stages();
          Tensor next = combine(state, k, tableau.b(), h);
          Tensor local = combine(state.zerosLike(), k, tableau.bError(), h);
          Tensor size = state.abs().maximum(next.abs()).add(1).mul(tolerance);
          Tensor seen = local.div(size).narrow(1, 0, judged);
          error = Math.sqrt(seen.square().meanKeep(1).max().item());
          if (error <= 1) {
            state = replace(state, scope.keep(next), y);
            t += h;
          }
        }
        if (Double.isNaN(error)) {
          throw new ArithmeticException(
              "the solution of the ODE left the finite numbers at t = " + t);
        }
        double factor = SAFETY * Math.pow(Math.max(error, 1e-10), -1.0 / tableau.order());
        h *= Math.min(MOST_GROWTH, Math.max(MOST_SHRINK, factor));
      }
      throw new ArithmeticException(
          "the adaptive solver did not reach the end time in " + maxSteps + " steps");
    }
  }

  // Sums of steps miss the end times by a rounding error, and a field may have no value there. What
  // an evaluation leaves behind is freed with it: a step holds its stages, not their layers.
  private static RightSide between(RightSide f, double from, double to) {
    double least = Math.min(from, to);
    double most = Math.max(from, to);
    return (y, t) -> {
      try (Scope scope = Scope.open()) {
        return scope.keep(f.apply(y, Math.min(most, Math.max(least, t))));
      }
    };
  }

  // The states of a thousand steps would otherwise stay in the caller's scope. What was recorded
  // for reverse mode holds its own references.
  private static Tensor replace(Tensor old, Tensor next, Tensor first) {
    if (old != first) {
      old.close();
    }
    return next;
  }

  private static List<Tensor> stages(
      ButcherTableau tableau, RightSide f, Tensor y, double t, double h) {
    List<Tensor> k = new ArrayList<>(tableau.stages());
    for (int i = 0; i < tableau.stages(); i++) {
      Tensor at = combine(y, k, tableau.a().get(i), h);
      k.add(f.apply(at, t + tableau.c().get(i) * h));
    }
    return k;
  }

  private static Tensor combine(Tensor y, List<Tensor> k, List<Double> weights, double h) {
    Tensor sum = y;
    for (int i = 0; i < weights.size(); i++) {
      if (weights.get(i) != 0) {
        sum = sum.addScaled(k.get(i), h * weights.get(i));
      }
    }
    return sum;
  }
}
