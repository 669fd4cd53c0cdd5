package org.f2d2;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import org.f2d2.error.F2d2Exception;
import org.f2d2.store.ModelFiles;
import org.f2d2.train.Fit;
import org.f2d2.train.FittedFlow;

/** Models on disk, of any domain; the checkpoint of an unfinished fit may lie beside one. */
final class ModelStore {

  static final int VERSION = ModelFiles.VERSION;

  private static final List<ModelFormat> FORMATS = formats();

  private static List<ModelFormat> formats() {
    List<ModelFormat> all = new ArrayList<>();
    ServiceLoader.load(ModelFormat.class, ModelStore.class.getClassLoader()).forEach(all::add);
    all.addAll(
        List.of(
            new TableFormat(),
            new ImageModelFormat(),
            new ConfigurationFormat(),
            new ConfigurationFormat()));
    return List.copyOf(all);
  }

  private ModelStore() {}

  /** What one row of the model in a directory is called; empty if there is none. */
  static Optional<String> one(Path directory) {
    return FORMATS.stream()
        .filter(format -> exists(format, directory))
        .findFirst()
        .map(ModelFormat::one);
  }

  static boolean exists(Path directory) {
    return FORMATS.stream().anyMatch(format -> exists(format, directory));
  }

  private static boolean exists(ModelFormat format, Path directory) {
    return Files.exists(directory.resolve(format.description()));
  }

  static void write(Path directory, FittedFlow model) {
    ModelFormat own =
        FORMATS.stream()
            .filter(format -> format.holds(model.domain()))
            .findFirst()
            .orElseThrow(
                () ->
                    new F2d2Exception(
                        "there is no format for models of " + model.domain().describe()));
    for (ModelFormat other : FORMATS) {
      if (other != own && exists(other, directory)) {
        throw new F2d2Exception(directory + ": holds a model of another kind; take another place");
      }
    }
    own.write(directory, model);
  }

  static FittedFlow read(Path directory) {
    if (!Files.isDirectory(directory)) {
      throw new F2d2Exception(directory + ": no such model directory");
    }
    for (ModelFormat format : FORMATS) {
      if (exists(format, directory)) {
        return format.read(directory);
      }
    }
    throw new F2d2Exception(
        Fit.unfinished(directory)
            ? directory + ": holds an unfinished fit and no model yet"
            : directory
                + ": not a model directory, it has no "
                + String.join(" or ", FORMATS.stream().map(ModelFormat::description).toList()));
  }
}
