package org.f2d2.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RowChunksTest {

  @Test
  void coversAllRowsInOrder() {
    List<String> parts = new ArrayList<>();
    new RowChunks(4).forEach(10, (start, end) -> parts.add(start + "-" + end));
    assertEquals(List.of("0-4", "4-8", "8-10"), parts);
  }

  @Test
  void aSizeNearTheLargestIntegerDoesNotOverflow() {
    List<String> parts = new ArrayList<>();
    new RowChunks(Integer.MAX_VALUE).forEach(3, (start, end) -> parts.add(start + "-" + end));
    assertEquals(List.of("0-3"), parts);
  }

  @Test
  void noRowsNoWork() {
    new RowChunks(4).forEach(0, (start, end) -> org.junit.jupiter.api.Assertions.fail());
  }

  @Test
  void freesWhatTheBodyMakes() {
    List<Tensor> made = new ArrayList<>();
    new RowChunks(1).forEach(2, (start, end) -> made.add(Tensor.ones(DType.FLOAT32, 1)));
    assertThrows(RuntimeException.class, () -> made.get(0).item());
  }

  @Test
  void recordsNothingForReverseMode() {
    try (Scope scope = Scope.open()) {
      Tensor x = Tensor.ones(DType.FLOAT64, 1).variable();
      new RowChunks(1)
          .forEach(
              1,
              (start, end) ->
                  assertThrows(
                      RuntimeException.class, () -> Autograd.grad(x.square().sum(), List.of(x))));
      assertEquals(2, Autograd.grad(x.square().sum(), List.of(x)).get(0).item());
    }
  }

  @Test
  void needsARow() {
    String message =
        assertThrows(IllegalArgumentException.class, () -> new RowChunks(0)).getMessage();
    assertTrue(message.contains("at least 1 row, got 0"));
  }
}
