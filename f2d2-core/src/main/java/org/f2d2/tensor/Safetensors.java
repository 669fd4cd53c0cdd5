package org.f2d2.tensor;

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
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.javacpp.BytePointer;
import org.f2d2.error.F2d2Exception;

/**
 * Named tensors in a file, in the safetensors format.
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
 * <p>Files of other libraries can be read where their tensors are F32, F64, I64 or BOOL.
 */
public final class Safetensors {

  /** What {@link #read(Path, NonFinite)} does about NaN and infinity. */
  public enum NonFinite {
    /** A tensor that holds one makes the whole file an error. */
    REFUSE,
    /** They are read like any number. */
    ALLOW
  }

  /**
   * What a file holds.
   *
   * @param tensors by name, in the order of their data, on the {@link Device} in use; they belong
   *     to the caller's {@link Scope}
   * @param metadata free strings by name
   * @param sha256 of the whole file, as hexadecimal digits
   * @param sealed whether the file carried its {@link FileSeal}, which was then right
   */
  public record Contents(
      Map<String, Tensor> tensors, Map<String, String> metadata, String sha256, boolean sealed) {
    /** Copies the maps, keeping their order. */
    public Contents {
      tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
      metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    }

    /**
     * One tensor, as its user expects it.
     *
     * @throws F2d2Exception if there is none of that name, type and shape
     */
    public Tensor tensor(String name, DType type, long... shape) {
      Tensor tensor = tensors.get(name);
      if (tensor == null) {
        throw new F2d2Exception("there is no tensor \"" + name + "\", only " + tensors.keySet());
      }
      if (tensor.type() != type || !java.util.Arrays.equals(tensor.shape(), shape)) {
        throw new F2d2Exception(
            "tensor \""
                + name
                + "\" is "
                + tensor
                + ", expected "
                + type
                + java.util.Arrays.toString(shape));
      }
      return tensor;
    }
  }

  private Safetensors() {}

  /**
   * Writes a file, or replaces one as a whole: whatever goes wrong, the old file stays.
   *
   * @param tensors on any device, at most 2 GiB each
   * @param metadata free strings
   * @return the SHA-256 of the file, as hexadecimal digits
   * @throws F2d2Exception if the file cannot be written
   */
  public static String write(Path path, Map<String, Tensor> tensors, Map<String, String> metadata) {
    // Wide types first, so that every tensor begins at a multiple of its element size.
    List<Map.Entry<String, Tensor>> ordered = new ArrayList<>(tensors.entrySet());
    ordered.sort(Comparator.comparingInt(e -> -e.getValue().type().bytes()));
    List<SafetensorsHeader.Entry> entries = new ArrayList<>();
    long offset = 0;
    for (Map.Entry<String, Tensor> e : ordered) {
      Tensor tensor = e.getValue();
      long end = offset + tensor.count() * tensor.type().bytes();
      entries.add(
          new SafetensorsHeader.Entry(e.getKey(), tensor.type(), tensor.shape(), offset, end));
      offset = end;
    }
    SafetensorsHeader header = new SafetensorsHeader(entries, FileSeal.with(metadata));
    byte[] sealed = FileSeal.put(header.toJson(), digest -> ordered.forEach(e -> add(digest, e)));
    MessageDigest whole = FileSeal.sha256();
    try {
      AtomicFile.write(
          path,
          channel -> {
            ByteBuffer length = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
            writeAll(channel, length.putLong(0, sealed.length).array(), whole);
            writeAll(channel, sealed, whole);
            for (Map.Entry<String, Tensor> e : ordered) {
              try (Scope scope = Scope.open()) {
                writeAll(channel, e.getValue().toBytes(), whole);
              }
            }
          });
    } catch (IOException e) {
      throw new F2d2Exception(path + ": cannot write the file: " + AtomicFile.reason(e), e);
    }
    return FileSeal.hex(whole);
  }

  private static void add(MessageDigest digest, Map.Entry<String, Tensor> tensor) {
    try (Scope scope = Scope.open()) {
      digest.update(tensor.getValue().toBytes());
    }
  }

  /**
   * Reads a file and refuses it if a floating-point number in it is not finite.
   *
   * @throws F2d2Exception as {@link #read(Path, NonFinite)}
   */
  public static Contents read(Path path) {
    return read(path, NonFinite.REFUSE);
  }

  /**
   * Reads a file.
   *
   * @throws F2d2Exception if the file is missing, unreadable, cut off or longer than it says, if
   *     its header is not what the format demands, if an element type is not one of {@link DType},
   *     or if a number is not finite and that is refused
   */
  public static Contents read(Path path, NonFinite nonFinite) {
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
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      for (SafetensorsHeader.Entry e : header.entries()) {
        byte[] data = readAll(channel, Math.toIntExact(e.end() - e.begin()), whole).array();
        seal.ifPresent(s -> s.add(data));
        tensors.put(e.name(), tensor(path, e, data, nonFinite));
      }
      seal.ifPresent(FileSeal::requireWhole);
      return new Contents(
          tensors, FileSeal.without(header.metadata()), FileSeal.hex(whole), seal.isPresent());
    } catch (NoSuchFileException e) {
      throw new F2d2Exception(path + ": there is no such file", e);
    } catch (IOException e) {
      throw new F2d2Exception(path + ": cannot read the file: " + AtomicFile.reason(e), e);
    }
  }

  private static Tensor tensor(
      Path path, SafetensorsHeader.Entry entry, byte[] data, NonFinite nonFinite) {
    if (entry.type() == DType.BOOL) {
      for (byte b : data) {
        if (b != 0 && b != 1) {
          throw new F2d2Exception(
              path + ": tensor \"" + entry.name() + "\": " + b + " is not a truth value");
        }
      }
    }
    Tensor tensor = Tensor.host(entry.type(), entry.shape());
    if (data.length > 0) {
      new BytePointer(tensor.torch().data_ptr()).put(data);
    }
    boolean floating = entry.type() == DType.FLOAT32 || entry.type() == DType.FLOAT64;
    if (nonFinite == NonFinite.REFUSE && floating && !tensor.allFinite()) {
      throw new F2d2Exception(
          path + ": tensor \"" + entry.name() + "\" holds a number that is not finite");
    }
    return tensor.placed();
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
