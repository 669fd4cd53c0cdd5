package org.f2d2.store;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.f2d2.error.F2d2Exception;
import org.jspecify.annotations.Nullable;

/**
 * The files of a model of any kind: a description in JSON, and the safetensors files it names.
 *
 * <p>A save writes new files beside the old ones, replaces the description as a whole, and only
 * then deletes what the old description named and nothing else; each step is on the disk before the
 * next begins. So at every moment the directory holds one whole model, and a reader that meets a
 * save reads again.
 *
 * <p>A format version is one number in the description. Version 1 says nothing about its files;
 * since version 2 it lists them with role and SHA-256, they are read no other way, and the
 * description has a {@link DescriptionSeal} of its own.
 */
public final class ModelFiles {

  /** The version that is written. */
  public static final int VERSION = 2;

  /** Only files of such names are ever deleted. */
  private static final Pattern OURS =
      Pattern.compile("[a-z]+-[0-9a-f]{8}(?:\\.weights)?\\.safetensors");

  /** Longest description, which a whitening of a few thousand columns would take. */
  private static final int MOST_BYTES = 1 << 28;

  /** Saves that a reader may meet one after the other. */
  private static final int MOST_TRIES = 5;

  /**
   * A file of a model.
   *
   * @param file its name
   * @param role what its tensors are
   * @param sha256 of its bytes, as hexadecimal digits
   */
  public record StoredFile(String file, String role, String sha256) {}

  private ModelFiles() {}

  /** The files of one save. */
  public static final class Save {
    private final Path directory;
    private final DirectoryLock lock;
    private final String id = UUID.randomUUID().toString().substring(0, 8);
    private final Set<String> old;
    private final List<StoredFile> files = new ArrayList<>();

    private Save(Path directory, DirectoryLock lock, Set<String> old) {
      this.directory = directory;
      this.lock = lock;
      this.old = old;
    }

    /**
     * Writes a file.
     *
     * @param role of its arrays, in small letters; one file has it
     * @return its name
     */
    public String put(String role, Map<String, ? extends SafetensorsFile.Source> arrays) {
      String name = role + "-" + id + ".weights.safetensors";
      // The old ones too: a kill may come when the description names them no more.
      List<String> names = new ArrayList<>(old);
      files.forEach(f -> names.add(f.file()));
      names.add(name);
      lock.announce(names);
      String sha256 = SafetensorsFile.write(directory.resolve(name), arrays, Map.of("role", role));
      files.add(new StoredFile(name, role, sha256));
      return name;
    }

    /** All that was written. */
    public List<StoredFile> files() {
      return List.copyOf(files);
    }
  }

  /**
   * Saves a model; the one that was there stays whole until this one is.
   *
   * @param description name of the description
   * @param describe writes the files and gives the record that describes the model
   * @throws F2d2Exception when it cannot be written, or another process is writing there
   */
  public static void save(Path directory, String description, Function<Save, Object> describe) {
    Path file = directory.resolve(description);
    try (DirectoryLock lock = DirectoryLock.hold(directory)) {
      Set<String> old = named(directory, description);
      delete(directory, lock.announced().stream().filter(name -> !old.contains(name)).toList());
      AtomicFile.removeLeftovers(directory);
      Save save = new Save(directory, lock, Set.copyOf(old));
      byte[] json =
          DescriptionSeal.put(StoredJson.tree(description, StoredJson.write(describe.apply(save))));
      if (json.length > MOST_BYTES) {
        throw new F2d2Exception(file + ": the model has too many columns to be described");
      }
      AtomicFile.write(file, json);
      old.removeAll(save.files().stream().map(StoredFile::file).toList());
      delete(directory, List.copyOf(old));
      lock.announce(List.of());
    } catch (IOException e) {
      throw new F2d2Exception(directory + ": cannot save the model: " + AtomicFile.reason(e), e);
    }
  }

  /** The files that a description names; none where there is no description or it is damaged. */
  private static Set<String> named(Path directory, String description) {
    Set<String> names = new LinkedHashSet<>();
    if (Files.exists(directory.resolve(description))) {
      try {
        collect(StoredJson.tree(description, bytes(InnerFile.of(directory, description))), names);
      } catch (F2d2Exception | IOException e) {
        // What a damaged description named is not known, so it stays.
        return new LinkedHashSet<>();
      }
    }
    return names;
  }

  private static void collect(JsonNode node, Set<String> names) {
    for (String key : List.of("file", "weights")) {
      if (node.path(key).isTextual()) {
        names.add(node.path(key).textValue());
      }
    }
    node.forEach(inner -> collect(inner, names));
  }

