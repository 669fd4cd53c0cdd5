package org.f2d2.energy.systems;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.SplittableRandom;
import org.f2d2.energy.Energy;
import org.f2d2.error.F2d2Exception;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Numbers that are known of the targets. */
class KnownEnergiesTest {

  private static Energy energy(String name) {
    return Target.of(name).energy().get();
  }

  @Test
  void manyWellsHaveTheirIntegrals() {
    assertEquals(11784.509, ManyWell.wellIntegral(), 1e-3);
    assertEquals(10.29348, energy("MW2").logNormaliser().orElseThrow(), 1e-5);
    assertEquals(164.69568, energy("MW32").logNormaliser().orElseThrow(), 1e-5);
  }

  @Test
  void twoWellsAreLeastAtTwoDistances() {
    for (double r : new double[] {4 - 1.490712, 4 + 1.490712}) {
      assertEquals(-4.444444, new DoubleWellPair().value(r * r), 1e-6);
      assertEquals(0, new DoubleWellPair().slope(r * r), 1e-5);
    }
    // A square with sides of the short distance: four sides and two diagonals.
    double a = 4 - 1.490712;
    double[] square = {0, 0, a, 0, a, a, 0, a};
    double once = 4 * -4.444444 + 2 * new DoubleWellPair().value(2 * a * a);
    assertEquals(once, energy("DW4-once").value(square), 1e-5);
    assertEquals(2 * once, energy("DW4-twice").value(square), 1e-5);
  }

  /** An atom in the centre and twelve around it, at the corners of an icosahedron. */
  private static double[] icosahedron(double radius) {
    double golden = (1 + Math.sqrt(5)) / 2;
    double scale = radius / Math.sqrt(1 + golden * golden);
    double[] x = new double[39];
    int at = 3;
    for (int axis = 0; axis < 3; axis++) {
      for (int signs = 0; signs < 4; signs++) {
        x[at + axis] = (signs & 1) == 0 ? scale : -scale;
        x[at + (axis + 1) % 3] = ((signs & 2) == 0 ? scale : -scale) * golden;
        at += 3;
      }
    }
    return x;
  }

  @ParameterizedTest
  @CsvSource({
    "LJ13-once, 0.960570, -38.772188",
    "LJ13-twice, 0.962158, -83.089644",
    "LJ13-free, 0.963808, -44.326801"
  })
  void thirteenAtomsAreLeastAsAnIcosahedron(String name, double radius, double least) {
    Energy energy = energy(name);
    double[] gradient = new double[39];
    assertEquals(least, energy.value(icosahedron(radius), gradient), 2e-6);
    for (double g : gradient) {
      assertEquals(0, g, 2e-3);
    }
  }

  @Test
  void atomsNearEachOtherGoOnAlongATangent() {
    LennardJonesPair hard = new LennardJonesPair(0);
    LennardJonesPair soft = new LennardJonesPair(0.5);
    assertEquals(hard.value(0.25), soft.value(0.25), 1e-9);
    assertEquals(hard.value(0.3), soft.value(0.3), 0);
    double e = 1e-6;
    assertEquals(
        (hard.value(Math.pow(0.5 + e, 2)) - hard.value(0.25)) / e,
        (soft.value(0.25) - soft.value(Math.pow(0.5 - e, 2))) / e,
        10);
    assertEquals(soft.value(0.16) - soft.value(0.25), soft.value(0.09) - soft.value(0.16), 1e-6);
  }

  @ParameterizedTest
  @CsvSource({"GMM8, 8", "GMM40, 40"})
  void mixturesAreNormalisedAndCounted(String name, int components) {
    GaussianMixtureEnergy mixture = (GaussianMixtureEnergy) energy(name);
    assertEquals(components, mixture.components());
    double[] rows = mixture.sample(4000, new SplittableRandom(1));
    assertEquals(components, mixture.modes(rows, 3));
    assertEquals(0, mixture.modes(new double[] {100, 100}, 3));
    double sum = 0;
    double step = 0.5;
    for (double x = -50; x <= 50; x += step) {
      for (double y = -50; y <= 50; y += step) {
        sum += Math.exp(-mixture.value(new double[] {x, y})) * step * step;
      }
    }
    assertEquals(1, sum, 1e-6);
    // Far from all, the nearest one decides.
    double[] far = {1000, 0};
    int k = mixture.nearest(far);
    double apart = Math.hypot(far[0] - mixture.mean(k)[0], far[1] - mixture.mean(k)[1]);
    double sd = mixture.sd();
    assertEquals(
        apart * apart / (2 * sd * sd) + Math.log(components * 2 * Math.PI * sd * sd),
        mixture.value(far),
        1e-6 * mixture.value(far));
  }

  @Test
  void fortyHaveThePublishedWidth() {
    assertEquals(1.3133, ((GaussianMixtureEnergy) energy("GMM40")).sd(), 1e-4);
  }

  @Test
  void eachTargetHasItsName() {
    for (Target target : Target.all()) {
      assertEquals(target.name(), target.energy().get().name());
    }
    String refusal = assertThrows(F2d2Exception.class, () -> Target.of("DW4")).getMessage();
    assertTrue(refusal.contains("DW4-once"), refusal);
    assertEquals(List.of("MW2"), List.of(Target.of("mw2").name()));
  }
}
