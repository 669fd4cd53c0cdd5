package org.f2d2.objective;

import java.util.List;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Tensor;

/**
 * An objective and what is added to it.
 *
 * @param main the objective itself
 * @param extras what is added
 */
public record WeightedSum(Objective main, List<Extra> extras) implements Objective {

  /**
   * One more loss.
   *
   * @param objective which
   * @param weight its factor, at least 0
   * @param share rows of it for each row of the main objective, in (0, 1]; at least one row is
   *     drawn
   */
  public record Extra(Objective objective, double weight, double share) {
    /** Checks the numbers. */
    public Extra {
      if (!(weight >= 0) || !(share > 0 && share <= 1)) {
        throw new IllegalArgumentException(
            "an extra loss needs weight >= 0 and share in (0, 1]: " + weight + ", " + share);
      }
    }

    /** A loss of some rows and this one beside it. */
    Tensor addedTo(Tensor main, int rows, Rng rng) {
      int own = (int) Math.max(1, Math.round(share * rows));
      return main.addScaled(objective.loss(own, rng), weight);
    }
  }

  @Override
  public Objective at(double share) {
    return new WeightedSum(
        main.at(share),
        extras.stream().map(e -> new Extra(e.objective.at(share), e.weight, e.share)).toList());
  }

  @Override
  public Tensor loss(int rows, Rng rng) {
    Tensor sum = main.loss(rows, rng);
    for (Extra e : extras) {
      sum = e.addedTo(sum, rows, rng);
    }
    return sum;
  }
}