  private static void delete(Path directory, List<String> names) throws IOException {
    for (String name : names) {
      if (OURS.matcher(name).matches()) {
        Path file = directory.resolve(name);
        if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
          AtomicFile.delete(file);
        }
      }
    }
  }

  private static byte[] bytes(Path file) throws IOException {
    // Read as JSON, a description takes a few times its length.
    long most = Math.min(MOST_BYTES, Runtime.getRuntime().maxMemory() / 8);
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes((int) most + 1);
      if (bytes.length > most) {
        throw new F2d2Exception(
            file
                + ": is longer than the description of a model may be here, "
                + (most >> 20)
                + " MiB");
      }
      return bytes;
    }
  }

  /** The files of one model that is being read. */
  public static final class Load {
    private final Path directory;
    private final @Nullable List<StoredFile> files;
    private final Set<String> used = new LinkedHashSet<>();

    private Load(Path directory, @Nullable List<StoredFile> files) {
      this.directory = directory;
      this.files = files;
    }

    /**
     * Reads a file.
     *
     * @param name as the description has it
     * @param role that its tensors must have
     * @param use what is made of them; its complaints are completed by the name of the file
     */
    public <T> T get(String name, String role, Function<SafetensorsFile.Contents, T> use) {
      Path file = InnerFile.of(directory, name);
      SafetensorsFile.Contents contents = SafetensorsFile.read(file);
      // The first image models were written without a role.
      String said = contents.outline().metadata().getOrDefault("role", role);
      if (!said.equals(role)) {
        throw new F2d2Exception(file + ": holds the " + said + ", not the " + role);
      }
      if (files != null) {
        StoredFile stored =
            files.stream()
                .filter(f -> f.file().equals(name) && f.role().equals(role))
                .findFirst()
                .orElseThrow(() -> new F2d2Exception(file + ": is not listed as the " + role));
        if (!stored.sha256().equals(contents.outline().sha256())) {
          throw new F2d2Exception(
              file + ": is not the file that was saved: its SHA-256 is another");
        }
      }
      used.add(name);
      return told(file, () -> use.apply(contents));
    }

    // A part of the model that the description has lost is still in the list.
    private void requireAllUsed() {
      if (files != null) {
        for (StoredFile stored : files) {
          if (!used.contains(stored.file())) {
            throw new F2d2Exception(
                "the " + stored.role() + " is listed, and nothing says what it is");
          }
        }
      }
    }
  }

  /** Work that may complain. */
  private interface Work<T> {
    T run();
  }

  // Constructors and natives complain in many ways about numbers that do not fit together; to the
  // user each of them says one thing, that this file cannot be used.
  private static <T> T told(Path file, Work<T> work) {
    try {
      return work.run();
    } catch (F2d2Exception e) {
      String message = String.valueOf(e.getMessage());
      String directory = String.valueOf(file.getParent());
      throw message.startsWith(directory) ? e : new F2d2Exception(file + ": " + message, e);
    } catch (RuntimeException e) {
      String why = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      throw new F2d2Exception(file + ": is incomplete or inconsistent: " + why, e);
    }
  }

  /**
   * Reads a model, again if a save replaced it meanwhile.
   *
   * @param description name of the description
   * @param type of the description
   * @param files what a description of version 2 lists
   * @param use makes the model
   * @throws F2d2Exception with one line when the directory does not hold a whole model
   */
  public static <D, T> T read(
      Path directory,
      String description,
      Class<D> type,
      Function<D, Optional<List<StoredFile>>> files,
      BiFunction<D, Load, T> use) {
    for (int tries = 1; ; tries++) {
      byte[] json = description(directory, description);
      try {
        return read(directory, description, json, type, files, use);
      } catch (F2d2Exception e) {
        boolean replaced = !Arrays.equals(json, description(directory, description));
        if (!replaced || tries == MOST_TRIES) {
          throw e;
        }
      }
    }
  }

  private static byte[] description(Path directory, String name) {
    Path file = InnerFile.of(directory, name);
    try {
      return bytes(file);
    } catch (IOException e) {
      throw new F2d2Exception(file + ": cannot be read: " + AtomicFile.reason(e), e);
    }
  }

  private static <D, T> T read(
      Path directory,
      String description,
      byte[] json,
      Class<D> type,
      Function<D, Optional<List<StoredFile>>> files,
      BiFunction<D, Load, T> use) {
    Path file = directory.resolve(description);
    JsonNode tree = StoredJson.tree(file + ": not a model description", json);
    JsonNode version = tree.path("version");
    if (!version.isInt()) {
      throw new F2d2Exception(file + ": the format version is missing");
    }
    int number = version.intValue();
    if (number > VERSION) {
      throw new F2d2Exception(
          file
              + ": format version "
              + number
              + " is newer than this program, which reads up to "
              + VERSION);
    }
    if (number < 1) {
      throw new F2d2Exception(file + ": format version " + number + " is not known");
    }
    // Of version 1 none has a seal; one that has it was changed to look like it.
    JsonNode rest = DescriptionSeal.require(file, tree, number >= 2);
    D described = StoredJson.read(file + ": not a model description", rest, type);
    Optional<List<StoredFile>> listed = files.apply(described);
    if (number >= 2 && listed.isEmpty()) {
      throw new F2d2Exception(file + ": not a model description: the list of its files is missing");
    }
    Load load = new Load(directory, listed.orElse(null));
    return told(
        file,
        () -> {
          T model = use.apply(described, load);
          load.requireAllUsed();
          return model;
        });
  }
}
