package org.f2d2.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.f2d2.plain.SupportBlend;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;
import org.junit.jupiter.api.Test;

class WideComponentTest {

  @Test
  void aMixtureKeepsItsDensityNearByAndTheWideOneRulesFarAway() {
    double[] origin = {0};
    GaussianMixtureFlow near =
        GaussianMixtureFlow.isotropic(
            new double[] {1}, new double[][] {origin}, new double[] {0.1}, 1);
    GaussianMixtureFlow wide =
        GaussianMixtureFlow.isotropic(
            new double[] {1}, new double[][] {origin}, new double[] {SupportBlend.WIDE_SCALE}, 1);
    double share = SupportBlend.WIDE_SHARE;
    ClosedFormFlow both = WideComponent.beside(near);
    for (double x : new double[] {0, 0.2, 30}) {
      double expected =
          (1 - share) * Math.exp(logDensity(near, x)) + share * Math.exp(logDensity(wide, x));
      assertEquals(Math.log(expected), logDensity(both, x), 1e-9);
    }
  }

  private static double logDensity(ClosedFormFlow flow, double x) {
    try (Scope scope = Scope.open()) {
      return flow.logDensity(Tensor.of(new double[] {x}, 1, 1), 1).item();
    }
  }
}
