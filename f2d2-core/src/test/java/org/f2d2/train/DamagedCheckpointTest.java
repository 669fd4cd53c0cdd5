package org.f2d2.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.f2d2.data.Table;
import org.f2d2.error.F2d2Exception;
import org.f2d2.net.Parameters;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Safetensors;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A checkpoint that has been changed ends a resumed fit with one line that names the file. */
class DamagedCheckpointTest {

  private static final FitOptions OPTIONS =
      FitOptions.DEFAULT
          .with(new Budget.Steps(30))
          .withWorkers(1)
          .with(new TeacherOptions(8, 1, 16, 1e-3, -1, 0.9, 0, 0, 0))
          .with(new StudentOptions(8, 1, 16, 1e-3, 0.9, true, true, -1, 0, 0, false));

  @TempDir Path folder;

  private static Table table() {
    SplittableRandom random = new SplittableRandom(4);
    return Table.of(List.of("a"), random.doubles(100).toArray());
  }

  /** A fit that was interrupted in the middle of its last training. */
  private Path interrupted() {
    AtomicInteger questions = new AtomicInteger();
    FitListener listener =
        new FitListener() {
          @Override
          public boolean stopRequested() {
            return questions.incrementAndGet() >= 48;
          }
        };
    assertThrows(FitInterrupted.class, () -> Fit.run(table(), OPTIONS, folder, false, listener));
    return folder.resolve("fit.safetensors");
  }

  private void refused(Path file) {
    F2d2Exception e =
        assertThrows(
            F2d2Exception.class, () -> Fit.run(table(), OPTIONS, folder, true, FitListener.SILENT));
    String message = String.valueOf(e.getMessage());
    assertTrue(message.startsWith(file.toString()), message);
    assertEquals(1, message.lines().count(), message);
  }

  @ParameterizedTest
  @ValueSource(ints = {109, 18, 298})
  void anArchivedOne(int number) throws IOException {
    Path file = folder.resolve("fit.safetensors");
    String name = "damaged/checkpoint-" + number + ".safetensors";
    try (InputStream in =
        Objects.requireNonNull(DamagedCheckpointTest.class.getResourceAsStream(name))) {
      Files.copy(in, file);
    }
    // The fit that it is of is not known here, so its parts are asked for one by one.
    F2d2Exception e =
        assertThrows(
            F2d2Exception.class,
            () -> {
              Checkpoint checkpoint = Checkpoint.read(folder);
              checkpoint.seconds();
              try (WorkerPool pool = new WorkerPool(1)) {
                FitSession session =
                    new FitSession(FitListener.SILENT, pool, Optional.of(checkpoint));
                session.finished("teacher", parameters(186));
                for (String stage : List.of("teacher", "log-density")) {
                  Parameters p = parameters(stage.equals("teacher") ? 186 : 177);
                  BestParameters best = new BestParameters(BestParameters.LATE, p, x -> 0);
                  session.train(stage, run(p), (rows, rng) -> p.get("all").square().sum(), best);
                }
              }
            });
    String message = String.valueOf(e.getMessage());
    assertTrue(message.startsWith(file.toString()), message);
    assertEquals(1, message.lines().count(), message);
  }

  private static Parameters parameters(int count) {
    return Parameters.zeros(List.of(Parameters.Entry.of("all", count)), DType.FLOAT32);
  }

  private static TrainingRun run(Parameters parameters) {
    return new TrainingRun(
        parameters,
        new TrainingRun.Options(4, new Schedule(0.1, 0, 30, 1), Optimizer.Options.DEFAULT, 1, 0.9),
        new Rng(1));
  }

  @Test
  void tensorsThatChangedPlacesOrAreMissing() {
    Path file = interrupted();
    Map<String, Tensor> tensors;
    Map<String, String> notes;
    try (Scope scope = Scope.open()) {
      Safetensors.Contents whole = Safetensors.read(file);
      tensors = whole.tensors();
      notes = whole.metadata();
      List<String> names = new ArrayList<>(tensors.keySet());
      for (int i = 0; i < names.size(); i++) {
        Map<String, Tensor> changed = new LinkedHashMap<>(tensors);
        String other = names.get((i + 1) % names.size());
        changed.put(names.get(i), tensors.get(other));
        changed.put(other, tensors.get(names.get(i)));
        boolean alike =
            tensors.get(other).type() == tensors.get(names.get(i)).type()
                && tensors.get(other).count() == tensors.get(names.get(i)).count();
        if (!alike) {
          Safetensors.write(file, changed, notes);
          refused(file);
        }
      }
    }
  }

  @Test
  void aCheckpointThatHasLostItsSeal() throws IOException {
    Path file = interrupted();
    String bytes = Files.readString(file, StandardCharsets.ISO_8859_1);
    String without = bytes.replaceFirst("f2d2.sha256", "f2d2.sha257");
    assertFalse(without.equals(bytes));
    Files.writeString(file, without, StandardCharsets.ISO_8859_1);
    refused(file);
  }

  @Test
  void notesThatAreMissingOrMeanNothing() {
    Path file = interrupted();
    try (Scope scope = Scope.open()) {
      Safetensors.Contents whole = Safetensors.read(file);
      for (String name : whole.metadata().keySet()) {
        for (String bad : List.of("", "x", "{}", "null", "[1]", "1e999", "-1")) {
          Map<String, String> changed = new LinkedHashMap<>(whole.metadata());
          changed.put(name, bad);
          Safetensors.write(file, whole.tensors(), changed);
          refused(file);
        }
      }
      Map<String, String> later = new LinkedHashMap<>(whole.metadata());
      later.computeIfPresent(
          "header", (k, v) -> v.replaceFirst("\"version\"\\s*:\\s*2", "\"version\":7"));
      Safetensors.write(file, whole.tensors(), later);
      refused(file);
    }
  }

  @Test
  void aLinkOutOfTheDirectory(@TempDir Path elsewhere) throws IOException {
    Path file = interrupted();
    Files.move(file, elsewhere.resolve("fit"));
    Files.createSymbolicLink(file, elsewhere.resolve("fit"));
    refused(file);
    assertFalse(Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS));
  }
}
