package org.f2d2.lab.boltzmann;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.f2d2.domain.configuration.Configurations;
import org.f2d2.energy.Energy;
import org.f2d2.energy.OrbitDistance;
import org.f2d2.metric.Wasserstein;

/**
 * How far samples are from reference rows, in 2-Wasserstein distances.
 *
 * <p>Of particles the distance of two rows is the least over common rotations and exchanges of like
 * ones; of others it is the Euclidean one. The distances of two sets of reference rows are the
 * floor of both: no sampler can be expected to be nearer.
 *
 * @param w2 of the places
 * @param energyW2 of the energies, in kT
 */
public record SampleDistances(double w2, double energyW2) {

  /**
   * Of two sets of rows; the larger one loses rows at random.
   *
   * @param most rows of each that the places are compared by
   */
  public static SampleDistances of(
      Energy energy, Configurations one, Configurations other, int most) {
    SplittableRandom random = new SplittableRandom(0);
    int n = Math.min(Math.min(one.count(), other.count()), most);
    return new SampleDistances(
        places(energy, some(one, n, random), some(other, n, random)),
        Wasserstein.onLine(energies(energy, one), energies(energy, other)));
  }

  private static double places(Energy energy, Configurations one, Configurations other) {
    if (energy.particles().isEmpty()) {
      return Wasserstein.byAssignment(one.values(), other.values(), energy.dimensions());
    }
    OrbitDistance distance = new OrbitDistance(energy.particles().get());
    int n = one.count();
    // Each is asked for several times.
    double[][] squared = new double[n][n];
    IntStream.range(0, n)
        .parallel()
        .forEach(i -> Arrays.setAll(squared[i], j -> distance.squared(one.row(i), other.row(j))));
    return Wasserstein.byAssignment(n, (i, j) -> squared[i][j]);
  }

  private static double[] energies(Energy energy, Configurations rows) {
    double[] energies = new double[rows.count()];
    energy.values(rows.values(), energies);
    return energies;
  }

  /** Some of the rows at random, without replacement. */
  private static Configurations some(Configurations rows, int n, SplittableRandom random) {
    int[] order = new int[rows.count()];
    Arrays.setAll(order, i -> i);
    int d = rows.dimensions();
    double[] values = new double[n * d];
    for (int i = 0; i < n; i++) {
      int at = i + random.nextInt(order.length - i);
      int kept = order[at];
      order[at] = order[i];
      System.arraycopy(rows.values(), kept * d, values, i * d, d);
    }
    return new Configurations(rows.particles(), d, values);
  }
}
