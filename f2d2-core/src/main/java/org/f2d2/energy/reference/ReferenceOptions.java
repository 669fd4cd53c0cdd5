package org.f2d2.energy.reference;

import org.f2d2.error.OptionException;

/**
 * How long and how hot chains run.
 *
 * @param chains independent ones, at least 2: what they disagree on has not mixed
 * @param warmUp transitions of each chain that are thrown away, in which it adapts
 * @param draws kept of each chain
 * @param thin transitions from one draw to the next
 * @param levels temperatures, at least 1; 1 is Hamiltonian Monte Carlo alone
 * @param hottest temperature of the last level, at least 1
 * @param leapfrog most leapfrog steps of a transition
 * @param seed of all draws
 * @param workers threads; the samples do not depend on them
 */
public record ReferenceOptions(
    int chains,
    int warmUp,
    int draws,
    int thin,
    int levels,
    double hottest,
    int leapfrog,
    long seed,
    int workers) {

  /** Ten thousand draws of four chains at eight temperatures up to 30. */
  public static final ReferenceOptions DEFAULT =
      new ReferenceOptions(
          4, 2000, 2500, 10, 8, 30, 20, 0, Runtime.getRuntime().availableProcessors());

  /** Checks the numbers. */
  public ReferenceOptions {
    require("chains", chains, 2);
    require("warmUp", warmUp, 100);
    require("draws", draws, 8);
    require("thin", thin, 1);
    require("levels", levels, 1);
    require("leapfrog", leapfrog, 1);
    require("workers", workers, 1);
    if (!(hottest >= 1) || Double.isInfinite(hottest)) {
      throw new OptionException("hottest", "must be finite and at least 1, got " + hottest);
    }
  }

  private static void require(String option, int value, int least) {
    if (value < least) {
      throw new OptionException(option, "must be at least " + least + ", got " + value);
    }
  }

  /** A builder that starts from the defaults. */
  public static Builder builder() {
    return DEFAULT.toBuilder();
  }

  /** A builder that starts from these. */
  public Builder toBuilder() {
    return new Builder(this);
  }

  /** Changes some of the options. */
  public static final class Builder {
    private int chains;
    private int warmUp;
    private int draws;
    private int thin;
    private int levels;
    private double hottest;
    private int leapfrog;
    private long seed;
    private int workers;

    private Builder(ReferenceOptions from) {
      chains = from.chains;
      warmUp = from.warmUp;
      draws = from.draws;
      thin = from.thin;
      levels = from.levels;
      hottest = from.hottest;
      leapfrog = from.leapfrog;
      seed = from.seed;
      workers = from.workers;
    }

    /** See {@link ReferenceOptions#chains}. */
    public Builder chains(int value) {
      chains = value;
      return this;
    }

    /** See {@link ReferenceOptions#warmUp}. */
    public Builder warmUp(int value) {
      warmUp = value;
      return this;
    }

    /** See {@link ReferenceOptions#draws}. */
    public Builder draws(int value) {
      draws = value;
      return this;
    }

    /** See {@link ReferenceOptions#thin}. */
    public Builder thin(int value) {
      thin = value;
      return this;
    }

    /** See {@link ReferenceOptions#levels}. */
    public Builder levels(int value) {
      levels = value;
      return this;
    }

    /** See {@link ReferenceOptions#hottest}. */
    public Builder hottest(double value) {
      hottest = value;
      return this;
    }

    /** See {@link ReferenceOptions#leapfrog}. */
    public Builder leapfrog(int value) {
      leapfrog = value;
      return this;
    }

    /** See {@link ReferenceOptions#seed}. */
    public Builder seed(long value) {
      seed = value;
      return this;
    }

    /** See {@link ReferenceOptions#workers}. */
    public Builder workers(int value) {
      workers = value;
      return this;
    }

    /**
     * The options.
     *
     * @throws OptionException when a value is out of range
     */
    public ReferenceOptions build() {
      return new ReferenceOptions(
          chains, warmUp, draws, thin, levels, hottest, leapfrog, seed, workers);
    }
  }
}
