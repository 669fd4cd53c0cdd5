package org.f2d2.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.example.FitLog;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.f2d2.data.Batch;
import org.f2d2.data.ImageSet;
import org.f2d2.data.Table;
import org.f2d2.net.ImageArchitecture;
import org.f2d2.objective.TrajectoryRegression;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every fit tells its listener, and that it ends when a listener asks for it. */
class FitListenerContractTest {

  record Case(String name, Batch rows, FitChoices options) {
    @Override
    public String toString() {
      return name;
    }

    FittedFlow fit(Path directory, boolean resume, FitListener listener) {
      return options.fit(rows, directory, resume, Optional.empty(), listener);
    }
  }

  static Stream<Case> cases() {
    FitOptions table =
        FitOptions.DEFAULT
            .with(new Budget.Steps(12))
            .withWorkers(1)
            .with(new TeacherOptions(8, 1, 32, 4e-3, -1, 0.99, 32, 0, 0))
            .with(new StudentOptions(8, 1, 32, 4e-3, 0.99, true, true, 0, 0, 0, false));
    ImageFitOptions images =
        new ImageFitOptions(
            TrajectoryRegression.METHOD,
            new Budget.Steps(6),
            1,
            1,
            new ImageArchitecture.Transformer(4, 8, 1, 2, 1),
            16,
            1e-3,
            5e-4,
            0.9,
            4,
            false);
    return Stream.of(new Case("table", rows(), table), new Case("images", images(), images));
  }

  private static Table rows() {
    SplittableRandom random = new SplittableRandom(1);
    double[] values = random.doubles(2 * 200).map(u -> Math.log(u / (1 - u))).toArray();
    return Table.of(List.of("a", "b"), values);
  }

  private static ImageSet images() {
    byte[] pixels = new byte[200 * 64];
    new SplittableRandom(2).nextBytes(pixels);
    return new ImageSet(1, 8, 8, 256, pixels, new int[0]);
  }

  /** Holds a fit to what the listener's page says. */
  private static final class Strict implements FitListener {
    private final List<String> stages = new ArrayList<>();
    private final Thread fitting = Thread.currentThread();
    private long length = -1;
    private long last;
    private long steps;

    @Override
    public void message(String line) {
      assertEquals(fitting, Thread.currentThread());
      assertEquals(1, line.lines().count(), line);
    }

    @Override
    public void stage(String name, long steps) {
      assertEquals(fitting, Thread.currentThread());
      assertFalse(name.isBlank());
      assertTrue(steps >= 1, name);
      stages.add(name);
      length = steps;
      last = 0;
    }

    @Override
    public void step(long step, double loss) {
      assertEquals(fitting, Thread.currentThread());
      assertTrue(step > last && step <= length, step + " after " + last + " of " + length);
      last = step;
      steps++;
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void stagesBeginAndStepsGoUpWithinThem(Case c, @TempDir Path directory) {
    Strict strict = new Strict();
    c.fit(directory, false, strict);
    assertTrue(strict.stages.contains("teacher"), strict.stages.toString());
    assertEquals("calibration", strict.stages.get(strict.stages.size() - 1));
    assertEquals(strict.stages.size(), strict.stages.stream().distinct().count());
    assertTrue(strict.steps > 10, strict.steps + " steps");
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aFitEndsSoonAfterAListenerAsksAndGoesOnWithAnother(Case c, @TempDir Path directory) {
    FitLog log = new FitLog(3);
    assertThrows(FitInterrupted.class, () -> c.fit(directory, false, log));
    assertTrue(Fit.unfinished(directory));
    Strict rest = new Strict();
    c.fit(directory, true, rest);
    assertTrue(rest.steps > 5, rest.steps + " steps");
    FitLog patient = new FitLog(Long.MAX_VALUE);
    c.fit(directory.resolve("again"), false, patient);
    assertTrue(
        patient.lines().stream().anyMatch(l -> l.startsWith("plan in steps: ")),
        patient.lines().toString());
  }
}
