package org.f2d2.store;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.f2d2.error.F2d2Exception;

/**
 * Named arrays in a file, in the safetensors format.
 *
 * <pre>
 *   8 bytes   n, length of the header, little-endian
 *   n bytes   header, JSON: {"name": {"dtype": .., "shape": [..], "data_offsets": [begin, end]}, ..}
 *             and strings under "__metadata__"; spaces may follow
 *   the rest  the elements, little-endian, row-major; offsets count from here
 * </pre>
 *
 * The data hold numbers and nothing that runs. A file is trusted in nothing: its offsets must cover
 * the data exactly, without gap or overlap, and its sizes must agree with its types and shapes,
 * before any memory is taken. Every complaint is one line that starts with the path. A file written
 * here carries a {@link FileSeal}, its own SHA-256, which is checked whenever it is read.
 *
 * <p>Files of other libraries can be read where their arrays are F32, F64, I64 or BOOL.
 */
public final class SafetensorsFile {

  /** What {@link #read(Path, NonFinite, Sink)} does about NaN and infinity. */
  public enum NonFinite {
    /** An array that holds one makes the whole file an error. */
    REFUSE,
    /** They are read like any number. */
    ALLOW
  }

  /** Element type. */
  public enum Type {
    /** 32-bit floating point. */
    F32(4),
    /** 64-bit floating point. */
    F64(8),
    /** 64-bit signed integer. */
    I64(8),
    /** Truth values, a byte each. */
    BOOL(1);

    private final int bytes;

    Type(int bytes) {
      this.bytes = bytes;
    }

    /** Bytes of one element. */
    public int bytes() {
      return bytes;
    }
  }

  /** An array that is to be written. */
  public interface Source {
    /** Of its elements. */
    Type type();

    /** Its sizes. */
    long[] shape();

    /** Its elements, little-endian, row-major; may be asked for more than once. */
    byte[] bytes();
  }

  /** Takes the arrays of a file in the order of their data. */
  public interface Sink {
    /**
     * Takes one.
     *
     * @param bytes the elements, little-endian, row-major
     */
    void take(String name, Type type, long[] shape, byte[] bytes);
  }

  /**
   * What a file says beside its arrays.
   *
   * @param metadata free strings by name
   * @param sha256 of the whole file, as hexadecimal digits
   * @param sealed whether the file carried its {@link FileSeal}, which was then right
   */
  public record Outline(Map<String, String> metadata, String sha256, boolean sealed) {
    /** Copies the map, keeping its order. */
    public Outline {
      metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    }
  }

  /**
   * One array.
   *
   * @param bytes the elements, little-endian, row-major
   */
  public record Numbers(Type type, long[] shape, byte[] bytes) implements Source {

    /** The elements of floating point as doubles. */
    public double[] doubles() {
      ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      double[] out = new double[bytes.length / type.bytes()];
      switch (type) {
        case F32 -> Arrays.setAll(out, i -> buffer.getFloat(4 * i));
        case F64 -> Arrays.setAll(out, i -> buffer.getDouble(8 * i));
        default -> throw new IllegalArgumentException(type + " is not floating point");
      }
      return out;
    }

    @Override
    public String toString() {
      return type + Arrays.toString(shape);
    }
  }

  /**
   * What a file holds.
   *
   * @param arrays by name, in the order of their data
   * @param outline the rest
   */
  public record Contents(Map<String, Numbers> arrays, Outline outline) {
    /** Copies the map, keeping its order. */
    public Contents {
      arrays = Collections.unmodifiableMap(new LinkedHashMap<>(arrays));
    }

    /**
     * One array of floating point, as its user expects it.
     *
     * @throws F2d2Exception if there is none of that name, type and shape
     */
    public double[] doubles(String name, Type type, long... shape) {
      Numbers numbers = arrays.get(name);
      if (numbers == null) {
        throw new F2d2Exception("there is no tensor \"" + name + "\", only " + arrays.keySet());
      }
      if (numbers.type() != type || !Arrays.equals(numbers.shape(), shape)) {
        throw new F2d2Exception(
            "tensor \""
                + name
                + "\" is "
                + numbers
                + ", expected "
                + type
                + Arrays.toString(shape));
      }
      return numbers.doubles();
    }
  }

  private SafetensorsFile() {}

  /**
   * Writes a file, or replaces one as a whole: whatever goes wrong, the old file stays.
   *
   * @param arrays at most 2 GiB each
   * @param metadata free strings
   * @return the SHA-256 of the file, as hexadecimal digits
   * @throws F2d2Exception if the file cannot be written
   */
  public static String write(
      Path path, Map<String, ? extends Source> arrays, Map<String, String> metadata) {
    // Wide types first, so that every array begins at a multiple of its element size.
    List<Map.Entry<String, ? extends Source>> ordered = new ArrayList<>(arrays.entrySet());
    ordered.sort(Comparator.comparingInt(e -> -e.getValue().type().bytes()));
    List<SafetensorsHeader.Entry> entries = new ArrayList<>();
    long offset = 0;
    for (Map.Entry<String, ? extends Source> e : ordered) {
      Source array = e.getValue();
      long end =
          offset + Arrays.stream(array.shape()).reduce(array.type().bytes(), (a, b) -> a * b);
      entries.add(
          new SafetensorsHeader.Entry(e.getKey(), array.type(), array.shape(), offset, end));
      offset = end;
    }
    SafetensorsHeader header = new SafetensorsHeader(entries, FileSeal.with(metadata));
    byte[] sealed =
        FileSeal.put(
            header.toJson(), digest -> ordered.forEach(e -> digest.update(e.getValue().bytes())));
    MessageDigest whole = FileSeal.sha256();
    try {
      AtomicFile.write(
          path,
          channel -> {
            ByteBuffer length = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
            writeAll(channel, length.putLong(0, sealed.length).array(), whole);
            writeAll(channel, sealed, whole);
            for (Map.Entry<String, ? extends Source> e : ordered) {
              writeAll(channel, e.getValue().bytes(), whole);
            }
          });
    } catch (IOException e) {
      throw new F2d2Exception(path + ": cannot write the file: " + AtomicFile.reason(e), e);
    }
    return FileSeal.hex(whole);
  }

