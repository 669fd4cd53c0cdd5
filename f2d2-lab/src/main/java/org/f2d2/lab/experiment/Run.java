package org.f2d2.lab.experiment;

import org.f2d2.tensor.Rng;

/**
 * One field to be made and measured; with the {@link Settings}, it decides every number of the
 * result.
 *
 * @param target the law of the data
 * @param source where the velocity comes from
 * @param network its size
 * @param steps training steps; 0 for {@link Source.ExactField} alone
 * @param seed of the rows, the first weights, the training and the points that are measured on
 */
record Run(Target target, Source source, NetworkSize network, int steps, long seed) {

  /** What a seed is used for; runs of one seed are measured on the same points. */
  enum Stream {
    DATA(0),
    WEIGHTS(1),
    TRAINING(2),
    ERRORS(3),
    LIPSCHITZ(4),
    LOSSES(5),
    TRANSPORT(6);

    private final long number;

    Stream(long number) {
      this.number = number;
    }
  }

  Run {
    if (steps < 0 || (steps == 0) != (source instanceof Source.ExactField)) {
      throw new IllegalArgumentException(source + " cannot take " + steps + " steps");
    }
  }

  /** The name of the run in a results file. */
  String key() {
    return String.join(
        " ", target.id(), source.id(), network.toString(), steps + "steps", "seed" + seed);
  }

  /** A source of random numbers for one use. */
  Rng rng(Stream stream) {
    return new Rng(seed).derive(stream.number);
  }
}
