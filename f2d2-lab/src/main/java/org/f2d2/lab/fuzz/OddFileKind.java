package org.f2d2.lab.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.f2d2.DensityModel;
import org.f2d2.data.CifarFile;
import org.f2d2.data.DigitsFile;
import org.f2d2.data.IdxFile;
import org.f2d2.data.ImageFile;
import org.f2d2.data.Table;
import org.f2d2.data.TableFile;
import org.f2d2.lab.Folders;
import org.f2d2.score.Nfe;
import org.f2d2.tensor.Safetensors;
import org.f2d2.tensor.Scope;

/**
 * What is no ordinary file where one is expected: directories, devices, pipes, links, files of a
 * size that no disk holds.
 */
final class OddFileKind extends FuzzedKind {

  /** Who opens it. */
  private enum Reader {
    TABLE,
    ARRAY,
    IMAGES,
    LABELS,
    CIFAR,
    DIGITS,
    TENSORS,
    MODEL,
    WEIGHTS,
    CHECKPOINT,
    CONFIG;

    /** Whether a pipe is as good as a file. */
    boolean readsPipes() {
      return this == TABLE || this == LABELS || this == DIGITS || this == CONFIG;
    }
  }

  private static final String WORK = "work";

  private final Path material;
  private final CommandsUnderTest commands;

  OddFileKind(Path material, CommandsUnderTest commands) {
    super("odd-file", 5);
    this.material = material;
    this.commands = commands;
  }

  private static Reader reader(long seed) {
    return new Dice(seed).oneOf(Reader.values());
  }

  /** The directory of a model, or of a checkpoint, that the odd file is put into. */
  private static String directory(Reader reader) {
    return reader == Reader.CHECKPOINT ? Material.CHECKPOINT : Material.MODEL;
  }

  private static Path place(long seed, Path folder) throws IOException {
    Path work = folder.resolve(WORK);
    Reader reader = reader(seed);
    return switch (reader) {
      case ARRAY -> work.resolve("odd.npy");
      case CIFAR -> work.resolve("odd.bin");
      case MODEL -> work.resolve(directory(reader)).resolve("model.json");
      case WEIGHTS -> work.resolve(directory(reader)).resolve(weights(work, reader));
      case CHECKPOINT -> work.resolve(directory(reader)).resolve("fit.safetensors");
      default ->
          work.resolve(new Dice(~seed).oneOf("odd", "odd.csv", "ö d\"d", "odd.csv.gz", "o\nd"));
    };
  }

  private static String weights(Path work, Reader reader) throws IOException {
    try (Stream<Path> files = Files.list(work.resolve(directory(reader)))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith("student"))
          .findFirst()
          .orElse("student");
    }
  }

  @Override
  void begin(Path folder) throws IOException {
    DensityModel.load(material.resolve(Material.MODEL)).close();
  }

  @Override
  void write(long seed, Path folder) throws IOException {
    Path work = folder.resolve(WORK);
    Folders.delete(work);
    Files.createDirectories(work);
    Reader reader = reader(seed);
    if (List.of(Reader.MODEL, Reader.WEIGHTS, Reader.CHECKPOINT).contains(reader)) {
      new DamagedFiles(material.resolve(directory(reader))).write(work.resolve(directory(reader)));
    }
    Path place = place(seed, folder);
    byte[] content =
        Files.exists(place)
            ? Files.readAllBytes(place)
            : Files.readAllBytes(material.resolve(Material.ROWS));
    Files.deleteIfExists(place);
    OddFile.make(place, content, reader.readsPipes(), new Dice(seed + 1));
  }

  @Override
  Outcome check(long seed, Path folder) throws IOException {
    Path place = place(seed, folder.toAbsolutePath());
    try (OddFile.Writer writer = OddFile.writer(place, material.resolve(Material.ROWS))) {
      return read(reader(seed), place);
    }
  }

  private Outcome read(Reader reader, Path file) {
    switch (reader) {
      case TABLE, ARRAY -> {
        Table table = TableFile.read(file);
        return table.rows() == 0 || table.equals(Material.rows())
            ? Outcome.ACCEPTED
            : Outcome.changed("another table: " + table);
      }
      case IMAGES -> {
        // The commands ask first, and take for a table what is none.
        if (!ImageFile.isImages(file)) {
          return Outcome.ACCEPTED;
        }
        ImageFile.read(file);
      }
      case LABELS -> IdxFile.labels(file);
      case CIFAR -> CifarFile.read(List.of(file));
      case DIGITS -> DigitsFile.read(file);
      case TENSORS -> {
        try (Scope scope = Scope.open()) {
          Safetensors.read(file);
        }
      }
      case MODEL, WEIGHTS -> {
        try (DensityModel model = DensityModel.load(file.resolveSibling(""))) {
          return Arrays.equals(first(model), first(material.resolve(Material.MODEL)))
              ? Outcome.ACCEPTED
              : Outcome.changed("the model answers otherwise");
        }
      }
      case CHECKPOINT -> {
        Material.step(false, file.resolveSibling(""), true);
        return Outcome.ACCEPTED;
      }
      case CONFIG -> commands.settings(file);
    }
    // What was read is no such content: only an empty one means the same to all readers.
    return isEmpty(file) ? Outcome.ACCEPTED : Outcome.changed("was read as " + reader);
  }

  private static boolean isEmpty(Path file) {
    try {
      return Files.size(file) == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private static double[] first(DensityModel model) {
    return model.score(Arrays.copyOf(Material.rows().values(), 8), Nfe.ONE).logDensity();
  }

  private static double[] first(Path directory) {
    try (DensityModel model = DensityModel.load(directory)) {
      return first(model);
    }
  }
}
