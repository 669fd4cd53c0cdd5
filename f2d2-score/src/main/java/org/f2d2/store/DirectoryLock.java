package org.f2d2.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.f2d2.error.F2d2Exception;

/**
 * The right to write into a model directory, which one thread of one process has at a time: a fit
 * holds it from its start to its end, a save while it lasts. Readers need none.
 *
 * <p>It is a lock on the file {@value #FILE}, which stays behind; the system frees it however the
 * process ends. The file also says which files its holder is about to write, so that the next
 * holder knows what a killed one has left. The thread that has the right may ask for it again.
 */
public final class DirectoryLock implements AutoCloseable {

  static final String FILE = ".f2d2.lock";

  /** More is no list of files. */
  private static final int MOST_BYTES = 1 << 16;

  /** Locks of a process do not tell its threads apart. */
  private static final Map<Path, Held> HELD = new HashMap<>();

  private static final class Held {
    private final Thread owner = Thread.currentThread();
    private final FileChannel channel;
    private final boolean made;
    private int depth;

    Held(FileChannel channel, boolean made) {
      this.channel = channel;
      this.made = made;
    }
  }

  private final Path directory;
  private final Path key;
  private final Held held;
  private boolean closed;

  private DirectoryLock(Path directory, Path key, Held held) {
    this.directory = directory;
    this.key = key;
    this.held = held;
  }

  /**
   * Takes the right to write.
   *
   * @param directory made if there is none
   * @throws F2d2Exception when another process or thread has it, or nothing can be written there
   */
  public static DirectoryLock hold(Path directory) {
    try {
      boolean made = !Files.exists(directory);
      Files.createDirectories(directory);
      Path key = directory.toRealPath();
      synchronized (HELD) {
        Held held = HELD.get(key);
        if (held == null) {
          held = new Held(open(directory), made);
          HELD.put(key, held);
        } else if (held.owner != Thread.currentThread()) {
          throw busy(directory);
        }
        held.depth++;
        return new DirectoryLock(directory, key, held);
      }
    } catch (IOException e) {
      throw new F2d2Exception(directory + ": cannot be written: " + AtomicFile.reason(e), e);
    }
  }

  private static FileChannel open(Path directory) throws IOException {
    Path file = directory.resolve(FILE);
    if (Files.exists(file)) {
      InnerFile.of(directory, FILE);
    }
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      // Beyond the text, which others may then read and copy on systems that enforce locks.
      if (channel.tryLock(Long.MAX_VALUE - 1, 1, false) == null) {
        channel.close();
        throw busy(directory);
      }
    } catch (IOException e) {
      // A file system without locks. Two threads are still kept apart, two processes are not.
      return channel;
    }
    return channel;
  }

  private static F2d2Exception busy(Path directory) {
    return new F2d2Exception(directory + ": another fit or save is writing into it");
  }

  /**
   * Says which files are about to be written, in place of what was said before.
   *
   * @param names of files in the directory
   */
  public void announce(List<String> names) {
    try {
      if (names.isEmpty()) {
        held.channel.truncate(0);
      }
      // Behind what stands there: a kill between emptying and writing would lose both lists.
      ByteBuffer text =
          ByteBuffer.wrap((String.join("\n", names) + "\n").getBytes(StandardCharsets.UTF_8));
      held.channel.position(held.channel.size());
      while (!names.isEmpty() && text.hasRemaining()) {
        held.channel.write(text);
      }
      held.channel.force(true);
    } catch (IOException e) {
      throw new F2d2Exception(directory + ": cannot be written: " + AtomicFile.reason(e), e);
    }
  }

  /**
   * What {@link #announce} said since it last said nothing, here or in processes that were killed;
   * plain names only.
   */
  public List<String> announced() {
    try {
      long size = held.channel.size();
      if (size > MOST_BYTES) {
        return List.of();
      }
      ByteBuffer text = ByteBuffer.allocate((int) size);
      while (text.hasRemaining()) {
        if (held.channel.read(text, text.position()) < 0) {
          break;
        }
      }
      return new String(text.array(), StandardCharsets.UTF_8)
          .lines()
          .filter(InnerFile::isPlain)
          .toList();
    } catch (IOException e) {
      throw new F2d2Exception(directory + ": cannot be read: " + AtomicFile.reason(e), e);
    }
  }

  // A fit that was refused leaves no directory behind.
  private void removeIfUnused() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      if (!files.allMatch(file -> file.endsWith(FILE))) {
        return;
      }
    }
    Files.deleteIfExists(directory.resolve(FILE));
    Files.deleteIfExists(directory);
  }

  /** Gives the right back, if it was not asked for more often. */
  @Override
  public void close() {
    synchronized (HELD) {
      if (closed) {
        return;
      }
      closed = true;
      held.depth--;
      if (held.depth > 0) {
        return;
      }
      HELD.remove(key);
      try {
        if (held.made) {
          removeIfUnused();
        }
        held.channel.close();
      } catch (IOException e) {
        // The lock ends with the channel, whatever closing it says.
        return;
      }
    }
  }
}
