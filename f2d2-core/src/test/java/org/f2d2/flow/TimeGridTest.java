package org.f2d2.flow;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimeGridTest {

  @Test
  void uniform() {
    assertEquals(TimeGrid.of(0, 0.25, 0.5, 0.75, 1), TimeGrid.uniform(4));
    assertEquals(1, TimeGrid.uniform(3).time(3));
    assertEquals(49, TimeGrid.uniform(49).jumps());
    assertThrows(IllegalArgumentException.class, () -> TimeGrid.uniform(0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "1", "0 0.5", "0.1 1", "0 0.6 0.4 1", "0 0.5 0.5 1", "0 NaN 1"})
  void refuses(String times) {
    List<Double> list = new ArrayList<>();
    for (String t : times.split(" ")) {
      if (!t.isEmpty()) {
        list.add(Double.valueOf(t));
      }
    }
    assertThrows(IllegalArgumentException.class, () -> new TimeGrid(list));
  }

  @Test
  void walksBothWaysAndFreesWhatIsBehind() {
    TimeGrid grid = TimeGrid.of(0, 0.3, 1);
    try (Scope scope = Scope.open()) {
      Tensor start = Tensor.zeros(DType.FLOAT32, 2, 3);
      List<TimeGrid.State> seen = new ArrayList<>();
      TimeGrid.Jump jump =
          (state, from, to) -> {
            seen.add(state);
            return new TimeGrid.State(
                state.points().mul(10).add(from), state.total().add(to - from));
          };
      TimeGrid.State up = grid.upwards(start, jump);
      assertArrayEquals(new double[] {1, 1}, up.total().toDoubles(), 1e-15);
      assertEquals(0.3, up.points().toDoubles()[0], 1e-7);
      assertEquals(DType.FLOAT64, up.total().type());
      TimeGrid.State down = grid.downwards(start, jump);
      assertArrayEquals(new double[] {-1, -1}, down.total().toDoubles(), 1e-15);
      assertEquals(10.3, down.points().toDoubles()[0], 1e-6);
      assertArrayEquals(new double[6], start.toDoubles());
      assertThrows(RuntimeException.class, () -> seen.get(1).points().sum());
    }
  }
}
