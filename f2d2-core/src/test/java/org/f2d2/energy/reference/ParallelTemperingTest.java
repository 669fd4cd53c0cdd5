package org.f2d2.energy.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.f2d2.energy.Energy;
import org.f2d2.energy.TensorEnergy;
import org.f2d2.energy.systems.GaussianMixtureEnergy;
import org.f2d2.energy.systems.ManyWell;
import org.f2d2.energy.systems.Target;
import org.f2d2.error.F2d2Exception;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ParallelTemperingTest {

  private static ReferenceSamples run(Energy energy, ReferenceOptions options) {
    return ParallelTempering.run(energy, options, share -> {});
  }

  private static Energy energy(String name) {
    return Target.of(name).energy().get();
  }

  private static ReferenceOptions.Builder some() {
    return ReferenceOptions.builder().warmUp(600).draws(1000).thin(3).levels(4).hottest(8);
  }

  @Test
  void wellsHaveTheirShares() {
    ReferenceSamples samples = run(energy("MW2"), some().build());
    double right = 0;
    double all = 0;
    for (double a = -4; a < 4; a += 1e-3) {
      double weight = Math.exp(-ManyWell.well(a));
      all += weight;
      right += a > 0 ? weight : 0;
    }
    double seen = 0;
    for (int i = 0; i < samples.count(); i++) {
      seen += samples.rows()[2 * i] > 0 ? 1.0 / samples.count() : 0;
    }
    double worth = samples.mixing().get("coordinate 1").bulkEss();
    double share = right / all;
    assertEquals(share, seen, 4 * Math.sqrt(share * (1 - share) / worth));
    assertTrue(worth > 400, "" + worth);
    assertEquals(1, samples.splitRhat(), 0.02);
    assertTrue(samples.accepted() > 0.6, "" + samples.accepted());
    assertEquals(samples.warnings().isEmpty(), samples.splitRhat() <= 1.01);
  }

  @Test
  void farModesAreFoundByTheHeat() {
    GaussianMixtureEnergy mixture = (GaussianMixtureEnergy) energy("GMM8");
    ReferenceSamples hot = run(mixture, some().levels(6).hottest(40).build());
    assertEquals(8, mixture.modes(hot.rows(), 3));
    int[] counts = new int[8];
    for (int i = 0; i < hot.count(); i++) {
      counts[mixture.nearest(Arrays.copyOfRange(hot.rows(), 2 * i, 2 * i + 2))]++;
    }
    for (int count : counts) {
      assertEquals(0.125, count / (double) hot.count(), 0.05);
    }
    ReferenceSamples cold = run(mixture, some().levels(1).build());
    assertTrue(mixture.modes(cold.rows(), 3) < 8);
    assertTrue(cold.warnings().get(0).startsWith("the chains have not mixed in"));
  }

  /** For any density that vanishes far away, the mean of x·∇E is the number of dimensions. */
  @ParameterizedTest
  @CsvSource({"MW32, 32", "DW4-once, 6", "DW4-twice, 6", "LJ13-once, 36"})
  void theVirialTheoremHolds(String name, int dimensions) {
    Energy energy = energy(name);
    ReferenceSamples samples = run(energy, some().build());
    int d = energy.dimensions();
    double[] virial = new double[samples.count()];
    double[] gradient = new double[d];
    for (int i = 0; i < virial.length; i++) {
      double[] x = Arrays.copyOfRange(samples.rows(), i * d, (i + 1) * d);
      assertEquals(energy.value(x, gradient), samples.energies()[i], 1e-6);
      for (int c = 0; c < d; c++) {
        virial[i] += x[c] * gradient[c];
      }
    }
    double mean = Arrays.stream(virial).average().orElseThrow();
    double square = Arrays.stream(virial).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
    double[][] chains = new double[4][];
    for (int c = 0; c < 4; c++) {
      chains[c] = Arrays.copyOfRange(virial, c * 1000, (c + 1) * 1000);
    }
    double error = Math.sqrt(square / ChainDiagnostics.bulkEss(chains));
    assertEquals(dimensions, mean, 4 * error);
    assertTrue(error < 0.2 * dimensions, "" + error);
  }

  @Test
  void drawsDoNotDependOnTheThreads() {
    ReferenceOptions.Builder few = some().warmUp(100).draws(20);
    double[] one = run(energy("DW4-once"), few.workers(1).build()).rows();
    assertArrayEquals(one, run(energy("DW4-once"), few.workers(3).build()).rows());
    assertTrue(!Arrays.equals(one, run(energy("DW4-once"), few.seed(1).build()).rows()));
  }

  @Test
  void placesHaveTheirCentreAtTheOrigin() {
    ReferenceSamples samples = run(energy("DW4-once"), some().warmUp(100).draws(20).build());
    assertEquals(8, samples.dimensions());
    for (int i = 0; i < samples.count(); i++) {
      for (int c = 0; c < 2; c++) {
        double sum = 0;
        for (int k = 0; k < 4; k++) {
          sum += samples.rows()[i * 8 + 2 * k + c];
        }
        assertEquals(0, sum, 1e-12);
      }
    }
  }

  @Test
  void anEnergyThatIsNoNumberIsRefusedInALine() {
    Energy wrong = new TensorEnergy("root", 1, x -> x.sqrt());
    assertEquals(
        "the energy of root is NaN at a point",
        assertThrows(F2d2Exception.class, () -> run(wrong, some().build())).getMessage());
  }
}