  /**
   * Reads a file as a whole and refuses it if a floating-point number in it is not finite.
   *
   * @throws F2d2Exception as {@link #read(Path, NonFinite, Sink)}
   */
  public static Contents read(Path path) {
    Map<String, Numbers> arrays = new LinkedHashMap<>();
    Outline outline =
        read(
            path,
            NonFinite.REFUSE,
            (name, type, shape, bytes) -> arrays.put(name, new Numbers(type, shape, bytes)));
    return new Contents(arrays, outline);
  }

  /**
   * Reads a file array by array; what the sink was given counts for nothing if this throws.
   *
   * @throws F2d2Exception if the file is missing, unreadable, cut off or longer than it says, if
   *     its header is not what the format demands, if an element type is not one of {@link Type},
   *     or if a number is not finite and that is refused
   */
  public static Outline read(Path path, NonFinite nonFinite, Sink sink) {
    if (Files.exists(path) && !Files.isRegularFile(path)) {
      // A pipe would wait for ever, and a device need not end.
      throw new F2d2Exception(path + ": is not a regular file");
    }
    try (FileChannel channel = FileChannel.open(path)) {
      long size = channel.size();
      if (size < 8) {
        throw new F2d2Exception(
            path + ": not a safetensors file: it has " + size + " bytes, the least is 8");
      }
      MessageDigest whole = FileSeal.sha256();
      ByteBuffer first = readAll(channel, 8, whole);
      long length = first.order(ByteOrder.LITTLE_ENDIAN).getLong(0);
      if (length < 2 || length > SafetensorsHeader.MOST_BYTES) {
        throw new F2d2Exception(
            path
                + ": not a safetensors file: its first 8 bytes claim a header of "
                + Long.toUnsignedString(length)
                + " bytes");
      }
      if (length > size - 8) {
        throw new F2d2Exception(
            path
                + ": the file is cut off: the header should have "
                + length
                + " bytes, "
                + (size - 8)
                + " follow");
      }
      byte[] json = readAll(channel, (int) length, whole).array();
      SafetensorsHeader header = SafetensorsHeader.parse(path, json, size - 8 - length);
      Optional<FileSeal> seal = FileSeal.of(path, json, header.metadata());
      for (SafetensorsHeader.Entry e : header.entries()) {
        byte[] data = readAll(channel, Math.toIntExact(e.end() - e.begin()), whole).array();
        seal.ifPresent(s -> s.add(data));
        requireSound(path, e, data, nonFinite);
        sink.take(e.name(), e.type(), e.shape(), data);
      }
      seal.ifPresent(FileSeal::requireWhole);
      return new Outline(
          FileSeal.without(header.metadata()), FileSeal.hex(whole), seal.isPresent());
    } catch (NoSuchFileException e) {
      throw new F2d2Exception(path + ": there is no such file", e);
    } catch (IOException e) {
      throw new F2d2Exception(path + ": cannot read the file: " + AtomicFile.reason(e), e);
    }
  }

  private static void requireSound(
      Path path, SafetensorsHeader.Entry entry, byte[] data, NonFinite nonFinite) {
    if (entry.type() == Type.BOOL) {
      for (byte b : data) {
        if (b != 0 && b != 1) {
          throw new F2d2Exception(
              path + ": tensor \"" + entry.name() + "\": " + b + " is not a truth value");
        }
      }
    }
    if (nonFinite == NonFinite.REFUSE && !finite(entry.type(), data)) {
      throw new F2d2Exception(
          path + ": tensor \"" + entry.name() + "\" holds a number that is not finite");
    }
  }

  private static boolean finite(Type type, byte[] data) {
    ByteBuffer buffer = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
    boolean finite = true;
    if (type == Type.F32) {
      for (int at = 0; at < data.length; at += 4) {
        finite &= Float.isFinite(buffer.getFloat(at));
      }
    } else if (type == Type.F64) {
      for (int at = 0; at < data.length; at += 8) {
        finite &= Double.isFinite(buffer.getDouble(at));
      }
    }
    return finite;
  }

  private static void writeAll(FileChannel channel, byte[] bytes, MessageDigest digest)
      throws IOException {
    digest.update(bytes);
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }

  private static ByteBuffer readAll(FileChannel channel, int count, MessageDigest digest)
      throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(count);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes) < 0) {
        throw new EOFException("the file became shorter while it was read");
      }
    }
    digest.update(bytes.array());
    return bytes;
  }
}
