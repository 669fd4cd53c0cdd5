package org.f2d2.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;

/** Small data and a model fitted to them by the program, once for all tests. */
final class TinyModel {

  private static final Path FOLDER = folder();

  /** Two columns, a and b. */
  static final Path DATA = write("data.csv", "a,b", 240, "");

  /** The same and so many more rows that networks are not done without. */
  static final Path MORE_DATA = write("more.csv", "a,b", 2100, "");

  /** The model of {@link #MORE_DATA}. */
  static final Path MODEL = fit(MORE_DATA, "model");

  private TinyModel() {}

  /**
   * Rows of two correlated columns.
   *
   * @param seed of the draws
   * @param count how many
   * @param suffix what stands at the end of each line
   */
  static String rows(long seed, int count, String suffix) {
    Random random = new Random(seed);
    StringBuilder rows = new StringBuilder();
    for (int i = 0; i < count; i++) {
      double a = random.nextGaussian();
      double b = a + 0.5 * random.nextGaussian();
      rows.append(String.format(Locale.ROOT, "%.6f,%.6f%s%n", a, b, suffix));
    }
    return rows.toString();
  }

  private static Path write(String name, String header, int count, String suffix) {
    try {
      return Files.writeString(FOLDER.resolve(name), header + "\n" + rows(1, count, suffix));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path fit(Path data, String name) {
    Path model = FOLDER.resolve(name);
    Program.run("fit", data, "--model", model, "--steps", 30, "--quiet").succeeded();
    return model;
  }

  /** A model with a column c that is 7 in every row. */
  static final class WithConstant {
    static final Path MODEL = fit(write("constant.csv", "a,b,c", 120, ",7"), "constant-model");

    private WithConstant() {}
  }

  private static Path folder() {
    try {
      Path folder = Files.createTempDirectory("f2d2-tiny");
      Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder)));
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Copies the model, for tests that damage it. */
  static Path copy(Path target) throws IOException {
    Files.createDirectories(target);
    try (Stream<Path> files = Files.list(MODEL)) {
      for (Path file : files.toList()) {
        Files.copy(file, target.resolve(file.getFileName().toString()));
      }
    }
    return target;
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
