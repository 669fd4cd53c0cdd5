package org.f2d2.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {

  @TempDir Path directory;

  @Test
  void replacesTheWholeFile() throws IOException {
    Path file = Files.writeString(directory.resolve("a"), "a longer old text");
    AtomicFile.write(
        file, channel -> channel.write(ByteBuffer.wrap("new".getBytes(StandardCharsets.UTF_8))));
    assertEquals("new", Files.readString(file));
    assertEquals(List.of("a"), names());
  }

  @Test
  void anErrorInTheMiddleLeavesTheOldFileAndNoOther() throws IOException {
    Path file = Files.writeString(directory.resolve("a"), "old");
    assertThrows(
        IOException.class,
        () ->
            AtomicFile.write(
                file,
                channel -> {
                  channel.write(ByteBuffer.wrap("ne".getBytes(StandardCharsets.UTF_8)));
                  throw new IOException("No space left on device");
                }));
    assertEquals("old", Files.readString(file));
    assertEquals(List.of("a"), names());
  }

  @Test
  void theOldFileStandsWhileTheNewOneIsWritten() throws IOException {
    Path file = Files.writeString(directory.resolve("a"), "old");
    AtomicFile.write(
        file,
        channel -> {
          channel.write(ByteBuffer.wrap("new".getBytes(StandardCharsets.UTF_8)));
          assertEquals("old", Files.readString(file));
        });
    assertEquals("new", Files.readString(file));
  }

  @Test
  void aLinkStaysALink() throws IOException {
    Path file = Files.writeString(directory.resolve("a"), "old");
    Path link = Files.createSymbolicLink(directory.resolve("link"), file);
    AtomicFile.write(
        link, channel -> channel.write(ByteBuffer.wrap("new".getBytes(StandardCharsets.UTF_8))));
    assertTrue(Files.isSymbolicLink(link));
    assertEquals("new", Files.readString(file));
  }

  @Test
  void aLinkToNothingYetStaysALinkToo() throws IOException {
    Path link = Files.createSymbolicLink(directory.resolve("link"), Path.of("new"));
    AtomicFile.write(link, new byte[] {7});
    assertTrue(Files.isSymbolicLink(link));
    assertEquals(1, Files.size(directory.resolve("new")));
  }

  @Test
  void theModeOfTheFileStays() throws IOException {
    Path file = Files.writeString(directory.resolve("a"), "old");
    Set<PosixFilePermission> mode = PosixFilePermissions.fromString("rw-rw-r-x");
    Files.setPosixFilePermissions(file, mode);
    AtomicFile.write(file, new byte[] {1});
    assertEquals(mode, Files.getPosixFilePermissions(file));
  }

  @Test
  void whatAKilledProcessLeftIsRemoved() throws IOException {
    Path own = directory.resolve(".a." + UUID.randomUUID() + ".tmp");
    Path other = directory.resolve(".b." + UUID.randomUUID() + ".tmp");
    Path mine = directory.resolve(".a.notes.tmp");
    for (Path file : List.of(own, other, mine)) {
      Files.writeString(file, "half");
    }
    AtomicFile.write(directory.resolve("a"), new byte[] {1});
    assertEquals(Set.of("a", other.getFileName().toString(), ".a.notes.tmp"), Set.copyOf(names()));
    AtomicFile.removeLeftovers(directory);
    assertEquals(Set.of("a", ".a.notes.tmp"), Set.copyOf(names()));
  }

  @Test
  void whatIsBeingWrittenIsNotRemoved() throws IOException {
    Path file = directory.resolve("a");
    AtomicFile.write(
        file,
        channel -> {
          AtomicFile.removeLeftovers(directory);
          AtomicFile.write(directory.resolve("b"), new byte[] {2});
          channel.write(ByteBuffer.wrap(new byte[] {1}));
        });
    assertEquals(Set.of("a", "b"), Set.copyOf(names()));
  }

  @Test
  void aDeviceIsWrittenAndStaysADevice() throws IOException {
    Path device = Path.of("/dev/null");
    AtomicFile.write(device, new byte[] {1});
    assertFalse(Files.isRegularFile(device));
    assertThrows(IOException.class, () -> AtomicFile.write(Path.of("/dev/full"), new byte[] {1}));
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(f -> f.getFileName().toString()).toList();
    }
  }
}
