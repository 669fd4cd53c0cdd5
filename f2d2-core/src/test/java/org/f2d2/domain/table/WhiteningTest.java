package org.f2d2.domain.table;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.List;
import org.f2d2.data.Whitening;
import org.f2d2.error.F2d2Exception;
import org.junit.jupiter.api.Test;

class WhiteningTest {
  @Test
  void isTheSymmetricRootOfAKnownCovariance() {
    // Rows ±(1,1)·sqrt(3) and ±(1,-1) have covariance [[2,1],[1,2]]: eigenvalues 3 and 1.
    double s = Math.sqrt(3);
    double[] rows = {s, s, -s, -s, 1, -1, -1, 1};
    Whitening whitening = WhiteningFit.plain(rows, 2);
    assertEquals(-0.5 * Math.log(3), whitening.logDeterminant(), 1e-14);
    double[] row = {1, 0};
    whitening.forward(row);
    // W = [[p, q], [q, p]] with p + q = 1/sqrt(3) and p - q = 1.
    assertArrayEquals(new double[] {(1 / s + 1) / 2, (1 / s - 1) / 2}, row, 1e-14);
    whitening.inverse(row);
    assertArrayEquals(new double[] {1, 0}, row, 1e-14);
  }

  @Test
  void floorsDirectionsWithoutVariance() {
    double[] rows = {1, 1, -1, -1, 2, 2, -2, -2};
    Whitening whitening = WhiteningFit.plain(rows, 2);
    double[] values = whitening.eigenvalues();
    Arrays.sort(values);
    // Along (1,1) the variance is 2 (1 + 1 + 4 + 4) / 4 = 5.
    assertArrayEquals(new double[] {5 * WhiteningFit.FLOOR, 5}, values, 1e-14);
    double[] row = {3, -1};
    whitening.forward(row);
    whitening.inverse(row);
    // The way goes over 1e11 standard deviations of the floored direction, so five digits are left.
    assertArrayEquals(new double[] {3, -1}, row, 1e-4);
  }

  @Test
  void refusesStoredPartsThatDoNotFit() {
    double[] identity = {1, 0, 0, 1};
    new Whitening(new double[] {1, 2}, identity, List.of());
    assertThrows(F2d2Exception.class, () -> new Whitening(new double[] {1}, identity, List.of()));
    assertThrows(
        F2d2Exception.class, () -> new Whitening(new double[] {1, 0}, identity, List.of()));
    assertThrows(
        F2d2Exception.class,
        () -> new Whitening(new double[] {1, 1}, new double[] {1, 0, 1e-3, 1}, List.of()));
  }
}
