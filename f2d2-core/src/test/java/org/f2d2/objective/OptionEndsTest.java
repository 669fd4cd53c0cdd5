package org.f2d2.objective;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.f2d2.data.Table;
import org.f2d2.train.Budget;
import org.f2d2.train.Fit;
import org.f2d2.train.FitListener;
import org.f2d2.train.FitOptions;
import org.f2d2.train.FittedFlow;
import org.f2d2.train.StudentOptions;
import org.f2d2.train.TeacherOptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every method trains with all numbers that its options may have. */
class OptionEndsTest {

  private static final FitOptions OPTIONS =
      FitOptions.DEFAULT
          .with(new Budget.Steps(3))
          .withWorkers(1)
          .with(new TeacherOptions(8, 1, 16, 1e-3, -1, 0.9, 0, 0, 0))
          .with(new StudentOptions(8, 1, 16, 1e-3, 0.9, true, true, -1, 0, 0, false));

  private static final Table TABLE = table();

  private static Table table() {
    SplittableRandom random = new SplittableRandom(4);
    return Table.of(List.of("a"), random.doubles(100).toArray());
  }

  /** Each method with all of its numbers as low as they may be, and as high. */
  static List<Method> methods() {
    List<Method> all = new ArrayList<>();
    for (Method method : Methods.all()) {
      for (boolean high : new boolean[] {false, true}) {
        Map<String, Object> ends = new TreeMap<>();
        for (MethodOptions.Described option : method.optionList()) {
          if (option.value() instanceof Number || option.mayBeOpen()) {
            ends.put(option.name(), end(option, high));
          }
        }
        all.add(method.with(ends));
      }
    }
    return all;
  }

  private static Object end(MethodOptions.Described option, boolean high) {
    Interval.Bounds bounds =
        Interval.Bounds.of(option.values().replace(" or " + MethodOptions.OPEN, ""));
    double end = high ? bounds.high() : bounds.low();
    if (option.value() instanceof Integer) {
      return (int) end;
    }
    return bounds.contains(end) ? end : high ? Math.nextDown(end) : Math.nextUp(end);
  }

  @ParameterizedTest
  @MethodSource("methods")
  void noStepIsLost(Method method) {
    FittedFlow flow = Fit.run(TABLE, OPTIONS.with(method), FitListener.SILENT);
    assertEquals(0, flow.provenance().skippedSteps());
    assertTrue(flow.student().network().parameters().flat().allFinite());
    flow.curves()
        .forEach(
            c ->
                assertTrue(c.losses().stream().allMatch(Double::isFinite), c.stage() + c.losses()));
  }
}
