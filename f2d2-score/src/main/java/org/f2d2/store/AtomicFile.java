package org.f2d2.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * Replaces a file as a whole or not at all.
 *
 * <p>The bytes go to a hidden sibling, are forced to the disk and only then take the name of the
 * file; the directory is forced after that. Whoever opens the name sees the old file or the new
 * one; a full disk or a kill leaves the old one. A file that is replaced keeps its permissions. A
 * kill can leave the sibling behind, {@code .NAME.*.tmp}, which nobody reads; the next write of the
 * same name removes it. What is not a regular file, such as a pipe or a device, is written
 * directly.
 */
public final class AtomicFile {

  /** A sibling holds a lock as long as it is written, which tells it from one that was left. */
  private static final Pattern SIBLING =
      Pattern.compile("\\.(.+)\\.[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\\.tmp");

  private static final int MOST_TRIES = 10;

  /** Siblings that this process is writing; locks do not tell its own threads apart. */
  private static final Set<Path> WRITING = ConcurrentHashMap.newKeySet();

  /** Called after each change to a directory: a test looks at what a kill there would leave. */
  static volatile Runnable afterChange = () -> {};

  /** Writes the new contents. */
  @FunctionalInterface
  public interface Contents {
    /** Writes to a channel that is at its start. */
    void writeTo(FileChannel channel) throws IOException;
  }

  private AtomicFile() {}

  /**
   * Replaces a file, or makes a new one.
   *
   * @throws IOException if it cannot be written; the old file is then as it was
   */
  public static void write(Path path, byte[] bytes) throws IOException {
    write(
        path,
        channel -> {
          ByteBuffer buffer = ByteBuffer.wrap(bytes);
          while (buffer.hasRemaining()) {
            channel.write(buffer);
          }
        });
  }

  /**
   * Replaces a file, or makes a new one.
   *
   * @throws IOException if it cannot be written; the old file is then as it was
   */
  public static void write(Path path, Contents contents) throws IOException {
    try (Replacement replacement = replace(path)) {
      contents.writeTo(replacement.channel());
      replacement.finish();
    }
  }

  /**
   * Begins to replace a file, or to make a new one, for output that takes its time: rows that come
   * one by one. Unlike with {@link #write}, an end of the process in the middle (Ctrl-C) removes
   * what was written so far.
   *
   * @throws IOException if it cannot be written there
   */
  public static Replacement open(Path path) throws IOException {
    Replacement replacement = replace(path);
    Abandoned.atExit(replacement);
    return replacement;
  }

  private static Replacement replace(Path path) throws IOException {
    boolean exists = Files.exists(path);
    if (exists && !Files.isRegularFile(path) && !Files.isDirectory(path)) {
      return new Replacement(FileChannel.open(path, StandardOpenOption.WRITE), path, path);
    }
    // A link keeps pointing where it points: what it names is replaced, not the link.
    Path target = exists ? path.toRealPath() : leadsTo(path.toAbsolutePath());
    removeLeftovers(target.resolveSibling(""), String.valueOf(target.getFileName()));
    for (int tries = 1; ; tries++) {
      Path sibling =
          target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID() + ".tmp");
      WRITING.add(sibling);
      Replacement replacement = null;
      boolean begun = false;
      try {
        replacement =
            new Replacement(
                FileChannel.open(sibling, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                sibling,
                target);
        requireOurs(sibling, replacement.channel());
        if (exists) {
          keepPermissions(target, sibling);
        }
        begun = true;
        afterChange.run();
        return replacement;
      } catch (TakenAway e) {
        if (tries == MOST_TRIES) {
          throw new IOException("the new file is taken away again and again", e);
        }
      } finally {
        if (!begun) {
          WRITING.remove(sibling);
          if (replacement != null) {
            replacement.close();
          }
        }
      }
    }
  }

  /** Where a name that is not there yet leads: a link may be there without what it points to. */
  private static Path leadsTo(Path path) throws IOException {
    return Files.isSymbolicLink(path)
        ? path.resolveSibling(Files.readSymbolicLink(path)).normalize()
        : path;
  }

  /** A file in the making, which {@link #finish} puts in its place and {@link #close} drops. */
  public static final class Replacement implements Closeable {
    private final FileChannel channel;
    private final Path written;
    private final Path target;

    private Replacement(FileChannel channel, Path written, Path target) {
      this.channel = channel;
      this.written = written;
      this.target = target;
    }

