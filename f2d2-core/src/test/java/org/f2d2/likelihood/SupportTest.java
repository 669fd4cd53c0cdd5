package org.f2d2.likelihood;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.f2d2.flow.GaussianMixtureFlow;
import org.junit.jupiter.api.Test;

class SupportTest {

  /** Components of variances 0.25 and 1. */
  private static final GaussianMixtureFlow NEAR =
      GaussianMixtureFlow.isotropic(
          new double[] {0.7, 0.3}, new double[][] {{-1, 0}, {1, 0.5}}, new double[] {0.5, 1}, 1);

  private static final Support SUPPORT = new Support(NEAR, -7, 3, 2);

  private static double near(double x, double y) {
    double first = 0.7 / 0.25 * Math.exp(-2 * ((x + 1) * (x + 1) + y * y));
    double second = 0.3 * Math.exp(-0.5 * ((x - 1) * (x - 1) + (y - 0.5) * (y - 0.5)));
    return Math.log((first + second) / (2 * Math.PI));
  }

  private static double wide(double x, double y) {
    return Math.log(1e-3 / (2 * Math.PI * 9)) - (x * x + y * y) / 18;
  }

  private static double base(double x, double y) {
    double near = Math.log(0.999) + near(x, y);
    double most = Math.max(near, wide(x, y));
    return most + Math.log(Math.exp(near - most) + Math.exp(wide(x, y) - most));
  }

  private static double[] filled(int n, double value) {
    double[] values = new double[n];
    Arrays.fill(values, value);
    return values;
  }

  private static double[] draws(int count, double scale) {
    SplittableRandom random = new SplittableRandom(4);
    double[] values = new double[count];
    Arrays.setAll(values, i -> scale * random.nextGaussian());
    return values;
  }

  @Test
  void theWeightGoesFromNothingToAllSmoothly() {
    assertEquals(0, SUPPORT.blend().weight(-10));
    assertEquals(0, SUPPORT.blend().weight(-1e300));
    assertEquals(0, SUPPORT.blend().weight(Double.NEGATIVE_INFINITY));
    assertEquals(0.5, SUPPORT.blend().weight(-8.5), 1e-15);
    assertEquals(1, SUPPORT.blend().weight(-7));
    assertEquals(1, SUPPORT.blend().weight(50));
    double h = 1e-4;
    double slopeBefore = 0;
    for (double near = -11; near < -6; near += h) {
      double slope = (SUPPORT.blend().weight(near + h) - SUPPORT.blend().weight(near)) / h;
      assertTrue(slope >= 0, "falls at " + near);
      // No jump of the value nor of the slope, which changes by at most 6/width² each nat.
      assertTrue(Math.abs(slope - slopeBefore) < 2 * h * 6 / 9, "a kink at " + near);
      slopeBefore = slope;
    }
  }

  @Test
  void rowsLikeTheTrainingRowsKeepTheFlow() {
    double[] rows = {-1, 0, -0.5, 0.3, 1, 1, 0, 0, 1.5, -1, -1.2, 0.4};
    double[] flow = {-0.3, -5, -2, -1.5, -4, -0.9};
    assertArrayEquals(flow, SUPPORT.apply(rows, flow, 2));
  }

  @Test
  void theFlowGainsNoMoreThanTheBound() {
    double[] rows = draws(2000, 2);
    double[] out = SUPPORT.apply(rows, filled(1000, 1e6), 2);
    int bound = 0;
    for (int r = 0; r < 1000; r++) {
      double x = rows[2 * r];
      double y = rows[2 * r + 1];
      double w = SUPPORT.blend().weight(near(x, y));
      assertEquals(base(x, y) + 2 * w, out[r], 1e-4, "row " + x + ", " + y);
      bound += w == 1 ? 1 : 0;
    }
    assertTrue(bound > 300 && bound < 990, bound + " rows near");
  }

  @Test
  void farRowsFallWithoutEnd() {
    double[] radii = new double[200];
    for (int i = 0; i < radii.length; i++) {
      radii[i] = 6 * Math.pow(1.06, i);
    }
    for (int direction = 0; direction < 8; direction++) {
      double cos = Math.cos(direction * Math.PI / 4);
      double sin = Math.sin(direction * Math.PI / 4);
      double[] rows = new double[2 * radii.length];
      for (int i = 0; i < radii.length; i++) {
        rows[2 * i] = radii[i] * cos;
        rows[2 * i + 1] = radii[i] * sin;
      }
      double[] out = SUPPORT.apply(rows, filled(radii.length, 1e9), 2);
      for (int i = 1; i < out.length; i++) {
        assertTrue(out[i] < out[i - 1], "rises at " + radii[i]);
        // Close by, the components still have a part.
        double expected = base(rows[2 * i], rows[2 * i + 1]);
        assertEquals(expected, out[i], 1e-9 + 1e-12 * Math.abs(expected), "at " + radii[i]);
      }
    }
  }

