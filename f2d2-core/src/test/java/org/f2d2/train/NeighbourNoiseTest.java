package org.f2d2.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.f2d2.tensor.DType;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;
import org.junit.jupiter.api.Test;

class NeighbourNoiseTest {

  @Test
  void isAPartOfTheDistanceToTheNearestRowInEachDirection() {
    // A grid of spacing 0.5 whose rows also have a class, which is no direction.
    int side = 12;
    double[] grid = new double[side * side * 3];
    for (int r = 0; r < side * side; r++) {
      int line = r / side;
      grid[3 * r] = 0.5 * line;
      grid[3 * r + 1] = 0.5 * (r % side);
      grid[3 * r + 2] = 10 * r;
    }
    try (Scope scope = Scope.open()) {
      Tensor rows = Tensor.of(grid, DType.FLOAT32, side * side, 3);
      assertEquals(0.7 * 0.5 / Math.sqrt(2), NeighbourNoise.of(rows, 2), 1e-5);
    }
  }

  @Test
  void manyRowsGetNone() {
    try (Scope scope = Scope.open()) {
      assertEquals(0, NeighbourNoise.of(Tensor.zeros(DType.FLOAT32, FitData.ENOUGH_ROWS, 1), 1));
    }
  }
}
