package org.f2d2.energy.reference;

import java.util.SplittableRandom;
import org.f2d2.energy.Energy;
import org.f2d2.energy.EnergyCheck;

/**
 * One transition of Hamiltonian Monte Carlo for the density exp(-β E) (Duane et al. 1987; Neal,
 * "MCMC using Hamiltonian dynamics", 2011): momenta p ~ N(0, I), a number of leapfrog steps
 *
 * <pre>  p -= ε/2 β∇E(x),   x += ε p,   p -= ε/2 β∇E(x)</pre>
 *
 * and acceptance with probability min(1, exp(H - H')), H = βE + |p|²/2. The number of steps is
 * drawn anew, so that no trajectory comes back to where it began.
 */
public final class HamiltonianMonteCarlo {

  private final Energy energy;
  private final int mostSteps;

  /**
   * Transitions of an energy.
   *
   * @param mostSteps of a trajectory, at least 1; with 1 this is MALA
   */
  public HamiltonianMonteCarlo(Energy energy, int mostSteps) {
    this.energy = energy;
    this.mostSteps = mostSteps;
  }

  /**
   * Moves a state.
   *
   * @param state changed in place when the proposal is accepted
   * @param inverse β
   * @param step ε
   * @return the probability with which the proposal was accepted
   */
  public double move(State state, double inverse, double step, SplittableRandom random) {
    int d = state.x.length;
    double[] momentum = new double[d];
    double kinetic = 0;
    for (int i = 0; i < d; i++) {
      momentum[i] = random.nextGaussian();
      kinetic += momentum[i] * momentum[i];
    }
    double before = inverse * state.energy + kinetic / 2;
    int steps = 1 + random.nextInt(mostSteps);
    double[] x = state.x.clone();
    double[] gradient = state.gradient.clone();
    double reached = state.energy;
    for (int s = 0; s < steps; s++) {
      for (int i = 0; i < d; i++) {
        momentum[i] -= step / 2 * inverse * gradient[i];
        x[i] += step * momentum[i];
      }
      reached = energy.value(x, gradient);
      state.evaluations++;
      for (int i = 0; i < d; i++) {
        momentum[i] -= step / 2 * inverse * gradient[i];
      }
      if (!(reached < Double.POSITIVE_INFINITY)) {
        EnergyCheck.requireNumber(energy, reached);
        return 0;
      }
    }
    kinetic = 0;
    for (double p : momentum) {
      kinetic += p * p;
    }
    double acceptance = Math.min(1, Math.exp(before - inverse * reached - kinetic / 2));
    // An overflow on the way leaves a NaN, which is a refusal.
    if (!(acceptance >= 0)) {
      return 0;
    }
    if (random.nextDouble() < acceptance) {
      state.take(x, reached, gradient);
    }
    return acceptance;
  }

  /** A point of a chain. */
  public static final class State {
    private double[] x;
    private double[] gradient;
    private double energy;
    private long evaluations;

    /** A chain's first point, with its energy. */
    public State(Energy of, double[] start) {
      x = start.clone();
      gradient = new double[x.length];
      energy = EnergyCheck.requireNumber(of, of.value(x, gradient));
      evaluations = 1;
    }

    private void take(double[] point, double value, double[] slope) {
      x = point;
      energy = value;
      gradient = slope;
    }

    /** The point; not to be changed. */
    public double[] x() {
      return x;
    }

    /** E of the point. */
    public double energy() {
      return energy;
    }

    /** Gradients that were asked for, whatever became of them. */
    public long evaluations() {
      return evaluations;
    }

    /** Changes points with another state, whose β is another. */
    void exchange(State other) {
      double[] point = x;
      double[] slope = gradient;
      double value = energy;
      take(other.x, other.energy, other.gradient);
      other.take(point, value, slope);
    }
  }
}
