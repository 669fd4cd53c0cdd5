package org.f2d2.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.f2d2.error.F2d2Exception;

/**
 * A file of a directory that came from somewhere else. What lies there is trusted in nothing: a
 * name may point out of the directory, and a pipe in the place of a file would hold a reader up for
 * ever.
 */
public final class InnerFile {

  private InnerFile() {}

  /**
   * The path of a file that may be opened.
   *
   * @param directory where it must lie
   * @param name without a folder
   * @throws F2d2Exception with one line if the name is not plain, or what it names is missing, is
   *     not a regular file, or is a link out of the directory
   */
  public static Path of(Path directory, String name) {
    if (!isPlain(name)) {
      throw new F2d2Exception(directory + ": '" + name + "' is not the name of a file in it");
    }
    Path file = directory.resolve(name);
    if (!Files.exists(file)) {
      throw new F2d2Exception(file + ": there is no such file");
    }
    try {
      // A link may point to another place in the directory, as mounted configurations do.
      if (!file.toRealPath().startsWith(directory.toRealPath())) {
        throw new F2d2Exception(file + ": is a link out of its directory");
      }
    } catch (IOException e) {
      throw new F2d2Exception(file + ": cannot be read: " + AtomicFile.reason(e), e);
    }
    if (!Files.isRegularFile(file)) {
      throw new F2d2Exception(file + ": is not a regular file");
    }
    return file;
  }

  /** Whether a text is the name of a file and no path. */
  public static boolean isPlain(String name) {
    if (name.isBlank() || name.contains("/") || name.contains("\\") || name.contains(":")) {
      return false;
    }
    try {
      return !name.equals(".") && !name.equals("..") && Path.of(name).getNameCount() == 1;
    } catch (InvalidPathException e) {
      return false;
    }
  }
}
