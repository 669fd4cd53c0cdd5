package org.f2d2.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.f2d2.error.F2d2Exception;
import org.f2d2.tensor.Safetensors;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;

/**
 * Where an unfinished fit stands, as one file that is replaced as a whole.
 *
 * <p>A stage that has ended leaves the tensors that later stages need; the running stage leaves the
 * state of its training run. What can be computed again from these and the seed (the split, the
 * trajectories) is not stored.
 */
final class Checkpoint {

  private static final String FILE = "fit.safetensors";
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * What a resumed fit must agree with.
   *
   * @param version of this record's meaning
   * @param options of the fit
   * @param plan decided at the start
   * @param dataHash of the table
   * @param seconds wall time spent so far
   */
  record Header(int version, FitOptions options, FitPlan plan, String dataHash, double seconds) {
    static final int VERSION = 1;
  }

  private final Path file;
  private final Map<String, Tensor> tensors = new LinkedHashMap<>();
  private final Map<String, String> notes = new LinkedHashMap<>();
  private Header header;

  private Checkpoint(Path file, Header header) {
    this.file = file;
    this.header = header;
  }

  /** Whether a model directory holds an unfinished fit. */
  static boolean exists(Path directory) {
    return Files.exists(file(directory));
  }

  static Checkpoint create(Path directory, Header header) {
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new F2d2Exception(directory + ": cannot create the directory: " + e.getMessage(), e);
    }
    return new Checkpoint(file(directory), header);
  }

  static Checkpoint read(Path directory) {
    Path file = file(directory);
    Safetensors.Contents contents = Safetensors.read(file);
    try {
      Header header = JSON.readValue(note(contents, file, "header"), Header.class);
      if (header.version() != Header.VERSION) {
        throw new F2d2Exception(
            file + ": checkpoint of version " + header.version() + " is not known");
      }
      Checkpoint checkpoint = new Checkpoint(file, header);
      checkpoint.tensors.putAll(contents.tensors());
      checkpoint.notes.putAll(contents.metadata());
      return checkpoint;
    } catch (JsonProcessingException e) {
      throw new F2d2Exception(file + ": the checkpoint's header cannot be read", e);
    }
  }

  private static String note(Safetensors.Contents contents, Path file, String name) {
    String note = contents.metadata().get(name);
    if (note == null) {
      throw new F2d2Exception(file + ": the checkpoint lacks its " + name);
    }
    return note;
  }

  Header header() {
    return header;
  }

  boolean hasNote(String name) {
    return notes.containsKey(name);
  }

  String note(String name) {
    String note = notes.get(name);
    if (note == null) {
      throw new F2d2Exception(file + ": the checkpoint lacks its " + name);
    }
    return note;
  }

  void note(String name, String value) {
    notes.put(name, value);
  }

  /** The tensors under a prefix, without it; empty if there are none. */
  Map<String, Tensor> part(String prefix) {
    Map<String, Tensor> part = new LinkedHashMap<>();
    tensors.forEach(
        (name, tensor) -> {
          if (name.startsWith(prefix + "/")) {
            part.put(name.substring(prefix.length() + 1), tensor);
          }
        });
    return part;
  }

  /** Puts tensors under a prefix in place of what was there. */
  void part(String prefix, Map<String, Tensor> part) {
    tensors.keySet().removeIf(name -> name.startsWith(prefix + "/"));
    part.forEach((name, tensor) -> tensors.put(prefix + "/" + name, tensor));
  }

  /** Writes the file. */
  void write(double seconds) {
    header =
        new Header(header.version(), header.options(), header.plan(), header.dataHash(), seconds);
    try (Scope scope = Scope.open()) {
      notes.put("header", JSON.writeValueAsString(header));
      Safetensors.write(file, tensors, notes);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Removes the file of a finished fit. */
  static void delete(Path directory) {
    try {
      Files.deleteIfExists(file(directory));
    } catch (IOException e) {
      throw new F2d2Exception(file(directory) + ": cannot be removed: " + e.getMessage(), e);
    }
  }

  private static Path file(Path directory) {
    return directory.resolve(FILE);
  }
}
