package org.f2d2.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.f2d2.error.F2d2Exception;
import org.f2d2.store.SafetensorsFile;
import org.f2d2.store.SafetensorsFile.NonFinite;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsTest {

  /** Where the metadata hold the seal. */
  private static final String SEAL = "f2d2.sha256";

  @TempDir Path directory;

  @Test
  void roundTrip() {
    try (Scope scope = Scope.open()) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      tensors.put("weights", Tensor.of(new float[] {1, -2.5f, Float.MIN_VALUE, 4, 5, 6}, 2, 3));
      tensors.put("gewichte ü \"x\"", Tensor.of(new double[] {Math.PI, -0.0}, 2, 1));
      tensors.put("step", Tensor.of(new long[] {Long.MIN_VALUE, 7}, 2));
      tensors.put("scalar", Tensor.full(3, DType.FLOAT64));
      tensors.put("empty", Tensor.zeros(DType.FLOAT32, 0, 4));
      tensors.put("flag", Tensor.of(new double[] {-1, 1}, 2).lessThan(0));
      // Not in row-major order in memory:
      tensors.put("turned", Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3).transpose());
      Map<String, String> metadata = Map.of("format", "pt", "note", "a\nb \u2028 \"c\"");
      Path file = directory.resolve("a.safetensors");

      Safetensors.write(file, tensors, metadata);
      Safetensors.Contents back = Safetensors.read(file);

      assertEquals(metadata, back.metadata());
      assertEquals(tensors.keySet(), back.tensors().keySet());
      tensors.forEach(
          (name, expected) -> {
            Tensor actual = back.tensor(name, expected.type(), expected.shape());
            assertArrayEquals(expected.toBytes(), actual.toBytes(), name);
          });
      assertArrayEquals(new float[] {1, 4, 2, 5, 3, 6}, back.tensors().get("turned").toFloats());
    }
  }

  @Test
  void bytesOfASmallFile() throws IOException {
    try (Scope scope = Scope.open()) {
      Path file = directory.resolve("a");
      Safetensors.write(file, Map.of("x", Tensor.of(new float[] {1, -2}, 1, 2)), Map.of("k", "v"));
      byte[] bytes = Files.readAllBytes(file);
      String seal =
          new String(bytes, 8, 120, StandardCharsets.UTF_8).replaceAll(".*([0-9a-f]{64}).*", "$1");
      String header =
          "{\"__metadata__\":{\"f2d2.sha256\":\""
              + seal
              + "\",\"k\":\"v\"},"
              + "\"x\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[0,8]}}";
      int padded = (header.length() + 7) / 8 * 8;
      assertEquals(padded, ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong(0));
      assertEquals(
          header + " ".repeat(padded - header.length()),
          new String(bytes, 8, padded, StandardCharsets.UTF_8));
      assertArrayEquals(
          new byte[] {0, 0, (byte) 0x80, 0x3f, 0, 0, 0, (byte) 0xc0},
          Arrays.copyOfRange(bytes, 8 + padded, bytes.length));
    }
  }

  @Test
  void noByteChangesUnnoticed() throws IOException {
    try (Scope scope = Scope.open()) {
      Path whole = directory.resolve("whole");
      Safetensors.write(whole, Map.of("x", Tensor.ones(DType.FLOAT64, 2)), Map.of("k", "v"));
      byte[] bytes = Files.readAllBytes(whole);
      // Without its name the seal is metadata like any other, as in files of other libraries.
      int name = new String(bytes, StandardCharsets.ISO_8859_1).indexOf(SEAL);
      for (int at = 0; at < bytes.length; at++) {
        if (at >= name && at < name + SEAL.length()) {
          continue;
        }
        byte[] changed = bytes.clone();
        changed[at] ^= 1;
        Path file = Files.write(directory.resolve("changed"), changed);
        F2d2Exception e =
            assertThrows(F2d2Exception.class, () -> Safetensors.read(file), "byte " + at);
        assertTrue(e.getMessage().startsWith(file + ": "), e.getMessage());
      }
    }
  }

  @Test
  void theHashThatWritingGivesIsThatOfTheFile() throws IOException, NoSuchAlgorithmException {
    try (Scope scope = Scope.open()) {
      Path file = directory.resolve("a");
      String sha256 = Safetensors.write(file, Map.of("x", Tensor.ones(DType.FLOAT64, 2)), Map.of());
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(Files.readAllBytes(file));
      assertEquals(HexFormat.of().formatHex(digest.digest()), sha256);
      assertEquals(sha256, Safetensors.read(file).sha256());
    }
  }

  @Test
  void everyTensorBeginsAtAMultipleOfItsElementSize() {
    try (Scope scope = Scope.open()) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      tensors.put("three", Tensor.zeros(DType.FLOAT32, 3));
      tensors.put("wide", Tensor.zeros(DType.FLOAT64, 1));
      Path file = directory.resolve("a");
      Safetensors.write(file, tensors, Map.of());
      assertEquals(
          List.of("wide", "three"), List.copyOf(Safetensors.read(file).tensors().keySet()));
    }
  }

  @Test
  void readsAFileWithoutTensorsOrMetadata() throws IOException {
    Safetensors.Contents contents = Safetensors.read(file("{}", 0));
    assertTrue(contents.tensors().isEmpty());
    assertTrue(contents.metadata().isEmpty());
  }

  // Columns: header with ' for ", bytes of data, what the message must say.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[]|0|not a JSON object",
        "{'x':|0|not valid JSON",
        "{}{}|0|not valid JSON",
        "{'x':{'dtype':'F32','shape':[1],'data_offsets':[0,4]},"
            + "'x':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}}|4|not valid JSON",
        "{'x':3}|0|needs dtype, shape and data_offsets",
        "{'x':{'dtype':'F32','shape':[1]}}|4|needs dtype, shape and data_offsets",
        "{'x':{'dtype':'F32','shape':[1],'data_offsets':[0,4],'more':1}}|4|nothing else",
        "{'x':{'dtype':'F16','shape':[2],'data_offsets':[0,4]}}|4|dtype F16 is not one of",
        "{'x':{'dtype':'F32','shape':[-1],'data_offsets':[0,4]}}|4|not a size",
        "{'x':{'dtype':'F32','shape':[1.0],'data_offsets':[0,4]}}|4|not a size",
        "{'x':{'dtype':'F32','shape':[99999999999999999999],'data_offsets':[0,4]}}|4|not a size",
        "{'x':{'dtype':'F32','shape':[4294967296,4294967296],'data_offsets':[0,4]}}|4|too large",
        "{'x':{'dtype':'F32','shape':[0,9223372036854775807],'data_offsets':[0,0]}}|0|too large",
        "{'x':{'dtype':'F32','shape':[2],'data_offsets':[0,4]}}|4|takes 8 bytes",
        "{'x':{'dtype':'F64','shape':[1],'data_offsets':[0,4]}}|4|takes 8 bytes",
        "{'x':{'dtype':'F32','shape':[1],'data_offsets':[4,0]}}|4|a begin and an end",
        "{'x':{'dtype':'F32','shape':[1],'data_offsets':[0,4,8]}}|4|a begin and an end",
        "{'x':{'dtype':'F32','shape':[1],'data_offsets':[-4,0]}}|4|not a size",
        "{'x':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}|4|end at byte 8",
        "{'x':{'dtype':'F32','shape':[800000000],'data_offsets':[0,3200000000]}}|4|2 GiB",
        "{'x':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}}|5|1 bytes at the end",
        "{'x':{'dtype':'F32','shape':[1],'data_offsets':[2,6]}}|6|2 bytes before its data",
        "{'x':{'dtype':'F32','shape':[2],'data_offsets':[0,8]},"
            + "'y':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}}|8|overlap",
        "{'x':{'dtype':'F32','shape':[1],'data_offsets':[0,4]},"
            + "'y':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}}|4|overlap",
        "{'__metadata__':{'a':1}}|0|the metadata \"a\" is not a string",
        "{'__metadata__':'a'}|0|__metadata__ is not a JSON object",
      })
  void refusesABadHeader(String header, int dataBytes, String message) throws IOException {
    Path file = file(header.replace('\'', '"'), dataBytes);
    assertRefused(file, message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE"})
  void refusesAHeaderInAnotherEncoding(String encoding) throws IOException {
    byte[] header = "{\"__metadata__\":{\"role\":\"x\"}}".getBytes(Charset.forName(encoding));
    ByteBuffer bytes =
        ByteBuffer.allocate(8 + header.length)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(header.length);
    Path file = Files.write(directory.resolve("a"), bytes.put(header).array());
    assertRefused(file, "the header is not");
  }

  @Test
  void refusesAHeaderThatBeginsWithAnythingButItsObject() throws IOException {
    assertRefused(file(" {}", 0), "not a JSON object");
    assertRefused(file("\ufeff{}", 0), "not a JSON object");
  }

  @Test
  void refusesEveryTruncation() throws IOException {
    try (Scope scope = Scope.open()) {
      Path whole = directory.resolve("whole");
      Safetensors.write(whole, Map.of("x", Tensor.ones(DType.FLOAT64, 3)), Map.of());
      byte[] bytes = Files.readAllBytes(whole);
      for (int n = 0; n < bytes.length; n++) {
        Path cut = Files.write(directory.resolve("cut"), Arrays.copyOf(bytes, n));
        assertRefused(cut, "");
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"-1", "0", "1", "100000001", "9223372036854775807"})
  void refusesALyingHeaderLength(long length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
    assertRefused(Files.write(directory.resolve("a"), bytes.array()), "not a safetensors file");
  }

  @Test
  void refusesAHeaderThatIsLongerThanTheFile() throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN).putLong(57);
    assertRefused(Files.write(directory.resolve("a"), bytes.array()), "the file is cut off");
  }

  @Test
  void refusesNumbersThatAreNotFiniteUnlessAllowed() {
    try (Scope scope = Scope.open()) {
      for (double value : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
        Path file = directory.resolve("a");
        Safetensors.write(file, Map.of("x", Tensor.full(value, DType.FLOAT32, 2)), Map.of());
        assertRefused(file, "tensor \"x\" holds a number that is not finite");
        Safetensors.Contents contents = Safetensors.read(file, NonFinite.ALLOW);
        assertEquals((float) value, contents.tensors().get("x").toFloats()[1]);
      }
    }
  }

  @Test
  void refusesATruthValueOfTwo() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(
        Files.readAllBytes(
            file("{\"x\":{\"dtype\":\"BOOL\",\"shape\":[1],\"data_offsets\":[0,1]}}", 0)));
    bytes.write(2);
    assertRefused(Files.write(directory.resolve("b"), bytes.toByteArray()), "not a truth value");
  }

  @Test
  void saysThatThereIsNoFile() {
    assertRefused(directory.resolve("none"), "there is no such file");
    assertRefused(directory, "is not a regular file");
  }

  @Test
  void saysThatThereIsNoDirectory() {
    Path file = directory.resolve("none").resolve("a");
    F2d2Exception e =
        assertThrows(F2d2Exception.class, () -> Safetensors.write(file, Map.of(), Map.of()));
    assertEquals(file + ": cannot write the file: there is no such directory", e.getMessage());
  }

  @Test
  void aTensorThatIsNotWhatIsExpected() {
    try (Scope scope = Scope.open()) {
      Safetensors.Contents contents =
          new Safetensors.Contents(
              Map.of("x", Tensor.zeros(DType.FLOAT32, 2)),
              new SafetensorsFile.Outline(Map.of(), "", false));
      assertThrows(F2d2Exception.class, () -> contents.tensor("y", DType.FLOAT32, 2));
      assertThrows(F2d2Exception.class, () -> contents.tensor("x", DType.FLOAT64, 2));
      F2d2Exception e =
          assertThrows(F2d2Exception.class, () -> contents.tensor("x", DType.FLOAT32, 3));
      assertEquals("tensor \"x\" is FLOAT32[2], expected FLOAT32[3]", e.getMessage());
    }
  }

  @Test
  void refusesToWriteATensorUnderTheNameOfTheMetadata() {
    try (Scope scope = Scope.open()) {
      Path file = directory.resolve("a");
      Map<String, Tensor> tensors = Map.of("__metadata__", Tensor.zeros(DType.FLOAT32, 2));
      assertThrows(
          IllegalArgumentException.class, () -> Safetensors.write(file, tensors, Map.of()));
      assertFalse(Files.exists(file));
    }
  }

  private Path file(String header, int dataBytes) throws IOException {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes = ByteBuffer.allocate(8 + json.length + dataBytes);
    bytes.order(ByteOrder.LITTLE_ENDIAN).putLong(json.length).put(json);
    return Files.write(directory.resolve("file"), bytes.array());
  }

  private static void assertRefused(Path file, String message) {
    try (Scope scope = Scope.open()) {
      F2d2Exception e = assertThrows(F2d2Exception.class, () -> Safetensors.read(file));
      assertTrue(e.getMessage().startsWith(file + ": "), e.getMessage());
      assertTrue(e.getMessage().contains(message), e.getMessage());
      assertEquals(1, e.getMessage().lines().count());
    }
  }
}
