package org.f2d2.energy.reference;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import org.f2d2.energy.Energy;
import org.f2d2.error.F2d2Exception;
import org.f2d2.tensor.Rng;

/**
 * One chain of parallel tempering (Swendsen and Wang 1986; Geyer 1991): copies of the system at
 * several temperatures move by Hamiltonian Monte Carlo, and neighbours exchange their points with
 * probability
 *
 * <pre>  min(1, exp( (β_k - β_{k+1}) (E_k - E_{k+1}) ))</pre>
 *
 * Even pairs and odd pairs take turns, so that a point is carried through the ladder rather than
 * wandering in it. Step sizes and temperatures adapt in the warm-up and stay afterwards.
 */
final class TemperedChain {

  /** Share of proposals that should be accepted. */
  private static final double WANTED = 0.8;

  /** How often the ladder moves in the warm-up. */
  private static final int MOVES = 5;

  /** Steps down the energy that a start takes, and how far one goes at most. */
  private static final int DESCENT = 300;

  private static final double DESCENT_STEP = 0.1;

  private final Energy energy;
  private final ReferenceOptions options;
  private final SplittableRandom random;
  private final HamiltonianMonteCarlo transition;
  private final TemperatureLadder ladder;
  private final HamiltonianMonteCarlo.State[] states;
  private StepSize[] steps;
  private final double[] rows;
  private final double[] energies;
  private double accepted;

  /**
   * A chain that has not moved yet.
   *
   * @param energy an ordinary density: no centre of mass is free in it
   * @param chain its number, which its draws depend on
   */
  TemperedChain(Energy energy, ReferenceOptions options, int chain) {
    this.energy = energy;
    this.options = options;
    this.random = new SplittableRandom(Rng.deriveSeed(options.seed(), chain));
    this.transition = new HamiltonianMonteCarlo(energy, options.leapfrog());
    this.ladder = new TemperatureLadder(options.levels(), options.hottest());
    this.states = new HamiltonianMonteCarlo.State[options.levels()];
    this.steps = new StepSize[options.levels()];
    for (int level = 0; level < options.levels(); level++) {
      states[level] = new HamiltonianMonteCarlo.State(energy, start());
      steps[level] = new StepSize(0.1 / Math.sqrt(ladder.inverse(level)), WANTED);
    }
    this.rows = new double[options.draws() * energy.dimensions()];
    this.energies = new double[options.draws()];
  }

  /** A random point, and some way down from it: atoms on top of each other would stop a chain. */
  private double[] start() {
    double[] x = new double[energy.dimensions()];
    for (int i = 0; i < x.length; i++) {
      x[i] = random.nextGaussian();
    }
    double[] gradient = new double[x.length];
    double value = energy.value(x, gradient);
    double most = DESCENT_STEP;
    for (int s = 0; s < DESCENT && most > 1e-8; s++) {
      double length = Math.sqrt(Arrays.stream(gradient).map(g -> g * g).sum());
      if (length == 0) {
        break;
      }
      double[] next = x.clone();
      for (int i = 0; i < x.length; i++) {
        next[i] -= most / length * gradient[i];
      }
      double[] slope = new double[x.length];
      double reached = energy.value(next, slope);
      if (reached < value) {
        x = next;
        value = reached;
        gradient = slope;
      } else {
        most /= 2;
      }
    }
    if (!(value < Double.POSITIVE_INFINITY)) {
      throw new F2d2Exception(
          "no start was found where the energy of " + energy.name() + " is finite");
    }
    return x;
  }

  /**
   * Warms up and draws.
   *
   * @param stop asked between transitions; whether to give up
   * @param step called after each transition
   * @return whether all was drawn
   */
  boolean run(BooleanSupplier stop, Runnable step) {
    int each = Math.max(1, options.warmUp() / (MOVES + 1));
    for (int i = 0; i < options.warmUp(); i++) {
      if (stop.getAsBoolean()) {
        return false;
      }
      for (int level = 0; level < states.length; level++) {
        steps[level].learn(move(level, steps[level].step()));
      }
      exchange(i);
      if ((i + 1) % each == 0 && (i + 1) / each <= MOVES) {
        ladder.move();
        restart();
      }
      step.run();
    }
    ladder.restart();
    double sum = 0;
    long all = (long) options.draws() * options.thin();
    for (long i = 0; i < all; i++) {
      if (stop.getAsBoolean()) {
        return false;
      }
      for (int level = 0; level < states.length; level++) {
        double probability = move(level, steps[level].average());
        sum += level == 0 ? probability : 0;
      }
      exchange((int) (i % 2));
      if ((i + 1) % options.thin() == 0) {
        int draw = (int) (i / options.thin());
        int d = energy.dimensions();
        System.arraycopy(states[0].x(), 0, rows, draw * d, d);
        energies[draw] = states[0].energy();
      }
      step.run();
    }
    accepted = sum / all;
    return true;
  }

  private double move(int level, double step) {
    return transition.move(states[level], ladder.inverse(level), step, random);
  }

  /** Steps go on from where they are, as the temperatures have changed by little. */
  private void restart() {
    StepSize[] fresh = new StepSize[steps.length];
    for (int level = 0; level < steps.length; level++) {
      fresh[level] = new StepSize(steps[level].average(), WANTED);
    }
    steps = fresh;
  }

  private void exchange(int turn) {
    for (int level = turn % 2; level + 1 < states.length; level += 2) {
      double probability =
          ladder.exchange(level, states[level].energy(), states[level + 1].energy());
      if (random.nextDouble() < probability) {
        states[level].exchange(states[level + 1]);
      }
    }
  }

  /** Draws of the coldest level, row-major. */
  double[] rows() {
    return rows;
  }

  /** E of the draws. */
  double[] energies() {
    return energies;
  }

  int levels() {
    return states.length;
  }

  /** See {@link ReferenceSamples#accepted}. */
  double accepted() {
    return accepted;
  }

  /** See {@link ReferenceSamples#exchanged}. */
  double exchanged(int level) {
    return ladder.exchanged(level);
  }

  long evaluations() {
    return Arrays.stream(states).mapToLong(HamiltonianMonteCarlo.State::evaluations).sum();
  }
}
