package org.f2d2.lab.fuzz;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A second reader of safetensors.
 *
 * @param arrays by name
 * @param metadata by name
 */
record PlainSafetensors(Map<String, Array> arrays, Map<String, String> metadata) {

  /**
   * An array.
   *
   * @param type F32, F64, I64 or BOOL
   * @param shape sizes
   * @param data its bytes
   */
  record Array(String type, List<Long> shape, byte[] data) {

    /** Bytes of an element. */
    int size() {
      return switch (type) {
        case "F32" -> 4;
        case "F64", "I64" -> 8;
        default -> 1;
      };
    }

    /** Whether another array has the same type, shape and bytes. */
    boolean same(Array other) {
      return type.equals(other.type)
          && shape.equals(other.shape)
          && Arrays.equals(data, other.data);
    }

    /** Whether a number is not finite. */
    boolean holdsNonFinite() {
      ByteBuffer in = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
      boolean found = false;
      while (type.startsWith("F") && in.remaining() >= size() && !found) {
        found = !Double.isFinite(size() == 4 ? in.getFloat() : in.getDouble());
      }
      return found;
    }
  }

  /** Where the data of an array lie; from one byte to another, without the last. */
  private record Span(long from, long to) {}

  /**
   * One array.
   *
   * @throws Unreadable when there is none of that name
   */
  Array array(String name) throws Unreadable {
    Array array = arrays.get(name);
    if (array == null) {
      throw new Unreadable("there is no array " + name);
    }
    return array;
  }

  /**
   * Reads a file.
   *
   * @throws Unreadable when it breaks a rule of the format or has other types
   */
  static PlainSafetensors read(byte[] bytes) throws Unreadable {
    if (bytes.length < 10) {
      throw new Unreadable("too short");
    }
    long length = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong(0);
    if (length < 2 || length > bytes.length - 8) {
      throw new Unreadable("a head of " + length + " bytes");
    }
    int start = 8 + (int) length;
    String head = PlainText.of(Arrays.copyOfRange(bytes, 8, start));
    if (!head.startsWith("{") || !(PlainJson.read(head) instanceof PlainJson.Members members)) {
      throw new Unreadable("the head is no object");
    }
    Map<String, Array> arrays = new LinkedHashMap<>();
    Map<String, String> metadata = new LinkedHashMap<>();
    List<Span> spans = new ArrayList<>();
    for (PlainJson.Member member : members.list()) {
      if (!(member.value() instanceof PlainJson.Members fields)) {
        throw new Unreadable(member.key() + " is no object");
      }
      if (member.key().equals("__metadata__")) {
        for (PlainJson.Member field : fields.list()) {
          metadata.put(field.key(), text(field.value()));
        }
      } else {
        arrays.put(member.key(), array(fields, bytes, start, spans));
      }
    }
    long covered = 0;
    for (Span span : spans.stream().sorted(Comparator.comparingLong(Span::to)).toList()) {
      if (span.from() != covered) {
        throw new Unreadable("a gap or an overlap at byte " + covered);
      }
      covered = span.to();
    }
    if (covered != bytes.length - start) {
      throw new Unreadable(covered + " bytes of " + (bytes.length - start) + " belong to arrays");
    }
    return new PlainSafetensors(arrays, metadata);
  }

  private static Array array(PlainJson.Members fields, byte[] bytes, int start, List<Span> spans)
      throws Unreadable {
    if (fields.list().size() != 3) {
      throw new Unreadable("an array of " + fields.list().size() + " fields");
    }
    List<Long> offsets = sizes(fields.get("data_offsets"));
    long from = offsets.get(0);
    long to = offsets.get(offsets.size() - 1);
    if (offsets.size() != 2 || from > to || to > bytes.length - start) {
      throw new Unreadable("offsets " + offsets);
    }
    spans.add(new Span(from, to));
    Array array =
        new Array(
            text(fields.get("dtype")),
            sizes(fields.get("shape")),
            Arrays.copyOfRange(bytes, start + (int) from, start + (int) to));
    BigInteger count = BigInteger.valueOf(array.size());
    for (long side : array.shape()) {
      count = count.multiply(BigInteger.valueOf(side));
    }
    if (!List.of("F32", "F64", "I64", "BOOL").contains(array.type())
        || !count.equals(BigInteger.valueOf(to - from))) {
      throw new Unreadable(array.type() + array.shape() + " of " + (to - from) + " bytes");
    }
    for (byte b : array.data()) {
      if (array.type().equals("BOOL") && b != 0 && b != 1) {
        throw new Unreadable("a truth value " + b);
      }
    }
    return array;
  }

  private static String text(Object value) throws Unreadable {
    if (value instanceof String text) {
      return text;
    }
    throw new Unreadable(value + " is no string");
  }

  private static List<Long> sizes(Object value) throws Unreadable {
    List<Long> sizes = new ArrayList<>();
    if (!(value instanceof List<?> items)) {
      throw new Unreadable(value + " is no list of sizes");
    }
    for (Object item : items) {
      if (!(item instanceof PlainJson.Number number) || !number.text().matches("-0|[0-9]{1,18}")) {
        throw new Unreadable(item + " is no size");
      }
      sizes.add(Long.parseLong(number.text()));
    }
    return sizes;
  }
}
