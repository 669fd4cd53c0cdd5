package org.f2d2.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.f2d2.error.F2d2Exception;

/**
 * The JSON header of a safetensors file.
 *
 * @param entries the tensors in the order of their data
 * @param metadata free strings
 */
record SafetensorsHeader(List<Entry> entries, Map<String, String> metadata) {

  /**
   * Longest header that is read or written. Read as JSON it takes many times as much memory, so the
   * limit is below the 100 MB of the format's own library.
   */
  static final int MOST_BYTES = 1 << 24;

  /** Bytes of the largest tensor, for which one Java array is used. */
  static final long MOST_TENSOR_BYTES = Integer.MAX_VALUE - 8L;

  private static final String METADATA = "__metadata__";

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /** One tensor: its data are the bytes {@code begin} to {@code end}, without the last. */
  record Entry(String name, SafetensorsFile.Type type, long[] shape, long begin, long end) {}

  /** The header as bytes, filled up with spaces so that the data begin at a multiple of 8. */
  byte[] toJson() {
    ObjectNode root = JSON.createObjectNode();
    if (!metadata.isEmpty()) {
      ObjectNode strings = root.putObject(METADATA);
      metadata.forEach(strings::put);
    }
    for (Entry e : entries) {
      if (e.name().equals(METADATA)) {
        throw new IllegalArgumentException("a tensor cannot be called " + METADATA);
      }
      if (e.end() - e.begin() > MOST_TENSOR_BYTES) {
        throw new IllegalArgumentException("tensor \"" + e.name() + "\" is larger than 2 GiB");
      }
      ObjectNode node = root.putObject(e.name());
      node.put("dtype", e.type().name());
      ArrayNode shape = node.putArray("shape");
      Arrays.stream(e.shape()).forEach(shape::add);
      node.putArray("data_offsets").add(e.begin()).add(e.end());
    }
    try {
      byte[] json = JSON.writeValueAsBytes(root);
      byte[] padded = Arrays.copyOf(json, (json.length + 7) / 8 * 8);
      Arrays.fill(padded, json.length, padded.length, (byte) ' ');
      return padded;
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a header of strings and numbers is always JSON", e);
    }
  }

  /**
   * Reads and checks a header.
   *
   * @param path of the file, for messages
   * @param dataBytes how many bytes follow the header
   */
  static SafetensorsHeader parse(Path path, byte[] json, long dataBytes) {
    JsonNode root;
    try {
      // Decoded here: given bytes, the parser would also take UTF-16 and UTF-32.
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(json)).toString();
      root = text.startsWith("{") ? JSON.readTree(text) : null;
    } catch (CharacterCodingException e) {
      throw new F2d2Exception(path + ": the header is not UTF-8", e);
    } catch (IOException e) {
      throw new F2d2Exception(path + ": the header is not valid JSON", e);
    }
    if (root == null || !root.isObject()) {
      throw new F2d2Exception(path + ": the header is not a JSON object");
    }
    Map<String, String> metadata = new LinkedHashMap<>();
    List<Entry> entries = new ArrayList<>();
    for (Map.Entry<String, JsonNode> field : root.properties()) {
      if (field.getKey().equals(METADATA)) {
        readMetadata(path, field.getValue(), metadata);
      } else {
        entries.add(entry(path + ": tensor \"" + field.getKey() + "\": ", field));
      }
    }
    entries.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    checkCover(path, entries, dataBytes);
    return new SafetensorsHeader(entries, metadata);
  }

  private static void readMetadata(Path path, JsonNode node, Map<String, String> metadata) {
    if (!node.isObject()) {
      throw new F2d2Exception(path + ": " + METADATA + " is not a JSON object");
    }
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      if (!field.getValue().isTextual()) {
        throw new F2d2Exception(path + ": the metadata \"" + field.getKey() + "\" is not a string");
      }
      metadata.put(field.getKey(), field.getValue().textValue());
    }
  }

  private static Entry entry(String where, Map.Entry<String, JsonNode> field) {
    JsonNode node = field.getValue();
    if (!node.isObject()
        || node.size() != 3
        || !node.path("dtype").isTextual()
        || !node.path("shape").isArray()
        || !node.path("data_offsets").isArray()) {
      throw new F2d2Exception(where + "needs dtype, shape and data_offsets and nothing else");
    }
    SafetensorsFile.Type type = type(where, node.get("dtype").textValue());
    long[] shape = wholeNumbers(where + "shape", node.get("shape"));
    long[] offsets = wholeNumbers(where + "data_offsets", node.get("data_offsets"));
    if (offsets.length != 2 || offsets[0] > offsets[1]) {
      throw new F2d2Exception(where + "data_offsets must be a begin and an end after it");
    }
    long bytes = type.bytes();
    try {
      long withoutEmpty = bytes;
      for (long size : shape) {
        bytes *= size;
        // Sizes of 0 must not hide others that overflow.
        withoutEmpty = Math.multiplyExact(withoutEmpty, Math.max(1, size));
      }
    } catch (ArithmeticException e) {
      throw new F2d2Exception(where + "the shape " + node.get("shape") + " is too large", e);
    }
    if (bytes != offsets[1] - offsets[0]) {
      throw new F2d2Exception(
          where
              + type.name()
              + node.get("shape")
              + " takes "
              + bytes
              + " bytes, but data_offsets span "
              + (offsets[1] - offsets[0]));
    }
    if (bytes > MOST_TENSOR_BYTES) {
      throw new F2d2Exception(where + "is larger than 2 GiB");
    }
    return new Entry(field.getKey(), type, shape, offsets[0], offsets[1]);
  }

  private static SafetensorsFile.Type type(String where, String name) {
    for (SafetensorsFile.Type type : SafetensorsFile.Type.values()) {
      if (type.name().equals(name)) {
        return type;
      }
    }
    throw new F2d2Exception(where + "dtype " + name + " is not one of F32, F64, I64, BOOL");
  }

  private static long[] wholeNumbers(String where, JsonNode array) {
    long[] numbers = new long[array.size()];
    for (int i = 0; i < numbers.length; i++) {
      JsonNode element = array.get(i);
      if (!element.isIntegralNumber() || !element.canConvertToLong() || element.longValue() < 0) {
        throw new F2d2Exception(where + " holds " + element + ", not a size");
      }
      numbers[i] = element.longValue();
    }
    return numbers;
  }

  private static void checkCover(Path path, List<Entry> entries, long dataBytes) {
    long reached = 0;
    for (Entry e : entries) {
      String where = path + ": tensor \"" + e.name() + "\": ";
      if (e.end() > dataBytes) {
        throw new F2d2Exception(
            where
                + "its data end at byte "
                + e.end()
                + ", but the file has "
                + dataBytes
                + " bytes of data; it is cut off or its header is wrong");
      }
      if (e.begin() < reached) {
        throw new F2d2Exception(where + "its data overlap those of another tensor");
      }
      if (e.begin() > reached) {
        throw new F2d2Exception(
            where + (e.begin() - reached) + " bytes before its data belong to no tensor");
      }
      reached = e.end();
    }
    if (reached < dataBytes) {
      throw new F2d2Exception(
          path + ": " + (dataBytes - reached) + " bytes at the end belong to no tensor");
    }
  }
}
