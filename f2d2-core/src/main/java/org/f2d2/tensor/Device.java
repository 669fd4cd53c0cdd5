package org.f2d2.tensor;

import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.global.torch;
import org.f2d2.error.F2d2Exception;
import org.jspecify.annotations.Nullable;

/**
 * Where the numbers of a tensor lie.
 *
 * <p>A process has one device in use: {@link Tensor}'s factories, {@link Rng} and {@link
 * Safetensors} put what they make there, so that no two operands lie apart. It is chosen once with
 * {@link #use}, before the first model is loaded or fitted, and is main memory if nobody chooses.
 * Methods that return arrays copy to main memory from wherever a tensor lies.
 *
 * <p>Random numbers are drawn in main memory and then moved: they are the same on every device, and
 * so a fit may be resumed on another one.
 */
public enum Device {
  /** Main memory; the default, and the only device the build and the tests need. */
  CPU("cpu"),
  /** The first NVIDIA GPU, where the natives on the class path were built for one. */
  CUDA("cuda");

  /** What new tensors are made on; null is main memory, which need not be named. */
  private static volatile org.bytedeco.pytorch.@Nullable Device elsewhere;

  private final String torchName;

  Device(String torchName) {
    this.torchName = torchName;
  }

  /**
   * Makes a device the one in use. Tensors that exist already stay where they are and cannot be
   * combined with new ones.
   *
   * @throws F2d2Exception with one line that says what is missing, if tensors cannot be put there
   */
  public static void use(Device device) {
    device.require();
    putNewTensorsOn(device == CPU ? null : device.torchDevice());
  }

  /** Whether tensors can be put on this device in this process. */
  public boolean isAvailable() {
    try {
      require();
      return true;
    } catch (F2d2Exception e) {
      return false;
    }
  }

  private void require() {
    if (this == CPU) {
      return;
    }
    boolean available;
    try {
      Engine.start();
      available = torch.cuda_is_available();
    } catch (LinkageError e) {
      // Natives that were built for a GPU need CUDA's own libraries even to be loaded.
      throw new F2d2Exception("device cuda: its libraries cannot be loaded: " + reason(e), e);
    }
    if (!available) {
      throw new F2d2Exception(
          builtForGpu()
              ? "device cuda: no NVIDIA GPU with a working driver is found on this machine"
              : "device cuda: this build has no GPU support; CONTRIBUTING.md says how to build it");
    }
  }

  private static boolean builtForGpu() {
    String natives = "org/bytedeco/pytorch/" + Loader.getPlatform() + "-gpu/";
    return torch.class.getClassLoader().getResource(natives) != null;
  }

  private static String reason(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return String.valueOf(cause.getMessage()).lines().findFirst().orElse("no reason was given");
  }

  /**
   * {@link #use} for whatever the engine calls a device, or null for main memory. Tests put tensors
   * on one without memory, which refuses to be read.
   */
  static void putNewTensorsOn(org.bytedeco.pytorch.@Nullable Device device) {
    // Retained, since a scope that is open now would free it for everybody after it.
    elsewhere = device == null ? null : device.retainReference();
  }

  /** What new tensors are made on, or null where that is main memory. */
  static org.bytedeco.pytorch.@Nullable Device elsewhere() {
    return elsewhere;
  }

  org.bytedeco.pytorch.Device torchDevice() {
    Engine.start();
    return new org.bytedeco.pytorch.Device(torchName);
  }
}
