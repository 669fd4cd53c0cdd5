package org.f2d2.energy.reference;

/**
 * The step of a leapfrog integrator that is accepted as often as wanted, by dual averaging (Hoffman
 * and Gelman, "The No-U-Turn Sampler", 2014, algorithm 5; their γ = .05, t₀ = 10, κ = .75):
 *
 * <pre>
 *   H_m = (1 - 1/(m+t₀)) H_{m-1} + 1/(m+t₀) (δ - α_m)
 *   log ε_m = μ - √m/γ H_m,    log ε̄_m = m^-κ log ε_m + (1 - m^-κ) log ε̄_{m-1}
 * </pre>
 */
final class StepSize {

  private static final double SHRINKAGE = 0.05;
  private static final double DELAY = 10;
  private static final double DECAY = 0.75;

  private final double wanted;
  private final double centre;
  private double missed;
  private double logStep;
  private double logAverage;
  private long trials;

  /**
   * A step that is going to be adapted.
   *
   * @param first ε to begin with
   * @param wanted δ, the share of proposals that should be accepted
   */
  StepSize(double first, double wanted) {
    this.wanted = wanted;
    this.centre = Math.log(10 * first);
    this.logStep = Math.log(first);
    this.logAverage = logStep;
  }

  /** ε of the next trial. */
  double step() {
    return Math.exp(logStep);
  }

  /** ε̄, what the trials have led to. */
  double average() {
    return Math.exp(logAverage);
  }

  /**
   * Learns from a trial.
   *
   * @param acceptance α, the probability that its proposal had
   */
  void learn(double acceptance) {
    trials++;
    double rate = 1 / (trials + DELAY);
    missed = (1 - rate) * missed + rate * (wanted - acceptance);
    logStep = centre - Math.sqrt(trials) / SHRINKAGE * missed;
    double weight = Math.pow(trials, -DECAY);
    logAverage = weight * logStep + (1 - weight) * logAverage;
  }
}
