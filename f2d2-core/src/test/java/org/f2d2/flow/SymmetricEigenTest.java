package org.f2d2.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SymmetricEigenTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 10, 40})
  void putsTheMatrixTogetherAgain(int d) {
    SplittableRandom random = new SplittableRandom(d);
    double[][] a = new double[d][d];
    for (int i = 0; i < d; i++) {
      for (int j = 0; j <= i; j++) {
        a[i][j] = random.nextDouble(-1, 1);
        a[j][i] = a[i][j];
      }
    }
    SymmetricEigen eigen = SymmetricEigen.of(a);
    for (int i = 0; i < d; i++) {
      for (int j = 0; j < d; j++) {
        double product = 0;
        double inner = 0;
        for (int k = 0; k < d; k++) {
          product += eigen.row(i)[k] * eigen.value(k) * eigen.row(j)[k];
          inner += eigen.row(i)[k] * eigen.row(j)[k];
        }
        assertEquals(a[i][j], product, 1e-12 * d);
        assertEquals(i == j ? 1 : 0, inner, 1e-12 * d);
      }
    }
  }
}
