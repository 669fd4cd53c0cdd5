package org.f2d2.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.f2d2.DensityModel;
import org.f2d2.data.Table;
import org.f2d2.score.Nfe;
import org.f2d2.tensor.Scope;
import org.f2d2.train.Budget;
import org.f2d2.train.Fit;
import org.f2d2.train.FitListener;
import org.f2d2.train.FitOptions;
import org.f2d2.train.FittedFlow;
import org.f2d2.train.StudentOptions;
import org.f2d2.train.TeacherOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A killed process leaves its files as they were after their last change, so a copy after each
 * change is what a kill at that moment would leave.
 */
class KillAtEveryChangeTest {

  private static final FitOptions OPTIONS =
      FitOptions.DEFAULT
          .with(new Budget.Steps(30))
          .withWorkers(1)
          .with(new TeacherOptions(8, 1, 16, 1e-3, -1, 0.9, 0, 0, 0))
          .with(new StudentOptions(8, 1, 16, 1e-3, 0.9, true, true, -1, 0, 0, false));

  @TempDir Path folder;

  @AfterEach
  void looksNoMore() {
    AtomicFile.afterChange = () -> {};
  }

  /** Copies of a directory after each change of what a work does. */
  private List<Path> states(Path directory, Runnable work) {
    List<Path> states = new ArrayList<>();
    AtomicFile.afterChange =
        () -> {
          Path state = folder.resolve("state-" + states.size());
          copy(directory, state);
          states.add(state);
        };
    work.run();
    AtomicFile.afterChange = () -> {};
    return states;
  }

  private static void copy(Path from, Path to) {
    try (Stream<Path> files = Files.list(from)) {
      Files.createDirectories(to);
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Table table(int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return Table.of(List.of("a"), random.doubles(100).toArray());
  }

  private static int files(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return (int) files.count();
    }
  }

  private static double[] scores(Path directory) {
    try (DensityModel model = DensityModel.load(directory)) {
      return model.score(new double[] {0.1, 0.5, 0.9}, Nfe.ONE).logDensity();
    }
  }

  @Test
  void aSaveLeavesTheOldModelOrTheNewOne() throws IOException {
    Path directory = folder.resolve("model");
    try (DensityModel old = DensityModel.fit(table(1), OPTIONS, FitListener.SILENT);
        DensityModel now = DensityModel.fit(table(2), OPTIONS, FitListener.SILENT)) {
      old.save(directory);
      int whole = files(directory);
      double[] before = scores(directory);
      List<Path> states = states(directory, () -> now.save(directory));
      double[] after = scores(directory);
      assertTrue(states.size() > 3 * (whole - 1), states.size() + " changes");
      boolean changed = false;
      for (Path state : states) {
        double[] here = scores(state);
        changed |= !Arrays.equals(before, here);
        // Never back again.
        assertArrayEquals(changed ? after : before, here, state.toString());
        now.save(state);
        assertEquals(whole, files(state), "what is left of " + state);
      }
      assertTrue(changed);
    }
  }

  @Test
  void aFitGoesOnToTheSameEndOrStartsAnew() throws IOException {
    Path directory = folder.resolve("fit");
    Table table = table(3);
    List<FittedFlow> ends = new ArrayList<>();
    try (Scope scope = Scope.open()) {
      List<Path> states =
          states(
              directory,
              () -> ends.add(Fit.run(table, OPTIONS, directory, false, FitListener.SILENT)));
      assertTrue(states.size() > 9, states.size() + " changes");
      double[] whole = weights(ends.get(0));
      for (Path state : states) {
        assertArrayEquals(
            whole, weights(Fit.run(table, OPTIONS, state, true, FitListener.SILENT)), 0);
      }
    }
  }

  private static double[] weights(FittedFlow flow) {
    return Stream.of(
            flow.student().network().parameters(),
            flow.logDensityHead().orElseThrow().network().parameters())
        .flatMap(p -> p.entries().stream().map(entry -> p.get(entry.name())))
        .flatMapToDouble(t -> Arrays.stream(t.toDoubles()))
        .toArray();
  }
}
