package org.f2d2.cli;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.f2d2.error.F2d2Exception;
import org.f2d2.lab.Folders;

/**
 * Brings the files of a set of images into a folder.
 *
 * <p>A file takes its name only when it is complete and readable, so an interrupted fetch leaves
 * nothing that a later one would take for whole.
 */
final class DataFetch {

  private static final String PACKAGE = "dataset-fashion-mnist";
  private static final Path DATASETS = Path.of("usr", "share", "datasets", "fashion-mnist");
  private static final long MOST_MINUTES = 30;

  /**
   * Where files may come from.
   *
   * @param installed folder of Debian's package of Fashion-MNIST; it need not exist
   * @param packages whether that package may be asked of the system
   * @param address the public folder
   * @param checksums SHA-256 of what it should hold, by name; what has none is not compared
   */
  record Origins(Path installed, boolean packages, URI address, Map<String, String> checksums) {
    static Origins of(NamedImages images) {
      return new Origins(
          Path.of("/").resolve(DATASETS), true, images.address(), images.checksums());
    }
  }

  private final NamedImages images;
  private final Path folder;
  private final Origins origins;
  private final Consumer<String> log;

  /**
   * A fetch that has not begun.
   *
   * @param log takes a line about each thing that is done
   */
  DataFetch(NamedImages images, Path folder, Origins origins, Consumer<String> log) {
    this.images = images;
    this.folder = folder;
    this.origins = origins;
    this.log = log;
  }

  /**
   * Fetches the files that are missing or cannot be read; the others are left alone.
   *
   * @return how many were fetched
   * @throws F2d2Exception when one cannot be had
   */
  int run() {
    List<String> needed = missing();
    if (needed.isEmpty()) {
      return 0;
    }
    try {
      Files.createDirectories(folder);
      // Beside the files: a move within one file system is all or nothing.
      Path work = Files.createTempDirectory(folder, ".fetch");
      try {
        fetch(work);
      } finally {
        Folders.delete(work);
      }
    } catch (IOException e) {
      throw failure(folder + ": cannot be filled", e);
    }
    List<String> left = missing();
    if (!left.isEmpty()) {
      throw new F2d2Exception(
          folder.resolve(left.get(0)) + ": what was fetched is no file of " + images.id());
    }
    return needed.size();
  }

  private void fetch(Path work) throws IOException {
    switch (images) {
      case FASHION_MNIST -> {
        copy(origins.installed());
        if (origins.packages() && !missing().isEmpty() && unpackPackage(work)) {
          copy(work.resolve(DATASETS));
        }
        downloadMissing(work);
      }
      case CIFAR_10 -> downloadArchive(work);
      case MNIST, DIGITS -> downloadMissing(work);
    }
  }

  private List<String> missing() {
    return images.files().stream().filter(f -> !images.whole(folder.resolve(f))).toList();
  }

  /** Takes over the files that a folder has and this set lacks. */
  private void copy(Path from) throws IOException {
    for (String name : missing()) {
      Path file = from.resolve(name);
      if (images.whole(file)) {
        log.accept("copying " + file);
        Path part = folder.resolve("." + name + ".part");
        Files.copy(file, part, StandardCopyOption.REPLACE_EXISTING);
        Files.move(part, folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  private boolean unpackPackage(Path work) throws IOException {
    if (!onPath("apt-get") || !onPath("dpkg-deb")) {
      return false;
    }
    log.accept("asking the system for the package " + PACKAGE);
    if (!succeeds(work, "apt-get", "download", PACKAGE)) {
      return false;
    }
    try (Stream<Path> files = Files.list(work)) {
      List<Path> packed = files.filter(f -> f.toString().endsWith(".deb")).toList();
      return packed.size() == 1
          && succeeds(work, "dpkg-deb", "-x", packed.get(0).toString(), work.toString());
    }
  }

  private void downloadArchive(Path work) throws IOException {
    Path archive = download(work, NamedImages.CIFAR_ARCHIVE);
    if (!onPath("tar")) {
      throw new F2d2Exception(archive + ": there is no program tar to unpack it");
    }
    if (!succeeds(work, "tar", "-xzf", archive.getFileName().toString(), "--strip-components=1")) {
      throw new F2d2Exception(
          images.address() + NamedImages.CIFAR_ARCHIVE + ": is no archive that tar reads");
    }
    copy(work);
  }

  private void downloadMissing(Path work) throws IOException {
    for (String name : missing()) {
      Path file = download(work, name);
      if (!images.whole(file)) {
        throw new F2d2Exception(origins.address().resolve(name) + ": is no file of " + images.id());
      }
      Files.move(file, folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private Path download(Path work, String name) {
    URI address = origins.address().resolve(name);
    log.accept("downloading " + address);
    HttpClient client =
        HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NORMAL)
            .connectTimeout(Duration.ofSeconds(30))
            .build();
    HttpRequest request =
        HttpRequest.newBuilder(address).timeout(Duration.ofMinutes(MOST_MINUTES)).build();
    try {
      HttpResponse<Path> response =
          client.send(request, HttpResponse.BodyHandlers.ofFile(work.resolve(name)));
      if (response.statusCode() != 200) {
        throw new F2d2Exception(
            address + ": cannot be downloaded: the server answers " + response.statusCode());
      }
      requireChecksum(address, name, response.body());
      return response.body();
    } catch (IOException e) {
      throw failure(address + ": cannot be downloaded", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new F2d2Exception(address + ": the download was interrupted", e);
    }
  }

  private void requireChecksum(URI address, String name, Path file) throws IOException {
    String expected = origins.checksums().get(name);
    if (expected == null) {
      return;
    }
    try (InputStream in = Files.newInputStream(file)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] buffer = new byte[1 << 16];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
      String found = HexFormat.of().formatHex(digest.digest());
      if (!found.equals(expected)) {
        throw new F2d2Exception(address + ": is not the published file: its SHA-256 is " + found);
      }
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static boolean onPath(String program) {
    String path = System.getenv("PATH");
    return path != null
        && Arrays.stream(path.split(File.pathSeparator, -1))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }

  /** Whether a program ends well; what it prints is dropped. */
  private static boolean succeeds(Path work, String... command) throws IOException {
    Process process =
        new ProcessBuilder(command)
            .directory(work.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      process.getOutputStream().close();
      return process.waitFor(MOST_MINUTES, TimeUnit.MINUTES) && process.exitValue() == 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new F2d2Exception(command[0] + " was interrupted", e);
    } finally {
      process.destroy();
    }
  }

  // Failures of a connection often have no message of their own.
  private static F2d2Exception failure(String what, IOException e) {
    String message = e.getMessage();
    String reason = message == null || message.isBlank() ? e.getClass().getSimpleName() : message;
    return new F2d2Exception(what + ": " + reason.lines().findFirst().orElse(reason), e);
  }
}
