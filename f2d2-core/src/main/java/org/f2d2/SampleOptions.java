package org.f2d2;

import java.util.Optional;
import org.f2d2.error.OptionException;
import org.f2d2.score.Nfe;
import org.f2d2.train.TableFit;

/**
 * How to sample.
 *
 * @param nfe jumps, or the teacher's ODE
 * @param guided whether noise is first moved by one step of maximum-likelihood self-guidance
 * @param density whether the log-density of each sample is wanted
 * @param gamma share of fresh noise between jumps, in [0, 1]; see {@link
 *     org.f2d2.sampling.GammaSampler}
 * @param condition the class of all rows, of a model with classes: NaN for rows of no class in
 *     particular; if empty, classes are drawn as often as the training rows have them
 * @param autoguidance strength λ of {@link org.f2d2.flow.Autoguidance}, of a model that was trained
 *     for it; 1 for none
 * @param seed fixes the draws
 */
public record SampleOptions(
    Nfe nfe,
    boolean guided,
    boolean density,
    double gamma,
    Optional<Double> condition,
    double autoguidance,
    long seed) {

  /** Checks γ. */
  public SampleOptions {
    if (!(gamma >= 0 && gamma <= 1)) {
      throw new OptionException("gamma", "must lie in [0, 1], got " + gamma);
    }
    if (!(autoguidance >= 1 && autoguidance <= TableFit.MOST_AUTOGUIDANCE)) {
      throw new OptionException(
          "autoguidance",
          "must lie in [1, " + TableFit.MOST_AUTOGUIDANCE + "], got " + autoguidance);
    }
    if (autoguidance != 1 && !(nfe instanceof Nfe.Jumps)) {
      throw new OptionException("autoguidance", "needs a number of evaluations");
    }
    if (gamma > 0 && (guided || !(nfe instanceof Nfe.Jumps))) {
      throw new OptionException("gamma", "needs a number of evaluations and excludes {guided}");
    }
  }

  /** Without fresh noise. */
  public SampleOptions(Nfe nfe, boolean guided, boolean density, long seed) {
    this(nfe, guided, density, 0, Optional.empty(), 1, seed);
  }

  /** Four jumps, seed 0. */
  public static final SampleOptions DEFAULT = new SampleOptions(new Nfe.Jumps(4), false, false, 0);
}
