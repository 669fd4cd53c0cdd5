package org.f2d2.tensor;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * Replaces a file as a whole or not at all.
 *
 * <p>The bytes go to a hidden sibling, are forced to the disk and only then take the name of the
 * file. Whoever opens the name sees the old file or the new one; a full disk or a kill leaves the
 * old one. A kill can leave the sibling behind, {@code .NAME.*.tmp}, which nobody reads.
 */
final class AtomicFile {

  /** Writes the new contents. */
  @FunctionalInterface
  interface Contents {
    /** Writes to a channel that is at its start. */
    void writeTo(FileChannel channel) throws IOException;
  }

  private AtomicFile() {}

  static void write(Path path, Contents contents) throws IOException {
    // A link keeps pointing where it points: what it names is replaced, not the link.
    Path target = Files.exists(path) ? path.toRealPath() : path.toAbsolutePath();
    Path sibling =
        target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID() + ".tmp");
    try {
      try (FileChannel channel =
          FileChannel.open(sibling, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        contents.writeTo(channel);
        channel.force(true);
      }
      Files.move(sibling, target, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(sibling);
    }
    forceDirectory(target);
  }

  // The new name itself is on the disk only once its directory is.
  private static void forceDirectory(Path target) {
    try (FileChannel directory = FileChannel.open(target.resolveSibling(""))) {
      directory.force(true);
    } catch (IOException e) {
      // Some systems do not open directories. The file is whole either way; a power cut in the next
      // seconds may then bring the old one back.
      return;
    }
  }
}
