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
  private static final String HEADER = "header";
  private static final String SECONDS = "seconds";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;
  private final Map<String, Tensor> tensors = new LinkedHashMap<>();
  private final Map<String, String> notes = new LinkedHashMap<>();

  private Checkpoint(Path file) {
    this.file = file;
  }

  /** Whether a model directory holds an unfinished fit. */
  static boolean exists(Path directory) {
    return Files.exists(file(directory));
  }

  /**
   * A checkpoint that is not written yet.
   *
   * @param header what a resumed fit must agree with
   */
  static Checkpoint create(Path directory, Object header) {
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new F2d2Exception(directory + ": cannot create the directory: " + e.getMessage(), e);
    }
    Checkpoint checkpoint = new Checkpoint(file(directory));
    checkpoint.record(HEADER, header);
    return checkpoint;
  }

  static Checkpoint read(Path directory) {
    Path file = file(directory);
    Safetensors.Contents contents = Safetensors.read(file);
    Checkpoint checkpoint = new Checkpoint(file);
    checkpoint.tensors.putAll(contents.tensors());
    checkpoint.notes.putAll(contents.metadata());
    return checkpoint;
  }

  /** What {@link #create} was given. */
  <H> H header(Class<H> type) {
    return record(HEADER, type);
  }

  /** A note that is a record. */
  <R> R record(String name, Class<R> type) {
    try {
      return JSON.readValue(note(name), type);
    } catch (JsonProcessingException e) {
      throw new F2d2Exception(file + ": the checkpoint's " + name + " cannot be read", e);
    }
  }

  /** Puts a record in place of what was noted under a name. */
  void record(String name, Object value) {
    try {
      note(name, JSON.writeValueAsString(value));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Wall time spent before the last write. */
  double seconds() {
    return hasNote(SECONDS) ? Double.parseDouble(note(SECONDS)) : 0;
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

  /**
   * Writes the file.
   *
   * @param seconds wall time spent so far
   */
  void write(double seconds) {
    notes.put(SECONDS, Double.toString(seconds));
    try (Scope scope = Scope.open()) {
      Safetensors.write(file, tensors, notes);
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
