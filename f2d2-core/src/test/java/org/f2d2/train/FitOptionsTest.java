package org.f2d2.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.f2d2.error.F2d2Exception;
import org.f2d2.metric.ConformalBound;
import org.f2d2.metric.ReferenceDistribution;
import org.f2d2.score.Calibration;
import org.f2d2.score.Head;
import org.junit.jupiter.api.Test;

class FitOptionsTest {

  @Test
  void sizesOfNetworksHaveLimits() {
    F2d2Exception deep =
        assertThrows(
            F2d2Exception.class,
            () ->
                new FitOptions.TeacherOptions(0, 2_000_000_000, 512, 4e-3, -1, 0.999, 512, -1, 32));
    assertTrue(deep.getMessage().contains("teacher depth"), deep.getMessage());
    assertThrows(
        F2d2Exception.class,
        () -> new FitOptions.StudentOptions(1_000_000, 4, 512, 4e-3, 0.999, true, true, -1));
  }

  private static Calibration.Entry off(double nats) {
    return new Calibration.Entry(
        Head.LOG_DENSITY,
        new ConformalBound(0.95, 3 * nats, 20),
        nats,
        ReferenceDistribution.of(new double[] {-1, -2}));
  }

  @Test
  void theUsualEvaluationsAreTheFewestThatComeNear() {
    Map<Integer, Calibration.Entry> few = new TreeMap<>();
    few.put(1, off(0.5));
    few.put(4, off(0.19));
    few.put(8, off(0.1));
    Calibration calibration = new Calibration(few, off(0));
    // A tenth of a nat for one column, and of the root of their number for more.
    assertEquals(Optional.of(8), calibration.usual(1));
    assertEquals(Optional.of(4), calibration.usual(4));
    assertEquals(Optional.of(1), calibration.usual(25));
    assertEquals(Optional.empty(), new Calibration(Map.of(1, off(9)), off(0)).usual(25));
  }
}
