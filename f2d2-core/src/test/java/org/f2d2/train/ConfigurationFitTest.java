package org.f2d2.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import org.f2d2.BoltzmannGenerator;
import org.f2d2.BoltzmannSamples;
import org.f2d2.DensityModel;
import org.f2d2.ModelNetworks;
import org.f2d2.domain.configuration.Configurations;
import org.f2d2.energy.Energy;
import org.f2d2.energy.systems.Target;
import org.f2d2.error.F2d2Exception;
import org.f2d2.objective.MeanFlowF2d2;
import org.f2d2.objective.TrajectoryRegression;
import org.f2d2.plain.Particles;
import org.f2d2.score.Nfe;
import org.f2d2.tensor.Scope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationFitTest {

  private static final Energy ENERGY = Target.of("DW4-once").energy().get();
  private static final ConfigurationFitOptions OPTIONS =
      ConfigurationFitOptions.of("DW4-once")
          .withNetwork(8, 2)
          .with(new Budget.Steps(4))
          .withWorkers(1);

  @TempDir private Path folder;

  /** Four particles at the corners of a square, more or less. */
  private static Configurations rows(int n, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] square = {0, 0, 3, 0, 3, 3, 0, 3};
    double[] values = new double[n * 8];
    Particles particles = ENERGY.particles().orElseThrow();
    for (int row = 0; row < n; row++) {
      double[] x = particles.turned(square, random);
      for (int i = 0; i < 8; i++) {
        values[row * 8 + i] = x[i] + 0.3 * random.nextGaussian();
      }
    }
    return Configurations.of(ENERGY, values);
  }

  private double[] weights(DensityModel model) {
    try (Scope scope = Scope.open()) {
      return ModelNetworks.of(model).student().network().parameters().flat().toDoubles();
    }
  }

  private DensityModel fit(String name, ConfigurationFitOptions options, boolean resume) {
    return DensityModel.fit(
        rows(400, 1), options, folder.resolve(name), resume, FitListener.SILENT);
  }

  @Test
  void aModelIsStoredAndDrawsParticles() {
    double[] scores;
    try (DensityModel model = fit("one", OPTIONS, false)) {
      scores = model.score(rows(30, 2), Nfe.EXACT).logDensity();
      // The model is of particles, wherever they stand and whichever is which.
      Particles particles = ENERGY.particles().orElseThrow();
      SplittableRandom random = new SplittableRandom(3);
      double[] same = rows(30, 2).values().clone();
      for (int row = 0; row < 30; row++) {
        double[] x = Arrays.copyOfRange(same, row * 8, (row + 1) * 8);
        double[] y =
            particles.moved(particles.exchanged(particles.turned(x, random), random), random);
        System.arraycopy(y, 0, same, row * 8, 8);
      }
      assertArrayEquals(
          scores, model.score(Configurations.of(ENERGY, same), Nfe.EXACT).logDensity(), 1e-3);
    }
    try (DensityModel model = DensityModel.load(folder.resolve("one"))) {
      assertArrayEquals(scores, model.score(rows(30, 2), Nfe.EXACT).logDensity());
      assertEquals("configuration", model.domain().one());
      assertEquals(6, model.domain().moving());
      BoltzmannSamples samples =
          new BoltzmannGenerator(model).sample(50, 2, BoltzmannGenerator.Density.JACOBIAN, 1);
      assertEquals(12, samples.evaluations());
      // What is drawn has the density that it is given, in the unit of the places.
      BoltzmannSamples ode =
          new BoltzmannGenerator(model).sample(50, 1, BoltzmannGenerator.Density.ODE, 1);
      assertArrayEquals(model.score(ode.rows(), Nfe.EXACT).logDensity(), ode.logDensity(), 1e-2);
    }
  }

  @Test
  void aFitThatIsStoppedGoesOnToTheSameWeights() {
    double[] whole;
    try (DensityModel model = fit("whole", OPTIONS, false)) {
      whole = weights(model);
    }
    int[] asked = {0};
    FitListener stopping =
        new FitListener() {
          @Override
          public boolean stopRequested() {
            asked[0]++;
            return asked[0] % 3 == 0;
          }
        };
    for (int attempt = 0; ; attempt++) {
      assertTrue(attempt < 50);
      try (DensityModel model =
          DensityModel.fit(rows(400, 1), OPTIONS, folder.resolve("cut"), true, stopping)) {
        assertArrayEquals(whole, weights(model));
        assertTrue(attempt > 0);
        break;
      } catch (FitInterrupted expected) {
        assertTrue(Fit.unfinished(folder.resolve("cut")));
      }
    }
    assertFalse(Fit.unfinished(folder.resolve("cut")));
    try (DensityModel other = fit("other", OPTIONS.withSeed(1), false)) {
      assertNotEquals(whole[0], weights(other)[0]);
    }
  }

  @Test
  void aMethodWithATeacherKeepsIt() {
    try (DensityModel model = fit("taught", OPTIONS.with(MeanFlowF2d2.MEANFLOW_F2D2), false)) {
      assertTrue(ModelNetworks.of(model).teacher().isPresent());
    }
    try (DensityModel model = DensityModel.load(folder.resolve("taught"))) {
      assertTrue(ModelNetworks.of(model).teacher().isPresent());
    }
  }

  @Test
  void theVelocityOfAnotherModelIsTakenAsItIs() {
    ConfigurationFitOptions taught = OPTIONS.with(MeanFlowF2d2.MEANFLOW_F2D2);
    try (DensityModel first = fit("first", taught, false);
        DensityModel second = second("second", taught.withSeed(3), first)) {
      ConfigurationFitOptions own = (ConfigurationFitOptions) second.card().provenance().options();
      assertEquals(0, own.seed(), "rows are held out as there");
      assertEquals(new ConfigurationFitPlan(0, 4), second.card().provenance().plan());
      try (Scope scope = Scope.open()) {
        assertArrayEquals(
            ModelNetworks.of(first)
                .teacher()
                .orElseThrow()
                .network()
                .parameters()
                .flat()
                .toDoubles(),
            ModelNetworks.of(second)
                .teacher()
                .orElseThrow()
                .network()
                .parameters()
                .flat()
                .toDoubles());
      }
      assertArrayEquals(weights(first), weights(second));
      assertThrows(
          F2d2Exception.class,
          () ->
              DensityModel.fit(
                  rows(400, 2),
                  taught,
                  folder.resolve("others"),
                  false,
                  Optional.of(first),
                  FitListener.SILENT));
    }
    try (DensityModel without = fit("without", OPTIONS, false)) {
      assertThrows(F2d2Exception.class, () -> second("none", taught, without));
    }
  }

  private DensityModel second(String name, ConfigurationFitOptions options, DensityModel teacher) {
    return DensityModel.fit(
        rows(400, 1),
        options,
        folder.resolve(name),
        false,
        Optional.of(teacher),
        FitListener.SILENT);
  }

  @Test
  void whatCannotBeFittedIsRefused() {
    assertThrows(F2d2Exception.class, () -> OPTIONS.with(TrajectoryRegression.METHOD));
    assertTrue(
        assertThrows(
                F2d2Exception.class,
                () ->
                    DensityModel.fit(
                        rows(50, 1), OPTIONS, folder.resolve("few"), false, FitListener.SILENT))
            .getMessage()
            .contains("too few"));
    double[] flat = new double[400];
    for (int i = 0; i < 400; i += 2) {
      flat[i] = Math.sin(i);
    }
    Configurations plain = new Configurations(Optional.empty(), 2, flat);
    assertEquals(
        "coordinate 2 is the same in all rows, which no row of a target is",
        assertThrows(
                F2d2Exception.class,
                () ->
                    DensityModel.fit(
                        plain,
                        ConfigurationFitOptions.of("MW2").with(new Budget.Steps(1)),
                        folder.resolve("no"),
                        false,
                        FitListener.SILENT))
            .getMessage());
  }
}
