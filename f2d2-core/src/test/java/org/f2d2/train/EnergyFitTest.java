package org.f2d2.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.f2d2.AnnealedSampler;
import org.f2d2.BoltzmannGenerator;
import org.f2d2.BoltzmannSamples;
import org.f2d2.DensityModel;
import org.f2d2.ModelNetworks;
import org.f2d2.domain.configuration.EnergyAlone;
import org.f2d2.energy.Energy;
import org.f2d2.energy.systems.Target;
import org.f2d2.energy.weights.ImportanceWeights;
import org.f2d2.energy.weights.Resampling;
import org.f2d2.error.F2d2Exception;
import org.f2d2.objective.MeanFlowF2d2;
import org.f2d2.sampling.SequentialMonteCarlo;
import org.f2d2.tensor.Scope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models that are fitted to an energy, without any rows. */
class EnergyFitTest {

  private static final EnergyAlone WELLS = new EnergyAlone(Target.of("MW2").energy().get(), 2);

  @TempDir private Path folder;

  private static ConfigurationFitOptions options(String target, int steps) {
    return ConfigurationFitOptions.ofEnergyAlone(target)
        .withNetwork(16, 2)
        .with(new Budget.Steps(steps))
        .withWorkers(1);
  }

  private DensityModel fit(String name, ConfigurationFitOptions options, FitListener listener) {
    return DensityModel.fit(WELLS, options, folder.resolve(name), true, listener);
  }

  private static double[] weights(DensityModel model) {
    try (Scope scope = Scope.open()) {
      return ModelNetworks.of(model).student().network().parameters().flat().toDoubles();
    }
  }

  /** Learned from nothing but the energy, the jumps draw from it and know how wide it is. */
  @Test
  void wellsAreLearnedFromTheirEnergy() {
    try (DensityModel model =
        fit("wells", options("MW2", 2400).withNetwork(32, 2), FitListener.SILENT)) {
      BoltzmannSamples samples =
          new BoltzmannGenerator(model).sample(2000, 32, BoltzmannGenerator.Density.JACOBIAN, 1);
      ImportanceWeights w = ImportanceWeights.of(samples.logWeights());
      // Noise of twice the width that nobody has moved has .08.
      assertTrue(w.effectiveShare() > 0.3, "ESS " + w.effectiveShare());
      assertEquals(
          WELLS.energy().logNormaliser().orElseThrow(),
          w.logNormaliser(),
          4 * w.logNormaliserError());
      assertEquals(0, model.card().provenance().rows());
      // Its jumps carry particles in fewer steps than they need by themselves.
      SequentialMonteCarlo.Options once =
          new SequentialMonteCarlo.Options(500, 16, 0, Resampling.SYSTEMATIC, 0, 1, 2);
      double carried = share(AnnealedSampler.of(model, WELLS.energy()).run(once).logWeights());
      double still = share(AnnealedSampler.of(WELLS).run(once).logWeights());
      assertTrue(carried > 1.5 * still, carried + " and " + still);
    }
    try (DensityModel model = DensityModel.load(folder.resolve("wells"))) {
      assertEquals(2, model.domain().moving());
    }
  }

  private static double share(double[] logWeights) {
    return ImportanceWeights.of(logWeights).effectiveShare();
  }

  @Test
  void aFitThatIsStoppedGoesOnToTheSameWeights() {
    ConfigurationFitOptions few = options("MW2", 24);
    double[] whole;
    try (DensityModel model = fit("whole", few, FitListener.SILENT)) {
      whole = weights(model);
    }
    int[] asked = {0};
    FitListener stopping =
        new FitListener() {
          @Override
          public boolean stopRequested() {
            asked[0]++;
            return asked[0] % 7 == 0;
          }
        };
    for (int attempt = 0; ; attempt++) {
      assertTrue(attempt < 50);
      try (DensityModel model = fit("cut", few, stopping)) {
        assertArrayEquals(whole, weights(model));
        assertTrue(attempt > 1, "it was stopped " + attempt + " times");
        break;
      } catch (FitInterrupted expected) {
        assertTrue(Fit.unfinished(folder.resolve("cut")));
      }
    }
  }

  @Test
  void aFitOfRowsIsNotOneOfTheEnergy() {
    ConfigurationFitOptions few = options("MW2", 12);
    fit("some", few, FitListener.SILENT).close();
    assertThrows(
        F2d2Exception.class,
        () ->
            DensityModel.fit(
                new EnergyAlone(WELLS.energy(), 3),
                few,
                folder.resolve("some"),
                true,
                FitListener.SILENT));
    assertTrue(
        assertThrows(
                F2d2Exception.class,
                () -> fit("no", few.with(MeanFlowF2d2.MEANFLOW_F2D2), FitListener.SILENT))
            .getMessage()
            .contains("without rows there is no teacher"));
  }

  @Test
  void energiesThatAreNoneAreToldOf() {
    Energy bad =
        new Energy() {
          @Override
          public String name() {
            return "bad";
          }

          @Override
          public int dimensions() {
            return 2;
          }

          @Override
          public double value(double[] x) {
            return Double.NaN;
          }

          @Override
          public double value(double[] x, double[] gradient) {
            return Double.NaN;
          }
        };
    assertTrue(
        assertThrows(
                F2d2Exception.class,
                () ->
                    DensityModel.fit(
                        new EnergyAlone(bad, 1),
                        options("bad", 12),
                        folder.resolve("bad"),
                        false,
                        FitListener.SILENT))
            .getMessage()
            .contains("NaN"));
    assertThrows(F2d2Exception.class, () -> new EnergyAlone(bad, 0));
  }
}