  @Test
  void whatTheFlowSaysOfFarRowsDoesNotMatter() {
    double[] rows = {40, 0, 0, -30, 1e5, 1e5, -1, 0, 400, -400, 8, 8};
    double[] out =
        SUPPORT.apply(
            rows,
            new double[] {
              Double.NaN, Double.POSITIVE_INFINITY, Double.NaN, -1, Double.NEGATIVE_INFINITY, 7
            },
            2);
    for (int r = 0; r < 6; r++) {
      double expected = r == 3 ? -1 : wide(rows[2 * r], rows[2 * r + 1]);
      assertEquals(expected, out[r], 1e-9 * Math.abs(expected), "row " + r);
    }
    boolean[] reached = SUPPORT.reached(rows, 2);
    assertArrayEquals(new boolean[] {false, false, false, true, false, false}, reached);
    // Where the flow is believed, or nobody knows where a row is, it has to answer.
    double[] unknown = {-1, 0, Double.NaN, 0};
    double[] answer = SUPPORT.apply(unknown, new double[] {Double.NaN, 0}, 2);
    assertTrue(Double.isNaN(answer[0]) && Double.isNaN(answer[1]));
    assertArrayEquals(new boolean[] {true, true}, SUPPORT.reached(unknown, 2));
  }

  @Test
  void aFarRowHasOneValueInAnyCompany() {
    double[] rows = draws(2000, 6);
    double[] flow = draws(1000, 3);
    double[] together = SUPPORT.apply(rows, flow, 2);
    int far = 0;
    for (int r = 0; r < 1000; r++) {
      double[] row = {rows[2 * r], rows[2 * r + 1]};
      double alone = SUPPORT.apply(row, new double[] {flow[r]}, 2)[0];
      if (near(row[0], row[1]) < -7.001) {
        assertEquals(alone, together[r], 0, "row " + row[0] + ", " + row[1]);
        far++;
      } else {
        assertEquals(alone, together[r], 1e-4);
      }
    }
    assertTrue(far > 300, far + " far rows");
  }

  @Test
  void conditionsHaveNoSay() {
    double[] rows = draws(200, 3);
    double[] longer = new double[300];
    for (int r = 0; r < 100; r++) {
      longer[3 * r] = rows[2 * r];
      longer[3 * r + 1] = rows[2 * r + 1];
      longer[3 * r + 2] = r % 2;
    }
    double[] flow = filled(100, -1);
    assertArrayEquals(SUPPORT.apply(rows, flow, 2), SUPPORT.apply(longer, flow, 3));
    assertArrayEquals(SUPPORT.reached(rows, 2), SUPPORT.reached(longer, 3));
  }

  @Test
  void theEdgeIsALowestValueAndTheBoundTheGreatestGain() {
    int n = 1001;
    double[] training = draws(2 * n, 1);
    double[] heldOut = draws(200, 0.7);
    double[] exact = new double[100];
    for (int r = 0; r < 100; r++) {
      exact[r] = base(heldOut[2 * r], heldOut[2 * r + 1]) - 0.1 * (r % 7);
    }
    exact[17] += 1.5 + 0.1 * (17 % 7);
    exact[3] = Double.NaN;
    Support support = Support.fit(NEAR, training, heldOut, exact, 2);
    double[] values = new double[n];
    Arrays.setAll(values, r -> near(training[2 * r], training[2 * r + 1]));
    Arrays.sort(values);
    // 0.2 % of 1000: two rows are lower.
    assertEquals(values[2], support.edge(), 1e-4);
    assertEquals(2.5, support.most(), 1e-4);
    // Held-out rows that lie further out move the edge, and a flow that only loses leaves a margin.
    double[] out = heldOut.clone();
    out[0] = 6;
    out[1] = -6;
    Support wider = Support.fit(NEAR, training, out, filled(100, -1e3), 2);
    assertEquals(near(6, -6), wider.edge(), 1e-4);
    assertEquals(1, wider.most(), 1e-12);
  }

  @Test
  void refusesNumbersThatMakeNoSupport() {
    double nan = Double.NaN;
    assertThrows(IllegalArgumentException.class, () -> new Support(NEAR, -7, 0, 2));
    assertThrows(IllegalArgumentException.class, () -> new Support(NEAR, -7, nan, 2));
    assertThrows(IllegalArgumentException.class, () -> new Support(NEAR, nan, 3, 2));
    assertThrows(
        IllegalArgumentException.class, () -> new Support(NEAR, -7, 3, Double.POSITIVE_INFINITY));
  }
}
