package org.f2d2;

import java.util.Arrays;
import java.util.Optional;
import org.f2d2.domain.configuration.Configurations;
import org.f2d2.flow.TimeGrid;

/**
 * Samples of a model of a target, with what their weights are made of.
 *
 * @param rows where they are
 * @param energies E of each, in kT
 * @param logDensity log q of each, nats, by {@code kind}
 * @param kind where log q comes from
 * @param grid between which times the jumps are; of no meaning for an ODE
 * @param evaluations of the network for each row, directional derivatives counted as one each
 * @param foldedShare share of the samples whose jumps met a Jacobian without a positive
 *     determinant; their weights are too large. Empty where no Jacobian was asked for.
 * @param cycleError root mean square distance, in the model's coordinates, of a jump back from
 *     where the jump began; empty where no Jacobian was asked for
 */
public record BoltzmannSamples(
    Configurations rows,
    double[] energies,
    double[] logDensity,
    BoltzmannGenerator.Density kind,
    TimeGrid grid,
    int evaluations,
    Optional<Double> foldedShare,
    Optional<Double> cycleError) {

  /** log w = -E - log q of each sample; negative infinity where the density of the target is 0. */
  public double[] logWeights() {
    double[] weights = new double[energies.length];
    Arrays.setAll(weights, i -> -energies[i] - logDensity[i]);
    return weights;
  }
}
