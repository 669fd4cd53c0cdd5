package org.f2d2.tensor;

import org.bytedeco.pytorch.global.torch;

/** Where the numbers of a tensor lie. */
public enum Device {
  /** Main memory; the default, and the only device the build and the tests need. */
  CPU("cpu"),
  /** The first NVIDIA GPU, where the natives on the class path were built for one. */
  CUDA("cuda");

  private final String torchName;

  Device(String torchName) {
    this.torchName = torchName;
  }

  /** Whether tensors can be put on this device in this process. */
  public boolean isAvailable() {
    Engine.start();
    return this == CPU || torch.cuda_is_available();
  }

  org.bytedeco.pytorch.Device torchDevice() {
    Engine.start();
    return new org.bytedeco.pytorch.Device(torchName);
  }
}
