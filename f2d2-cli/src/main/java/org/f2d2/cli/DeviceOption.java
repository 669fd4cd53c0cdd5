package org.f2d2.cli;

import org.f2d2.tensor.Device;
import picocli.CommandLine.Option;

/** Where a command keeps its numbers and does its arithmetic. */
final class DeviceOption {

  @Option(
      names = "--device",
      paramLabel = "cpu|cuda",
      description = "cuda is an NVIDIA GPU and needs the GPU build; cpu if not given.")
  private Device device = Device.CPU;

  /**
   * Makes the device the one in use. Call it before the first tensor is made.
   *
   * @throws org.f2d2.error.F2d2Exception with one line when this build or machine has no such
   *     device
   */
  void use() {
    Device.use(device);
  }
}
