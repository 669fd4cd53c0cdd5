package org.f2d2.lab.tables;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.List;

/**
 * One table, one division, one fit. Likelihoods are means over the normal test rows that every
 * density knows, nats per row, in the units of the input columns.
 *
 * @param table name of the file
 * @param seed of the division and of the fit
 * @param trainingRows normal rows that were fitted
 * @param testRows normal rows that were not
 * @param anomalies rows that are not normal
 * @param refused normal test rows without a density: they depart from a constant column, or the
 *     model has no answer
 * @param dimensions columns with a density, d
 * @param exact held-out log-likelihood of the model's own exact value
 * @param one the same by one evaluation
 * @param cheap the cheap densities
 * @param best name of the best of them
 * @param gain {@code exact} less that of the best cheap density
 * @param gainError standard error of the gain, over rows
 * @param distance mean absolute distance of one evaluation to the exact value on normal test rows
 *     as they stand in the file, nats
 * @param distanceBar 0.1 √d
 * @param auroc of the anomalies among the normal test rows
 * @param fitSeconds wall time of the model's fit
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record TableResult(
    String table,
    long seed,
    int trainingRows,
    int testRows,
    int anomalies,
    int refused,
    int dimensions,
    double exact,
    double one,
    List<Cheap> cheap,
    String best,
    double gain,
    double gainError,
    double distance,
    double distanceBar,
    Auroc auroc,
    double fitSeconds) {

  /**
   * A cheap density.
   *
   * @param name of the density
   * @param choice its shrinkage, components or bandwidth
   * @param logLikelihood held-out, nats per row
   */
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  public record Cheap(String name, String choice, double logLikelihood) {}

  /**
   * Areas under the receiver operating characteristic; NaN without anomalies.
   *
   * @param exact by minus the exact log-density
   * @param one by minus that of one evaluation
   * @param neighbours by the distance to the fifth nearest training row
   * @param mixture by minus the log-density of the mixture
   */
  public record Auroc(double exact, double one, double neighbours, double mixture) {}

  /** Whether the exact value is at least the best cheap density, two standard errors allowed. */
  public boolean likelihoodWithin() {
    return gain >= -2 * gainError;
  }

  /** Whether one evaluation is within 0.1 √d nats of the exact value. */
  public boolean distanceWithin() {
    return distance <= distanceBar;
  }
}
