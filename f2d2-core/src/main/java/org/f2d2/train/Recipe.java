package org.f2d2.train;

/**
 * What rows of a domain are fitted by. {@link Fit} runs any: it keeps the checkpoint, asks for a
 * plan once, and goes on where a fit was cut off.
 *
 * <p>Every part must be a deterministic function of rows, options and plan, so that a fit that was
 * cut off and resumed ends in the same weights, bit for bit, as one that was not.
 *
 * @param <P> how long each stage is
 */
public interface Recipe<P extends Record> {

  /** Tells these rows from others. */
  String dataHash();

  /** The class of a plan, for reading one again. */
  Class<P> planType();

  /** What comes before the plan; what takes long is found in the checkpoint by a resumed fit. */
  default void prepare(FitSession session) {}

  /** Turns the budget into the lengths of the stages, on the machine of the fit. */
  P plan(FitSession session);

  /** Runs the stages, or finds them in the checkpoint. */
  FittedFlow run(P plan, FitSession session);
}
