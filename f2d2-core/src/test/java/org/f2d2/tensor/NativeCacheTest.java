package org.f2d2.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.f2d2.error.F2d2Exception;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Native code is loaded from folders alone that nobody else can write. */
class NativeCacheTest {

  @TempDir private Path folder;

  @BeforeEach
  void onlyWhereFilesHaveOwners() {
    assumeTrue(FileSystems.getDefault().supportedFileAttributeViews().contains("unix"));
  }

  private static String refused(Path folder) {
    String message =
        assertThrows(F2d2Exception.class, () -> NativeCache.prepare(folder)).getMessage();
    assertTrue(message.contains("F2D2_CACHE"), message);
    return message;
  }

  private Path made(String name, String mode) throws IOException {
    Path made = Files.createDirectories(folder.resolve(name));
    return Files.setPosixFilePermissions(made, PosixFilePermissions.fromString(mode));
  }

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  @Test
  void makesAFolderOfItsOwn() throws IOException {
    Path made = NativeCache.prepare(folder.resolve("a").resolve("b"));
    assertEquals("rwx------", mode(made));
    assertEquals(made, NativeCache.prepare(made));
    try (var left = Files.list(made)) {
      assertEquals(0, left.count());
    }
  }

  @Test
  void refusesWhatOthersCanWrite() throws IOException {
    assertTrue(refused(made("open", "rwxrwxrwx")).contains("can be written by every user"));
    Path inside = made("open2/inside", "rwxr-xr-x");
    made("open2", "rwxrwxrwx");
    assertTrue(refused(inside).contains("which every user can write"));
    Path file = Files.writeString(folder.resolve("file"), "");
    assertTrue(refused(file).contains("is not a folder"));
  }

  @Test
  void closesAFolderToItsGroup() throws IOException {
    Path shared = made("shared", "rwxrwxr-x");
    NativeCache.prepare(shared);
    assertEquals("rwxr-xr-x", mode(shared));
  }

  @Test
  void looksBehindALink() throws IOException {
    Path open = made("open", "rwxrwxrwx");
    Path link = Files.createSymbolicLink(folder.resolve("link"), open);
    assertTrue(refused(link).contains("can be written by every user"));
  }

  @Test
  void refusesAnotherUsersFolder() throws IOException {
    Path theirs = made("theirs", "rwxr-xr-x");
    try {
      Files.setAttribute(theirs, "unix:uid", 12345);
    } catch (IOException e) {
      assumeTrue(false, "only root can give a folder away");
    }
    assertTrue(refused(theirs).contains("belongs to another user"));
  }

  @Test
  void prefersTheFolderThatIsNamed() {
    assertEquals(Path.of("/x/y"), NativeCache.chosen("/x/y", "/home/me"));
    assertEquals(Path.of("/home/me/.javacpp/cache"), NativeCache.chosen("", "/home/me"));
    assertEquals(Path.of("/home/me/.javacpp/cache"), NativeCache.chosen(null, "/home/me"));
    assertThrows(F2d2Exception.class, () -> NativeCache.chosen(null, "?"));
  }

  /** Started in a JVM of its own. */
  static final class Start {
    private Start() {}

    /** Says where the natives would be looked for, or why they are not. */
    public static void main(String[] arguments) {
      try {
        NativeCache.prepare();
        System.out.print(System.getProperty("org.bytedeco.javacpp.cachedir"));
        System.out.print("|" + System.getProperty("jna.tmpdir"));
      } catch (F2d2Exception e) {
        System.out.print(e.getMessage());
      }
    }
  }

  private String started(String home, String cache) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Duser.home=" + home,
            "-cp",
            System.getProperty("java.class.path"),
            Start.class.getName());
    builder.environment().remove("F2D2_CACHE");
    if (!cache.isEmpty()) {
      builder.environment().put("F2D2_CACHE", cache);
    }
    Process process = builder.redirectErrorStream(true).start();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  @Test
  void neverFallsBackToTheTemporaryDirectory() throws IOException {
    Path file = Files.writeString(folder.resolve("home"), "not a folder");
    assertTrue(started(file.toString(), "").contains("F2D2_CACHE"));
    Path real = folder.toRealPath().resolve("cache");
    assertEquals(real + "|" + real.resolve("jna"), started(file.toString(), real.toString()));
  }
}
