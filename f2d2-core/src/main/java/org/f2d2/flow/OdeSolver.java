package org.f2d2.flow;

import java.util.ArrayList;
import java.util.List;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;

/** Solves dy/dt = f(y, t) between two times in either direction. */
public interface OdeSolver {

  /**
   * The right side: y is [n, m], the answer too, and t [n, 1] in the type of y. The solver frees y
   * after the step, and asks no time outside the interval that it solves. An adaptive one asks for
   * fewer rows once others have arrived: what belongs to a row must lie in its state.
   */
  @FunctionalInterface
  interface RightSide {
    /** dy/dt of each row at its time. */
    Tensor apply(Tensor y, Tensor t);
  }

  /**
   * The end of a solve.
   *
   * @param y state at the end time; NaN in a row that an adaptive solver could not solve
   * @param evaluations evaluations of the right side that the row with most of them took
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
   * Steps chosen row by row, so that the root mean square of a row's local error stays below {@code
   * tolerance · (1 + |y|)}. What becomes of a row does not depend on the others, beyond what the
   * right side makes of them.
   *
   * @param tableau a method with an embedded error estimate
   * @param tolerance absolute and relative tolerance
   * @param maxSteps a row that has not arrived after so many steps, taken or not, becomes NaN, as
   *     does one that leaves the finite numbers
   */
  record Adaptive(ButcherTableau tableau, double tolerance, int maxSteps) implements OdeSolver {
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
      int rows = Math.toIntExact(y.size(0));
      return new RowSteps(this, between(f, from, to), rows, from, to, judged).solve(y);
    }
  }

  // Sums of steps miss the end times by a rounding error, and a field may have no value there. What
  // an evaluation leaves behind is freed with it: a step holds its stages, not their layers.
  private static RightSide between(RightSide f, double from, double to) {
    double least = Math.min(from, to);
    double most = Math.max(from, to);
    return (y, t) -> {
      try (Scope scope = Scope.open()) {
        return scope.keep(f.apply(y, t.clamp(least, most)));
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
      double time = t + tableau.c().get(i) * h;
      k.add(f.apply(at, Tensor.full(time, y.type(), y.size(0), 1)));
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
