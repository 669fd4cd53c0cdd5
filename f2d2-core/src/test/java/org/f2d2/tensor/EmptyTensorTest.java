package org.f2d2.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** A tensor without elements has no memory to point at. */
class EmptyTensorTest {

  @Test
  void canBeMade() {
    try (Scope scope = Scope.open()) {
      assertEquals(0, Tensor.of(new float[0], 0, 2).count());
      assertEquals(0, Tensor.of(new double[0], 0, 2).count());
      assertEquals(0, Tensor.of(new long[0], 0).count());
    }
  }

  @Test
  void canBeRead() {
    try (Scope scope = Scope.open()) {
      Tensor empty = Tensor.zeros(DType.FLOAT32, 0, 2);
      assertArrayEquals(new float[0], empty.toFloats());
      assertArrayEquals(new double[0], empty.toDoubles());
      assertArrayEquals(new long[0], empty.toLongs());
      assertArrayEquals(new byte[0], empty.toBytes());
    }
  }
}
