package org.f2d2.lab.fuzz;

import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Makes the odd things that a path may name. */
final class OddFile {

  private static final String PIPE = ".pipe";

  /** No disk here holds so much, but a file with a hole has it. */
  private static final List<Long> HOLES = List.of(1L << 28, 1L << 31, 1L << 33, 1L << 42);

  private OddFile() {}

  /**
   * Puts something at a path.
   *
   * @param content of an ordinary file there
   * @param pipe whether a pipe that somebody writes to may be there
   */
  static void make(Path place, byte[] content, boolean pipe, Dice dice) throws IOException {
    Path beside = place.resolveSibling("beside");
    switch (dice.below(14)) {
      case 0 -> Files.write(place, new byte[0]);
      case 1 -> Files.createDirectory(place);
      case 2 -> link(place, "/dev/null");
      case 3 -> link(place, dice.oneOf("/dev/zero", "/dev/full", "/dev/urandom"));
      case 4 -> link(place, dice.oneOf("/proc/self/mem", "/proc/self/environ", "/proc/self/maps"));
      case 5 -> link(place, place.getFileName().toString());
      case 6 -> link(place, "missing");
      case 7 -> link(place, Files.write(beside, content).getFileName().toString());
      case 8 -> {
        Path outside = place.resolveSibling("..").resolve("outside").normalize();
        link(place, Files.write(outside, content).toString());
      }
      case 9 -> link(place, Files.createDirectories(beside).toString());
      case 10 -> withHole(place, content, dice);
      case 11 -> Files.write(place, content);
      case 12 -> {
        pipe(place);
        if (pipe) {
          Files.createFile(writerMark(place));
        }
      }
      default -> {
        // Nothing is there.
      }
    }
  }

  private static void link(Path place, String target) throws IOException {
    Files.createSymbolicLink(place, Path.of(target));
  }

  private static void withHole(Path place, byte[] content, Dice dice) throws IOException {
    try (FileChannel channel =
        FileChannel.open(place, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      if (dice.chance(0.5)) {
        channel.write(ByteBuffer.wrap(content));
      }
      long size = dice.oneOf(HOLES);
      channel.write(ByteBuffer.wrap(new byte[] {'\n'}), size);
    } catch (IOException e) {
      // A file system without holes, or with a limit below: then the place holds what it can.
      Files.write(place, content);
    }
  }

  private static void pipe(Path place) throws IOException {
    try {
      Process process = new ProcessBuilder("mkfifo", place.toString()).start();
      if (!process.waitFor(10, TimeUnit.SECONDS) || process.exitValue() != 0) {
        Files.createDirectory(place);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  private static Path writerMark(Path place) {
    return place.resolveSibling("beside" + PIPE);
  }

  /** Writes into a pipe until closed; does nothing where there is none that wants a writer. */
  static final class Writer implements AutoCloseable {
    private final List<Path> pipes = new ArrayList<>();

    private Writer(Path place, Path content) {
      if (!Files.exists(writerMark(place))) {
        return;
      }
      pipes.add(place);
      Thread thread =
          new Thread(
              () -> {
                try (OutputStream out = Files.newOutputStream(place)) {
                  Files.copy(content, out);
                } catch (IOException e) {
                  // The reader has had enough.
                  return;
                }
              },
              "fuzz-pipe");
      thread.setDaemon(true);
      thread.start();
    }

    @Override
    public void close() throws IOException {
      for (Path pipe : pipes) {
        // Opened for both, a pipe lets go whoever waits for the other side.
        new RandomAccessFile(pipe.toFile(), "rw").close();
      }
    }
  }

  /** Somebody who writes a file's content into the pipe at a place, if one is there. */
  static Writer writer(Path place, Path content) {
    return new Writer(place, content);
  }
}
