package org.f2d2.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.f2d2.error.F2d2Exception;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InnerFileTest {

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"", " ", ".", "..", "../a", "a/b", "/etc/passwd", "a\\b", "C:a", "a\0b"})
  void aNameThatIsAPathIsRefused(String name) {
    refused(name, "is not the name of a file");
  }

  @Test
  void aFileAndALinkToOneBesideItMayBeOpened() throws IOException {
    Path file = Files.writeString(folder.resolve("a"), "");
    assertEquals(file, InnerFile.of(folder, "a"));
    Files.createDirectory(folder.resolve("inside"));
    Files.writeString(folder.resolve("inside").resolve("b"), "");
    Files.createSymbolicLink(folder.resolve("b"), Path.of("inside", "b"));
    assertEquals(folder.resolve("b"), InnerFile.of(folder, "b"));
  }

  @Test
  void aLinkOutOfTheDirectoryIsRefused(@TempDir Path elsewhere) throws IOException {
    Files.createSymbolicLink(
        folder.resolve("a"), Files.writeString(elsewhere.resolve("secret"), ""));
    refused("a", "is a link out of its directory");
  }

  @Test
  void whatIsNoFileIsRefused() throws IOException, InterruptedException {
    refused("none", "there is no such file");
    Files.createDirectory(folder.resolve("directory"));
    refused("directory", "is not a regular file");
    int made = new ProcessBuilder("mkfifo", folder.resolve("pipe").toString()).start().waitFor();
    assertEquals(0, made);
    refused("pipe", "is not a regular file");
    Path pipe = folder.resolve("pipe");
    F2d2Exception e = assertThrows(F2d2Exception.class, () -> SafetensorsFile.read(pipe));
    assertEquals(pipe + ": is not a regular file", e.getMessage());
  }

  private void refused(String name, String why) {
    F2d2Exception e = assertThrows(F2d2Exception.class, () -> InnerFile.of(folder, name));
    String message = String.valueOf(e.getMessage());
    assertTrue(message.startsWith(folder.toString()) && message.contains(why), message);
  }
}
