package org.f2d2.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.f2d2.data.Table;
import org.f2d2.objective.LsdF2d2;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedTeacherTest {

  private static final FitOptions SMALL =
      FitOptions.DEFAULT
          .with(LsdF2d2.LSD_F2D2)
          .with(new Budget.Steps(20))
          .withWorkers(1)
          .with(new TeacherOptions(16, 2, 64, 1e-3, -1, 0.9, 64, 0, 0))
          .with(new StudentOptions(16, 2, 64, 1e-3, 0.9, true, false, 0, 0, 0, false));

  private static Table table() {
    SplittableRandom random = new SplittableRandom(1);
    double[] values = random.doubles(600).map(u -> u * u).toArray();
    return Table.of(List.of("a", "b"), values);
  }

  private static float[] weights(FittedFlow flow) {
    return flow.student().network().parameters().flat().toFloats();
  }

  @Test
  void theLengthOfEveryStageRepeatsStudents(@TempDir Path directory) {
    SharedTeacher teacher = SharedTeacher.fit(table(), SMALL, directory, FitListener.SILENT);
    FittedFlow first = teacher.distil(SMALL, FitListener.SILENT, System::nanoTime);
    FitOptions again = SMALL.with(Budget.Stages.of(first.provenance().plan()));
    FittedFlow second = teacher.distil(again, FitListener.SILENT, System::nanoTime);
    assertEquals(first.provenance().plan(), second.provenance().plan());
    assertArrayEquals(weights(first), weights(second));
  }
}
