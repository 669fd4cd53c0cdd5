package org.f2d2.tensor;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.javacpp.BytePointer;
import org.f2d2.error.F2d2Exception;
import org.f2d2.store.SafetensorsFile;

/**
 * Named tensors in a file of {@link SafetensorsFile}, on the {@link Device} in use.
 *
 * <p>Every complaint is one line that starts with the path. Files of other libraries can be read
 * where their tensors are F32, F64, I64 or BOOL.
 */
public final class Safetensors {

  /**
   * What a file holds.
   *
   * @param tensors by name, in the order of their data, on the {@link Device} in use; they belong
   *     to the caller's {@link Scope}
   * @param outline the rest
   */
  public record Contents(Map<String, Tensor> tensors, SafetensorsFile.Outline outline) {
    /** Copies the map, keeping its order. */
    public Contents {
      tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
    }

    /** Free strings by name. */
    public Map<String, String> metadata() {
      return outline.metadata();
    }

    /** Of the whole file, as hexadecimal digits. */
    public String sha256() {
      return outline.sha256();
    }

    /** Whether the file carried a seal, which was then right. */
    public boolean sealed() {
      return outline.sealed();
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
      if (tensor.type() != type || !Arrays.equals(tensor.shape(), shape)) {
        throw new F2d2Exception(
            "tensor \"" + name + "\" is " + tensor + ", expected " + type + Arrays.toString(shape));
      }
      return tensor;
    }
  }

  private record Source(Tensor tensor) implements SafetensorsFile.Source {
    @Override
    public SafetensorsFile.Type type() {
      return tensor.type().stored();
    }

    @Override
    public long[] shape() {
      return tensor.shape();
    }

    @Override
    public byte[] bytes() {
      try (Scope scope = Scope.open()) {
        return tensor.toBytes();
      }
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
    return SafetensorsFile.write(path, sources(tensors), metadata);
  }

  /** Tensors as what a file is written from. */
  public static Map<String, SafetensorsFile.Source> sources(Map<String, Tensor> tensors) {
    Map<String, SafetensorsFile.Source> sources = new LinkedHashMap<>();
    tensors.forEach((name, tensor) -> sources.put(name, new Source(tensor)));
    return sources;
  }

  /**
   * Reads a file and refuses it if a floating-point number in it is not finite.
   *
   * @throws F2d2Exception as {@link #read(Path, SafetensorsFile.NonFinite)}
   */
  public static Contents read(Path path) {
    return read(path, SafetensorsFile.NonFinite.REFUSE);
  }

  /**
   * Reads a file.
   *
   * @throws F2d2Exception as {@link SafetensorsFile#read(Path, SafetensorsFile.NonFinite,
   *     SafetensorsFile.Sink)}
   */
  public static Contents read(Path path, SafetensorsFile.NonFinite nonFinite) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    SafetensorsFile.Outline outline =
        SafetensorsFile.read(
            path,
            nonFinite,
            (name, type, shape, bytes) -> tensors.put(name, tensor(type, shape, bytes)));
    return new Contents(tensors, outline);
  }

  /** A file that was read as arrays. */
  public static Contents of(SafetensorsFile.Contents contents) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    contents
        .arrays()
        .forEach((name, a) -> tensors.put(name, tensor(a.type(), a.shape(), a.bytes())));
    return new Contents(tensors, contents.outline());
  }

  private static Tensor tensor(SafetensorsFile.Type type, long[] shape, byte[] data) {
    Tensor tensor = Tensor.host(DType.of(type), shape);
    if (data.length > 0) {
      new BytePointer(tensor.torch().data_ptr()).put(data);
    }
    return tensor.placed();
  }
}
