package org.f2d2.energy.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ChainDiagnosticsTest {

  /** x_t = φ x_{t-1} + noise, whose draws are worth (1-φ)/(1+φ) independent ones. */
  private static double[][] autoregressive(double phi, int chains, int draws, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[][] all = new double[chains][draws];
    for (double[] chain : all) {
      double x = random.nextGaussian();
      for (int i = 0; i < draws; i++) {
        x = phi * x + Math.sqrt(1 - phi * phi) * random.nextGaussian();
        chain[i] = x;
      }
    }
    return all;
  }

  @Test
  void independentDrawsAreWorthThemselves() {
    double[][] chains = autoregressive(0, 4, 2500, 1);
    assertEquals(1, ChainDiagnostics.splitRhat(chains), 0.002);
    assertEquals(10_000, ChainDiagnostics.bulkEss(chains), 700);
  }

  @Test
  void neighboursThatAreAlikeAreWorthLess() {
    for (double phi : new double[] {0.5, 0.9, -0.3}) {
      double worth = 40_000 * (1 - phi) / (1 + phi);
      assertEquals(
          worth, ChainDiagnostics.bulkEss(autoregressive(phi, 4, 10_000, 2)), 0.12 * worth);
    }
  }

  @Test
  void ranksTakeHeavyTailsAsTheyAre() {
    double[][] chains = autoregressive(0.5, 4, 2500, 3);
    double worth = ChainDiagnostics.bulkEss(chains);
    for (double[] chain : chains) {
      for (int i = 0; i < chain.length; i++) {
        chain[i] = Math.sinh(9 * chain[i]);
      }
    }
    assertEquals(worth, ChainDiagnostics.bulkEss(chains), 1e-9 * worth);
  }

  @Test
  void chainsThatDisagreeAreSeen() {
    double[][] chains = autoregressive(0, 4, 1000, 4);
    for (int i = 0; i < 1000; i++) {
      chains[3][i] += 2;
    }
    assertTrue(ChainDiagnostics.splitRhat(chains) > 1.2);
    assertTrue(ChainDiagnostics.bulkEss(chains) < 20);
    // A drift within each chain too, though the chains agree.
    double[][] drift = autoregressive(0, 4, 1000, 5);
    for (double[] chain : drift) {
      for (int i = 0; i < 1000; i++) {
        chain[i] += i / 300.0;
      }
    }
    assertTrue(ChainDiagnostics.splitRhat(drift) > 1.2);
  }

  @Test
  void valuesThatAreAllTheSameAreNoQuestion() {
    assertEquals(1, ChainDiagnostics.splitRhat(new double[2][10]));
    assertEquals(20, ChainDiagnostics.bulkEss(new double[2][10]));
    assertThrows(
        IllegalArgumentException.class, () -> ChainDiagnostics.splitRhat(new double[1][10]));
    assertThrows(IllegalArgumentException.class, () -> ChainDiagnostics.bulkEss(new double[2][3]));
  }
}
