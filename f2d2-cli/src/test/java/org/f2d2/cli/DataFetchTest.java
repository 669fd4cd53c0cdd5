package org.f2d2.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.f2d2.data.IdxFile;
import org.f2d2.data.ImageSet;
import org.f2d2.error.F2d2Exception;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Fetching without the network: from folders, and from a server of its own on this machine. */
class DataFetchTest {

  private static final ImageSet TWO =
      new ImageSet(1, 2, 1, 256, new byte[] {1, 2, 3, 4}, new int[] {9, 0});

  /** Nobody listens at this port. */
  private static final URI NOWHERE = URI.create("http://127.0.0.1:1/");

  @TempDir private Path temporary;

  private final List<String> log = new ArrayList<>();

  private static void fill(Path folder) throws IOException {
    Files.createDirectories(folder);
    List<String> names = NamedImages.MNIST.files();
    IdxFile.write(folder.resolve(names.get(0)), folder.resolve(names.get(1)), TWO);
    IdxFile.write(folder.resolve(names.get(2)), folder.resolve(names.get(3)), TWO.range(0, 1));
  }

  private int fetch(NamedImages images, Path folder, Path installed, URI address) {
    return fetch(images, folder, installed, address, Map.of());
  }

  private int fetch(
      NamedImages images, Path folder, Path installed, URI address, Map<String, String> checksums) {
    return new DataFetch(
            images, folder, new DataFetch.Origins(installed, false, address, checksums), log::add)
        .run();
  }

  @Test
  void aFilledFolderIsLeftAlone() throws IOException {
    Path folder = temporary.resolve("filled");
    fill(folder);
    FileTime old = FileTime.fromMillis(1_000_000_000_000L);
    for (String name : NamedImages.MNIST.files()) {
      Files.setLastModifiedTime(folder.resolve(name), old);
    }
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine commandLine = Main.commandLine();
    commandLine.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    int code = commandLine.execute("data", "fetch", "fashion-mnist", "--folder", folder.toString());
    assertEquals(0, code, err.toString());
    assertEquals("", err.toString());
    assertEquals(
        "fashion-mnist: 2 images for training and 1 for testing, 1 × 2 × 1, in " + folder,
        out.toString().strip());
    for (String name : NamedImages.MNIST.files()) {
      assertEquals(old, Files.getLastModifiedTime(folder.resolve(name)));
    }
  }

  @Test
  void whatIsMissingOrFaultyIsCopiedFromTheInstalledPackage() throws IOException {
    Path installed = temporary.resolve("installed");
    fill(installed);
    Path folder = temporary.resolve("half");
    fill(folder);
    List<String> names = NamedImages.MNIST.files();
    Files.delete(folder.resolve(names.get(0)));
    Files.write(folder.resolve(names.get(3)), new byte[] {0, 0, 8});
    assertEquals(2, fetch(NamedImages.FASHION_MNIST, folder, installed, NOWHERE));
    assertEquals(TWO, NamedImages.FASHION_MNIST.training(folder));
    assertEquals(TWO.range(0, 1), NamedImages.FASHION_MNIST.test(folder));
    assertEquals(2, log.size());
    assertOnly(folder, names);
  }

  @Test
  void theRestIsDownloaded() throws IOException {
    Path served = temporary.resolve("served");
    fill(served);
    String zeros = String.join(",", Collections.nCopies(64, "0"));
    Files.writeString(served.resolve("optdigits.tra"), zeros + ",3\n");
    Files.writeString(served.resolve("optdigits.tes"), "<html>moved</html>\n");
    HttpServer server = serve(served);
    try {
      URI address = address(server);
      Path empty = temporary.resolve("empty");
      Path folder = temporary.resolve("new");
      assertEquals(4, fetch(NamedImages.MNIST, folder, empty, address));
      assertEquals(TWO, NamedImages.MNIST.training(folder));
      assertOnly(folder, NamedImages.MNIST.files());

      Path digits = temporary.resolve("digits");
      failed("optdigits.tes: is no file of digits", NamedImages.DIGITS, digits, address);
      assertOnly(digits, List.of("optdigits.tra"));
      failed("the server answers 404", NamedImages.CIFAR_10, temporary.resolve("c"), address);
    } finally {
      server.stop(0);
    }
  }

