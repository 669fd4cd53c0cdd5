package org.f2d2.tensor;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bytedeco.pytorch.global.torch;

/**
 * Starts libtorch once per process, after setting what has to be set before its first class loads.
 * Its libraries are unpacked into a folder that only the user can write, see {@link NativeCache};
 * where there is none, it does not start.
 *
 * <p>The settings decide a factor of two to three in speed: OpenBLAS picks slower kernels on some
 * AVX-512 processors unless told which family to use, idle OpenMP threads spin and steal the core
 * of the next operation, and the C allocator gives large blocks back to the system after each step,
 * to be cleared and mapped again in the next.
 */
public final class Engine {

  /** Largest threshold that glibc accepts for blocks that are mapped one by one, in bytes. */
  private static final int MMAP_THRESHOLD = 32 << 20;

  private static final int M_TRIM_THRESHOLD = -1;
  private static final int M_MMAP_THRESHOLD = -3;

  private static final boolean FIRST = !mapped("libopenblas");

  static {
    NativeCache.prepare();
    setDefault("org.bytedeco.javacpp.maxPhysicalBytes", "0");
    setDefault("org.bytedeco.javacpp.maxBytes", "0");
    if (Platform.isLinux()) {
      NativeLibrary c = NativeLibrary.getInstance("c");
      if (hasAvx512()) {
        setEnvironment(c, "OPENBLAS_CORETYPE", "SkylakeX");
      }
      setEnvironment(c, "OMP_WAIT_POLICY", "passive");
      setEnvironment(c, "OMP_NUM_THREADS", "1");
      setEnvironment(c, "OPENBLAS_NUM_THREADS", "1");
      Function mallopt = c.getFunction("mallopt");
      mallopt.invokeInt(new Object[] {M_MMAP_THRESHOLD, MMAP_THRESHOLD});
      mallopt.invokeInt(new Object[] {M_TRIM_THRESHOLD, Integer.MAX_VALUE});
    }
    torch.set_num_threads(1);
  }

  private Engine() {}

  /** Loads the native libraries if they are not loaded yet; returns at once otherwise. */
  public static void start() {
    // The work is in the static initialiser, which the JVM runs exactly once.
  }

  /** The version of the libtorch presets, for example {@code 2.10.0-1.5.13}. */
  public static String version() {
    String version = org.bytedeco.pytorch.Tensor.class.getPackage().getImplementationVersion();
    return version == null ? "unknown" : version;
  }

  /** Whether the settings were made before the natives were loaded, as they have to be. */
  static boolean preparedNatives() {
    return FIRST;
  }

  private static boolean mapped(String library) {
    try {
      return Files.readString(Path.of("/proc/self/maps"), StandardCharsets.UTF_8).contains(library);
    } catch (IOException e) {
      // Only Linux lists them; elsewhere nothing is known.
      return false;
    }
  }

  private static void setDefault(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }

  private static void setEnvironment(NativeLibrary c, String name, String value) {
    // The last argument keeps a value that the user has set.
    c.getFunction("setenv").invokeInt(new Object[] {name, value, 0});
  }

  private static boolean hasAvx512() {
    try {
      return Files.readString(Path.of("/proc/cpuinfo"), StandardCharsets.US_ASCII)
          .contains("avx512f");
    } catch (IOException e) {
      // Without the file nothing is known of the processor; OpenBLAS then chooses by itself.
      return false;
    }
  }
}
