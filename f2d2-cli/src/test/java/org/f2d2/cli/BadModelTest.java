package org.f2d2.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damaged model directories: one line that names the file, exit code 1. */
class BadModelTest {

  @TempDir private Path folder;

  @Test
  void missingDirectory() {
    score(folder.resolve("nowhere")).failed(1, "nowhere");
  }

  @Test
  void directoryWithoutModel() {
    score(folder).failed(1, "model.json");
  }

  @Test
  void cutDescription() throws IOException {
    Path model = copy();
    Path file = model.resolve("model.json");
    byte[] content = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(content, content.length / 2));
    score(model).failed(1, "model.json");
  }

  @Test
  void newerFormat() throws IOException {
    Path model = copy();
    Path file = model.resolve("model.json");
    String json = Files.readString(file);
    String newer = json.replaceFirst("\"version\"\\s*:\\s*\\d+", "\"version\" : 99");
    Files.writeString(file, newer);
    assertTrue(newer.contains("99"));
    score(model).failed(1, "model.json", "99", "newer");
  }

  @Test
  void missingWeights() throws IOException {
    Path model = copy();
    Path file = weights(model);
    Files.delete(file);
    score(model).failed(1, file.getFileName().toString());
  }

  @Test
  void cutWeights() throws IOException {
    Path model = copy();
    Path file = weights(model);
    byte[] content = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(content, content.length - 100));
    score(model).failed(1, file.getFileName().toString());
  }

  @Test
  void lyingHeaderLength() throws IOException {
    Path model = copy();
    Path file = weights(model);
    for (long lie : new long[] {0, -1, Long.MAX_VALUE, 1L << 40, 3}) {
      byte[] content = Files.readAllBytes(file);
      ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN).putLong(0, lie);
      Path damaged = folder.resolve("lie" + lie);
      TinyModel.copy(damaged);
      Files.write(damaged.resolve(file.getFileName().toString()), content);
      score(damaged).failed(1, file.getFileName().toString());
    }
  }

  @Test
  void wrongNumberType() throws IOException {
    Path model = copy();
    Path file = weights(model);
    byte[] content = Files.readAllBytes(file);
    // Both names have as many letters, so the header's length stays right.
    replaceAll(content, "\"F32\"", "\"I32\"");
    Files.write(file, content);
    score(model).failed(1, file.getFileName().toString());
  }

  @Test
  void weightsThatAreNotFinite() throws IOException {
    for (float value : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
      Path model = TinyModel.copy(folder.resolve("value" + value));
      Path file = weights(model);
      byte[] content = Files.readAllBytes(file);
      ByteBuffer.wrap(content)
          .order(ByteOrder.LITTLE_ENDIAN)
          .putFloat(content.length - Float.BYTES, value);
      Files.write(file, content);
      score(model).failed(1, file.getFileName().toString());
    }
  }

  private Path copy() throws IOException {
    return TinyModel.copy(folder.resolve("model"));
  }

  private static Path weights(Path model) throws IOException {
    try (Stream<Path> files = Files.list(model)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("student"))
          .findFirst()
          .orElseThrow();
    }
  }

  private static void replaceAll(byte[] content, String from, String to) {
    byte[] wanted = from.getBytes(StandardCharsets.US_ASCII);
    byte[] put = to.getBytes(StandardCharsets.US_ASCII);
    int found = 0;
    for (int at = 0; at + wanted.length <= content.length; at++) {
      if (Arrays.equals(content, at, at + wanted.length, wanted, 0, wanted.length)) {
        System.arraycopy(put, 0, content, at, put.length);
        found++;
      }
    }
    assertTrue(found > 0, "there is no " + from + " in the file");
  }

  private static Program.Run score(Path model) {
    return Program.run("score", TinyModel.DATA, "--model", model);
  }
}
