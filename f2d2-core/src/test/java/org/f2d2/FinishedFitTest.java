package org.f2d2;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.f2d2.data.Table;
import org.f2d2.error.F2d2Exception;
import org.f2d2.train.Budget;
import org.f2d2.train.FitListener;
import org.f2d2.train.FitOptions;
import org.f2d2.train.StudentOptions;
import org.f2d2.train.TeacherOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A supervisor that always restarts with {@code --resume} must not fit a finished model anew. */
class FinishedFitTest {

  private static final FitOptions OPTIONS =
      FitOptions.DEFAULT
          .with(new Budget.Steps(2))
          .withWorkers(1)
          .with(new TeacherOptions(8, 1, 16, 1e-3, -1, 0.9, 0, 0, 0))
          .with(new StudentOptions(8, 1, 16, 1e-3, 0.9, true, true, -1, 0, 0, false));

  private static Table table(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return Table.of(List.of("a"), random.doubles(100).toArray());
  }

  private static List<String> fit(Table table, Path directory, boolean resume) {
    List<String> messages = new ArrayList<>();
    FitListener listener =
        new FitListener() {
          @Override
          public void message(String line) {
            messages.add(line);
          }
        };
    DensityModel.fit(table, OPTIONS, directory, resume, listener).close();
    return messages;
  }

  @Test
  void resumingAFinishedFitLeavesTheModelAlone(@TempDir Path directory) throws IOException {
    fit(table(1), directory, true);
    byte[] model = Files.readAllBytes(directory.resolve("model.json"));
    assertEquals(
        List.of("the fit in " + directory + " had ended: nothing is left to resume"),
        fit(table(1), directory, true));
    assertArrayEquals(model, Files.readAllBytes(directory.resolve("model.json")));
    F2d2Exception e = assertThrows(F2d2Exception.class, () -> fit(table(2), directory, true));
    assertEquals(directory + ": holds a finished model of other data", e.getMessage());
    fit(table(2), directory, false);
  }
}
