package org.f2d2;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.f2d2.data.Table;
import org.f2d2.domain.configuration.ConfigurationDomain;
import org.f2d2.domain.configuration.Configurations;
import org.f2d2.energy.Energy;
import org.f2d2.energy.reference.ParallelTempering;
import org.f2d2.energy.reference.ReferenceOptions;
import org.f2d2.energy.systems.Target;
import org.f2d2.energy.weights.ImportanceWeights;
import org.f2d2.error.F2d2Exception;
import org.f2d2.score.Nfe;
import org.f2d2.score.Scores;
import org.f2d2.train.Budget;
import org.f2d2.train.ConfigurationFitOptions;
import org.f2d2.train.FitListener;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Four particles from the energy to weighted samples. */
class BoltzmannGeneratorTest {

  private static @TempDir Path folder;

  private static final Energy ENERGY = Target.of("DW4-once").energy().get();
  private static final Energy WELLS = Target.of("MW2").energy().get();
  private static Configurations reference;

  @BeforeAll
  static void fit() {
    reference = fit(ENERGY, 20, "dw4");
    fit(WELLS, 300, "wells");
  }

  /** A model of reference rows, which are given back. */
  private static Configurations fit(Energy energy, int steps, String name) {
    ReferenceOptions some = ReferenceOptions.builder().draws(500).thin(5).build();
    Configurations rows =
        Configurations.of(energy, ParallelTempering.run(energy, some, share -> {}).rows());
    DensityModel.fit(
            rows,
            ConfigurationFitOptions.of(energy.name()).with(new Budget.Steps(steps)),
            folder.resolve(name),
            false,
            FitListener.SILENT)
        .close();
    return rows;
  }

  private static DensityModel load() {
    return DensityModel.load(folder.resolve("dw4"));
  }

  @Test
  void samplesCarryTheWeightsOfTheirDensity() {
    try (DensityModel model = DensityModel.load(folder.resolve("wells"))) {
      BoltzmannGenerator generator = new BoltzmannGenerator(model);
      BoltzmannSamples samples = generator.sample(3000, 4, BoltzmannGenerator.Density.JACOBIAN, 1);
      assertEquals(8, samples.evaluations());
      assertEquals(3000, samples.rows().count());
      assertEquals(-samples.energies()[7] - samples.logDensity()[7], samples.logWeights()[7]);
      assertEquals(WELLS.value(samples.rows().row(7)), samples.energies()[7]);
      ImportanceWeights weights = ImportanceWeights.of(samples.logWeights());
      assertTrue(weights.effectiveShare() > 0.15, "" + weights.effectiveShare());
      assertEquals(
          WELLS.logNormaliser().orElseThrow(),
          weights.logNormaliser(),
          5 * weights.logNormaliserError());
      // The same noise by the same jumps ends at the same points, whatever says their density.
      BoltzmannSamples head = generator.sample(3000, 4, BoltzmannGenerator.Density.HEAD, 1);
      assertEquals(4, head.evaluations());
      assertArrayEquals(samples.rows().values(), head.rows().values(), 1e-3);
      assertArrayEquals(
          samples.logDensity(),
          generator.sample(3000, 4, BoltzmannGenerator.Density.JACOBIAN, 1).logDensity());
      BoltzmannSamples ode = generator.sample(3000, 4, BoltzmannGenerator.Density.ODE, 1);
      assertTrue(ode.evaluations() > 50, "" + ode.evaluations());
      assertTrue(ode.cycleError().isEmpty());
      assertEquals(
          ImportanceWeights.of(ode.logWeights()).effectiveShare(), weights.effectiveShare(), 0.2);
      assertTrue(samples.cycleError().orElseThrow() < 0.2);
      assertEquals(0, samples.foldedShare().orElseThrow());
    }
  }

  @Test
  void theWholeModelKnowsParticles() {
    try (DensityModel model = load()) {
      ConfigurationDomain domain = (ConfigurationDomain) model.domain();
      assertEquals("DW4-once", domain.target());
      assertEquals(6, domain.moving());
      assertEquals(List.of("x1", "y1", "x2", "y2", "x3", "y3", "x4", "y4"), domain.columns());
      // Where all particles stand does not matter.
      Configurations some = reference.range(0, 50);
      double[] moved = Arrays.stream(some.values()).map(v -> v + 5).toArray();
      Scores at = model.score(some, Nfe.EXACT);
      Scores there = model.score(Configurations.of(ENERGY, moved), Nfe.EXACT);
      assertArrayEquals(at.logDensity(), there.logDensity(), 1e-3);
      Configurations drawn = (Configurations) model.sample(20, SampleOptions.DEFAULT).batch();
      for (int i = 0; i < 20; i++) {
        double[] x = drawn.row(i);
        assertEquals(0, x[0] + x[2] + x[4] + x[6], 1e-9);
      }
    }
  }

  @Test
  void othersAreRefusedInALine() throws Exception {
    try (DensityModel model = load()) {
      Energy other = Target.of("DW4-twice").energy().get();
      assertEquals(
          "the model is of configurations of DW4-once, not of DW4-twice",
          assertThrows(F2d2Exception.class, () -> new BoltzmannGenerator(model, other))
              .getMessage());
      Table table = Table.of(List.of("x"), new double[] {1, 2});
      assertTrue(
          assertThrows(F2d2Exception.class, () -> model.score((org.f2d2.data.Batch) table, Nfe.ONE))
              .getMessage()
              .contains("configurations of DW4-once"));
    }
    Path description = folder.resolve("dw4/configurations.json");
    String right = Files.readString(description);
    Files.writeString(description, right.replace("DW4-once", "DW4-twice"));
    assertThrows(F2d2Exception.class, BoltzmannGeneratorTest::load);
    Files.writeString(description, right);
    BoltzmannGenerator generator;
    try (DensityModel model = load()) {
      generator = new BoltzmannGenerator(model);
      assertThrows(
          F2d2Exception.class,
          () -> generator.sample(0, 1, BoltzmannGenerator.Density.JACOBIAN, 0));
      assertThrows(
          F2d2Exception.class,
          () -> generator.sample(3, Integer.MAX_VALUE, BoltzmannGenerator.Density.HEAD, 0));
    }
    assertThrows(
        IllegalStateException.class,
        () -> generator.sample(3, 1, BoltzmannGenerator.Density.HEAD, 0));
  }
}
