package org.f2d2.train;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.f2d2.error.F2d2Exception;
import org.f2d2.store.AtomicFile;
import org.f2d2.store.InnerFile;
import org.f2d2.store.StoredJson;
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
  static final String HEADER = "header";
  private static final String SECONDS = "seconds";

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
      throw new F2d2Exception(
          directory + ": cannot create the directory: " + AtomicFile.reason(e), e);
    }
    Checkpoint checkpoint = new Checkpoint(file(directory));
    checkpoint.record(HEADER, header);
    return checkpoint;
  }

  /**
   * The checkpoint of a directory.
   *
   * @throws F2d2Exception with one line when it cannot be read or is damaged
   */
  static Checkpoint read(Path directory) {
    Path file = InnerFile.of(directory, FILE);
    Safetensors.Contents contents = Safetensors.read(file);
    if (!contents.sealed()) {
      throw new F2d2Exception(file + ": is no checkpoint of this program: it has no SHA-256");
    }
    Checkpoint checkpoint = new Checkpoint(file);
    checkpoint.tensors.putAll(contents.tensors());
    checkpoint.notes.putAll(contents.metadata());
    return checkpoint;
  }

  /**
   * What {@link #create} was given.
   *
   * @param version that the header's record must state
   * @param one what one row of the fit must be called, where the header says it
   * @throws F2d2Exception when it is of another version or another kind of fit
   */
  <H> H header(Class<H> type, int version, String one) {
    String where = headerFault();
    JsonNode tree = headerTree();
    String other = one(tree).orElse(one);
    if (!other.equals(one)) {
      throw new F2d2Exception(
          file + ": the unfinished fit is of " + other + "s, and this one of " + one + "s");
    }
    JsonNode stated = tree.path("version");
    if (!stated.isInt() || stated.intValue() != version) {
      throw new F2d2Exception(
          file + ": a checkpoint of version " + stated + " is not known, only of " + version);
    }
    return StoredJson.read(where, tree, type);
  }

  /** What one row of the fit is called, where the header says it. */
  Optional<String> one() {
    return one(headerTree());
  }

  private static Optional<String> one(JsonNode header) {
    return Optional.ofNullable(header.path("one").textValue()).filter(o -> !o.isEmpty());
  }

  private JsonNode headerTree() {
    return StoredJson.tree(headerFault(), note(HEADER).getBytes(StandardCharsets.UTF_8));
  }

  private String headerFault() {
    return file + ": the checkpoint's " + HEADER + " cannot be read";
  }

  /** Replaces what {@link #create} was given. */
  void header(Object header) {
    record(HEADER, header);
  }

  /** What a part of a record of this checkpoint means. */
  <T> T read(String what, JsonNode tree, Class<T> type) {
    return StoredJson.read(file + ": the checkpoint's " + what + " cannot be read", tree, type);
  }

  /** A note that is a record. */
  <R> R record(String name, Class<R> type) {
    return StoredJson.read(
        file + ": the checkpoint's " + name + " cannot be read",
        note(name).getBytes(StandardCharsets.UTF_8),
        type);
  }

  /** Puts a record in place of what was noted under a name. */
  void record(String name, Object value) {
    note(name, new String(StoredJson.write(value), StandardCharsets.UTF_8));
  }

  /** A note that means something else than its text. */
  <T> T note(String name, Function<String, T> decode) {
    String note = note(name);
    return restored(name, () -> decode.apply(note));
  }

  /** What is made of the contents. */
  interface Use<T> {
    /** Makes it. */
    T make();
  }

  /**
   * Makes something of what was read, which need not fit: tensors of the right names may be of
   * another network.
   *
   * @param what is made, for the message
   * @throws F2d2Exception with one line when it does not fit
   */
  <T> T restored(String what, Use<T> use) {
    try {
      return use.make();
    } catch (RuntimeException e) {
      // Optimisers, networks and natives each complain in their own way; what they mean is this.
      String why = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      throw new F2d2Exception(
          file + ": the checkpoint's " + what + " does not fit the fit: " + why, e);
    }
  }

  /** Wall time spent before the last write. */
  double seconds() {
    return hasNote(SECONDS) ? note(SECONDS, Checkpoint::seconds) : 0;
  }

  private static double seconds(String text) {
    double seconds = Double.parseDouble(text);
    if (!(seconds >= 0 && seconds < Double.MAX_VALUE)) {
      throw new IllegalArgumentException(text + " is no time");
    }
    return seconds;
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
      AtomicFile.delete(file(directory));
    } catch (IOException e) {
      throw new F2d2Exception(file(directory) + ": cannot be removed: " + AtomicFile.reason(e), e);
    }
  }

  private static Path file(Path directory) {
    return directory.resolve(FILE);
  }
}
