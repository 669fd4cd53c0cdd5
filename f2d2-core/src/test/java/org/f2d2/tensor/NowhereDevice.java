package org.f2d2.tensor;

/**
 * Puts new tensors on the engine's device without memory until it is closed.
 *
 * <p>There, operations work out shapes and types only. Reading a number fails, and so does an
 * element-wise operation with an operand in main memory, as it would with a GPU (a matrix product
 * does not check): code that runs here keeps its tensors on the device in use.
 */
public final class NowhereDevice implements AutoCloseable {

  private NowhereDevice() {}

  /** Puts new tensors of the whole process there. */
  public static NowhereDevice use() {
    Engine.start();
    Device.putNewTensorsOn(new org.bytedeco.pytorch.Device("meta"));
    return new NowhereDevice();
  }

  /** Whether a tensor lies there. */
  public static boolean holds(Tensor tensor) {
    return tensor.torch().is_meta();
  }

  @Override
  public void close() {
    Device.use(Device.CPU);
  }
}
