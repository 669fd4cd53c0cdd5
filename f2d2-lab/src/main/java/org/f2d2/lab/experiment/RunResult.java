package org.f2d2.lab.experiment;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.List;

/**
 * What was measured of one run.
 *
 * @param key the run
 * @param velocityError mean of |v̂ - v|² over the path
 * @param divergenceError mean of (div v̂ - div v)² over the path
 * @param lipschitzIntegral ∫ L_t dt, the logarithm of K
 * @param distance W2 of the samples of v̂ from those of the data
 * @param floor W2 that no field gets below, {@link Transport#floor}; NaN but for the exact velocity
 * @param trainLoss conditional loss on the training rows
 * @param testLoss conditional loss on fresh rows
 * @param exactTrainLoss loss of the exact velocity on the training rows
 * @param exactTestLoss loss of the exact velocity on fresh rows
 * @param course the way there; empty but for a sample that is learned by heart
 * @param seconds how long the run took
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
record RunResult(
    String key,
    double velocityError,
    double divergenceError,
    double lipschitzIntegral,
    double distance,
    double floor,
    double trainLoss,
    double testLoss,
    double exactTrainLoss,
    double exactTestLoss,
    List<Moment> course,
    double seconds) {

  /**
   * The field after some steps.
   *
   * @param step steps done
   * @param velocityError as above
   * @param trainLoss conditional loss on the training rows
   * @param exactTrainLoss loss of the exact velocity on them
   */
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  record Moment(long step, double velocityError, double trainLoss, double exactTrainLoss) {}

  RunResult {
    course = List.copyOf(course);
  }

  /** How much worse fresh rows are than training rows. */
  double gap() {
    return testLoss - trainLoss;
  }

  /** K √ err, the bound on the distance. */
  double bound() {
    return Math.exp(lipschitzIntegral) * Math.sqrt(velocityError);
  }
}
