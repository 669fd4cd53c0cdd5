package org.f2d2.flow;

import java.util.List;

/**
 * Coefficients of an explicit Runge–Kutta method: k_i = f(y + h Σ_j a_ij k_j, t + c_i h), y' = y +
 * h Σ b_i k_i.
 *
 * @param name the method's name
 * @param order order of accuracy
 * @param a rows of the matrix below the diagonal; the first row is empty
 * @param b weights of the solution
 * @param bError b minus the weights of the embedded lower-order solution; empty if there is none
 * @param c times of the stages
 */
public record ButcherTableau(
    String name,
    int order,
    List<List<Double>> a,
    List<Double> b,
    List<Double> bError,
    List<Double> c) {

  /** Euler's method, order 1. */
  public static final ButcherTableau EULER =
      new ButcherTableau("euler", 1, List.of(List.of()), List.of(1.0), List.of(), List.of(0.0));

  /** Heun's method, order 2. */
  public static final ButcherTableau HEUN =
      new ButcherTableau(
          "heun",
          2,
          List.of(List.of(), List.of(1.0)),
          List.of(0.5, 0.5),
          List.of(),
          List.of(0.0, 1.0));

  /** The classical method of order 4. */
  public static final ButcherTableau RK4 =
      new ButcherTableau(
          "rk4",
          4,
          List.of(List.of(), List.of(0.5), List.of(0.0, 0.5), List.of(0.0, 0.0, 1.0)),
          List.of(1.0 / 6, 1.0 / 3, 1.0 / 3, 1.0 / 6),
          List.of(),
          List.of(0.0, 0.5, 0.5, 1.0));

  /** Dormand and Prince's pair of orders 5 and 4 (J. Comput. Appl. Math. 6, 1980). */
  public static final ButcherTableau DORMAND_PRINCE =
      new ButcherTableau(
          "dopri5",
          5,
          List.of(
              List.of(),
              List.of(1.0 / 5),
              List.of(3.0 / 40, 9.0 / 40),
              List.of(44.0 / 45, -56.0 / 15, 32.0 / 9),
              List.of(19372.0 / 6561, -25360.0 / 2187, 64448.0 / 6561, -212.0 / 729),
              List.of(9017.0 / 3168, -355.0 / 33, 46732.0 / 5247, 49.0 / 176, -5103.0 / 18656),
              List.of(35.0 / 384, 0.0, 500.0 / 1113, 125.0 / 192, -2187.0 / 6784, 11.0 / 84)),
          List.of(35.0 / 384, 0.0, 500.0 / 1113, 125.0 / 192, -2187.0 / 6784, 11.0 / 84, 0.0),
          List.of(
              71.0 / 57600,
              0.0,
              -71.0 / 16695,
              71.0 / 1920,
              -17253.0 / 339200,
              22.0 / 525,
              -1.0 / 40),
          List.of(0.0, 1.0 / 5, 3.0 / 10, 4.0 / 5, 8.0 / 9, 1.0, 1.0));

  /** Copies the lists and checks their lengths. */
  public ButcherTableau {
    a = a.stream().map(List::copyOf).toList();
    b = List.copyOf(b);
    bError = List.copyOf(bError);
    c = List.copyOf(c);
    for (int i = 0; i < a.size(); i++) {
      if (a.get(i).size() != i) {
        throw new IllegalArgumentException("row " + i + " of " + name + " has the wrong length");
      }
    }
    if (b.size() != a.size() || c.size() != a.size()) {
      throw new IllegalArgumentException("weights and times of " + name + " do not match");
    }
  }

  /** Number of evaluations of one step. */
  public int stages() {
    return b.size();
  }

  /** Whether the last stage of a step is the first of the next, and need not be asked for twice. */
  public boolean firstSameAsLast() {
    int last = stages() - 1;
    return last > 0
        && c.get(last) == 1
        && b.get(last) == 0
        && a.get(last).equals(b.subList(0, last));
  }
}
