package org.f2d2.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.f2d2.error.F2d2Exception;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;
import org.junit.jupiter.api.Test;

class SolvedImagesTest {

  @Test
  void imagesWhoseFlowCannotBeSolvedAreLeftOut() {
    try (Scope scope = Scope.open()) {
      ImageData.Held held =
          new ImageData.Held(
              Tensor.of(new double[] {1, 2, 3, 4, 5, 6}, 3, 2), new double[] {7, 8, 9});
      SolvedImages solved = SolvedImages.of(held, new double[] {-1, Double.NaN, -3});
      assertArrayEquals(new double[] {1, 2, 5, 6}, solved.rows().toDoubles());
      assertArrayEquals(new double[] {7, 9}, solved.logDerivatives());
      assertArrayEquals(new double[] {-1, -3}, solved.exact());
      assertSame(held.rows(), SolvedImages.of(held, new double[3]).rows());
      double[] none = {Double.NaN, Double.POSITIVE_INFINITY, Double.NaN};
      assertThrows(F2d2Exception.class, () -> SolvedImages.of(held, none));
    }
  }
}