    /** Where the bytes go. */
    public FileChannel channel() {
      return channel;
    }

    /**
     * Forces the bytes to the disk and gives them the name of the file.
     *
     * @throws IOException if that fails; the old file is then as it was
     */
    public void finish() throws IOException {
      if (!isDirect()) {
        channel.force(true);
        afterChange.run();
        Files.move(written, target, StandardCopyOption.ATOMIC_MOVE);
        afterChange.run();
        force(target.resolveSibling(""));
      }
      close();
    }

    /** Ends the writing; what {@link #finish} has not put in its place is removed. */
    @Override
    public void close() throws IOException {
      try (channel) {
        if (!isDirect()) {
          Files.deleteIfExists(written);
        }
      } finally {
        WRITING.remove(written);
        Abandoned.AT_EXIT.remove(this);
      }
    }

    private boolean isDirect() {
      return written.equals(target);
    }
  }

  /** What an end of the process in the middle of its writing makes worthless. */
  private static final class Abandoned {
    static final Set<Replacement> AT_EXIT = ConcurrentHashMap.newKeySet();

    static {
      Runtime.getRuntime().addShutdownHook(new Thread(Abandoned::remove, "f2d2-abandoned-output"));
    }

    private Abandoned() {}

    static void atExit(Replacement replacement) {
      AT_EXIT.add(replacement);
    }

    private static void remove() {
      for (Replacement replacement : AT_EXIT) {
        try {
          // The file alone: its writer may still be at work, and would meet a closed channel.
          if (!replacement.isDirect()) {
            Files.deleteIfExists(replacement.written);
          }
        } catch (IOException e) {
          // The next write of the same name removes it.
          continue;
        }
      }
    }
  }

  /** Another process took the sibling for a leftover in the moment before it was locked. */
  private static final class TakenAway extends IOException {
    private static final long serialVersionUID = 1L;
  }

  // The lock ends with the channel, or with the process.
  private static void requireOurs(Path sibling, FileChannel channel) throws IOException {
    boolean locked;
    try {
      locked = channel.tryLock() != null;
    } catch (IOException e) {
      // A file system without locks: there nobody can lock a leftover to remove it either.
      locked = true;
    }
    if (!locked || !Files.exists(sibling)) {
      throw new TakenAway();
    }
  }

  private static void keepPermissions(Path from, Path to) throws IOException {
    try {
      Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(from);
      Files.setPosixFilePermissions(to, permissions);
    } catch (UnsupportedOperationException e) {
      // A file system without such permissions has none to keep.
      return;
    }
  }

  /**
   * Removes what killed processes have left of files in a directory; what is being written stays.
   */
  public static void removeLeftovers(Path directory) throws IOException {
    removeLeftovers(directory, "");
  }

  /** Only those of a file of a given name, or of any if it is empty. */
  private static void removeLeftovers(Path directory, String name) throws IOException {
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(
            directory,
            file -> {
              var sibling = SIBLING.matcher(String.valueOf(file.getFileName()));
              return sibling.matches() && (name.isEmpty() || name.equals(sibling.group(1)));
            })) {
      for (Path file : files) {
        if (!WRITING.contains(file) && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
          removeIfLeft(file);
          afterChange.run();
        }
      }
    } catch (java.nio.file.DirectoryIteratorException e) {
      throw e.getCause();
    }
  }

  private static void removeIfLeft(Path file) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      if (lock != null) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | OverlappingFileLockException e) {
      // Someone else's, gone, or in use: it costs space and nothing else.
      return;
    }
  }

  /**
   * Deletes a file, if it is there.
   *
   * @throws IOException if it cannot be deleted
   */
  public static void delete(Path file) throws IOException {
    if (Files.deleteIfExists(file)) {
      afterChange.run();
    }
  }

  /** Forces the names in a directory to the disk: a new name is there only once they are. */
  public static void force(Path directory) {
    try (FileChannel channel = FileChannel.open(directory)) {
      channel.force(true);
    } catch (IOException e) {
      // Some systems do not open directories. The files are whole either way; a power cut in the
      // next seconds may then bring an old one back.
      return;
    }
  }

  /** Why a file could not be written or read, in words that do not repeat its path. */
  public static String reason(IOException e) {
    if (e instanceof NoSuchFileException) {
      return "there is no such directory";
    }
    if (e instanceof java.nio.file.FileSystemException f) {
      return f.getReason() == null ? f.getClass().getSimpleName() : f.getReason();
    }
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }
}
