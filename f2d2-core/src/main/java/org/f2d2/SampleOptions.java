package org.f2d2;

/**
 * How to sample.
 *
 * @param nfe jumps, or the teacher's ODE
 * @param guided whether noise is first moved by one step of maximum-likelihood self-guidance
 * @param density whether the log-density of each sample is wanted
 * @param seed fixes the draws
 */
public record SampleOptions(Nfe nfe, boolean guided, boolean density, long seed) {

  /** Four jumps, seed 0. */
  public static final SampleOptions DEFAULT = new SampleOptions(new Nfe.Jumps(4), false, false, 0);
}
