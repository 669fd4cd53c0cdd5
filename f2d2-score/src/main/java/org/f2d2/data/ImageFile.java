package org.f2d2.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Files of images in any of the known formats: {@link IdxFile}, or {@link CifarFile} by its ending.
 */
public final class ImageFile {

  private static final String CIFAR = ".bin";

  private ImageFile() {}

  /** Whether a path is a file of images. Nothing is read of what is not a regular file. */
  public static boolean isImages(Path file) {
    return Files.isRegularFile(file) && (isCifar(file) || IdxFile.isIdx(file));
  }

  private static boolean isCifar(Path file) {
    try {
      return file.toString().toLowerCase(Locale.ROOT).endsWith(CIFAR)
          && Files.size(file) > 0
          && Files.size(file) % CifarFile.RECORD == 0;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Reads images, with their labels if the format holds them together.
   *
   * @throws DataException when it is no file of images or a faulty one
   */
  public static ImageSet read(Path file) {
    return isCifar(file) ? CifarFile.read(List.of(file)) : IdxFile.read(file);
  }
}