  @Test
  void cifarComesAsAnArchive() throws IOException, InterruptedException {
    Path batches = Files.createDirectories(temporary.resolve("cifar-10-batches-bin"));
    for (String name : NamedImages.CIFAR_10.files()) {
      Files.write(batches.resolve(name), new byte[3073]);
    }
    Files.writeString(batches.resolve("readme.html"), "not wanted");
    Path served = Files.createDirectories(temporary.resolve("served"));
    Process tar;
    try {
      tar =
          new ProcessBuilder(
                  "tar", "-czf", "served/cifar-10-binary.tar.gz", batches.getFileName().toString())
              .directory(temporary.toFile())
              .start();
    } catch (IOException e) {
      assumeTrue(false, "there is no program tar: " + e);
      return;
    }
    assertEquals(0, tar.waitFor());
    HttpServer server = serve(served);
    try {
      Path folder = temporary.resolve("cifar");
      assertEquals(6, fetch(NamedImages.CIFAR_10, folder, temporary, address(server)));
      assertEquals(5, NamedImages.CIFAR_10.training(folder).count());
      assertOnly(folder, NamedImages.CIFAR_10.files());
      Files.writeString(served.resolve("cifar-10-binary.tar.gz"), "moved");
      failed("no archive", NamedImages.CIFAR_10, temporary.resolve("c"), address(server));
    } finally {
      server.stop(0);
    }
  }

  @Test
  void aFileThatIsNotThePublishedOneIsRefused() throws IOException {
    Path served = temporary.resolve("served");
    fill(served);
    HttpServer server = serve(served);
    try {
      Path empty = temporary.resolve("empty");
      Path folder = temporary.resolve("new");
      String name = NamedImages.MNIST.files().get(0);
      F2d2Exception refused =
          assertThrows(
              F2d2Exception.class,
              () ->
                  fetch(
                      NamedImages.MNIST,
                      folder,
                      empty,
                      address(server),
                      NamedImages.MNIST.checksums()));
      assertTrue(
          refused.getMessage().contains(name + ": is not the published file: its SHA-256 is "),
          refused.getMessage());
      assertFalse(Files.exists(folder.resolve(name)));
      String found = refused.getMessage().replaceFirst(".* ", "");
      assertEquals(
          4, fetch(NamedImages.MNIST, folder, empty, address(server), Map.of(name, found)));
    } finally {
      server.stop(0);
    }
  }

  @Test
  void everyPublicAddressIsEncrypted() {
    for (NamedImages images : NamedImages.values()) {
      assertEquals("https", images.address().getScheme(), images.id());
      images
          .checksums()
          .forEach((name, sha256) -> assertTrue(sha256.matches("[0-9a-f]{64}"), name));
    }
  }

  /** A server of the files of a folder, already started. */
  private static HttpServer serve(Path served) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          Path file = served.resolve(exchange.getRequestURI().getPath().substring(1));
          if (Files.exists(file)) {
            byte[] bytes = Files.readAllBytes(file);
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
          } else {
            exchange.sendResponseHeaders(404, -1);
          }
          exchange.close();
        });
    server.start();
    return server;
  }

  private static URI address(HttpServer server) {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
  }

  @Test
  void failuresAreOneLine() {
    failed("train-images", NamedImages.FASHION_MNIST, temporary.resolve("a"), NOWHERE);
    failed("cannot be downloaded: ", NamedImages.CIFAR_10, temporary.resolve("b"), NOWHERE);
  }

  private void failed(String word, NamedImages images, Path folder, URI address) {
    F2d2Exception failure =
        assertThrows(
            F2d2Exception.class, () -> fetch(images, folder, temporary.resolve("empty"), address));
    String message = String.valueOf(failure.getMessage());
    assertEquals(1, message.lines().count(), message);
    assertTrue(message.contains(word), message);
    assertFalse(message.contains("null"), message);
  }

  private static void assertOnly(Path folder, List<String> names) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(
          names.stream().sorted().toList(),
          files.map(f -> f.getFileName().toString()).sorted().toList());
    }
  }
}
