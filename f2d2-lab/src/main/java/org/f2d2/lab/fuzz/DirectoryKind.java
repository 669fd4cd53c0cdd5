package org.f2d2.lab.fuzz;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Directories with one file damaged. Whatever is read must answer like the whole directory, bit for
 * bit: a change that nobody notices is worse than a refusal.
 *
 * @param <A> what a directory answers
 */
abstract class DirectoryKind<A> extends FuzzedKind {

  private final Path material;
  private final List<String> origins;
  private final Map<String, DamagedFiles> wholes = new HashMap<>();
  private final Map<String, A> answers = new HashMap<>();

  /**
   * A kind.
   *
   * @param origins names of the directories of {@link Material} that are damaged: one, or the usual
   *     one and one that every fourth seed takes
   */
  DirectoryKind(String name, int share, Path material, String... origins) {
    super(name, share);
    this.material = material;
    this.origins = List.of(origins);
  }

  /** What a directory answers in all the ways that its files have a share in. */
  abstract A answers(String origin, Path directory) throws IOException, Unreadable;

  /** Compares the answers of a damaged directory with those of the whole one. */
  abstract Outcome compare(A whole, A damaged) throws Unreadable;

  private String origin(long seed) {
    return origins.get((seed & 3) == 0 ? origins.size() - 1 : 0);
  }

  /** Where the damaged directory lies. */
  static Path directory(Path folder) {
    return folder.resolve("directory");
  }

  @Override
  void begin(Path folder) throws IOException {
    for (String origin : origins) {
      DamagedFiles whole = new DamagedFiles(material.resolve(origin));
      wholes.put(origin, whole);
      whole.write(directory(folder));
      try {
        answers.put(origin, answers(origin, directory(folder)));
      } catch (Unreadable e) {
        throw new IllegalStateException("nothing is damaged yet", e);
      }
    }
  }

  @Override
  void write(long seed, Path folder) throws IOException {
    Objects.requireNonNull(wholes.get(origin(seed))).write(directory(folder), new Dice(seed));
  }

  @Override
  Outcome check(long seed, Path folder) throws IOException, Unreadable {
    A damaged = answers(origin(seed), directory(folder));
    return compare(Objects.requireNonNull(answers.get(origin(seed))), damaged);
  }
}
