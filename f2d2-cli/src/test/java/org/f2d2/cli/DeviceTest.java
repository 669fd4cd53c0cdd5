package org.f2d2.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.f2d2.tensor.Device;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DeviceTest {

  @TempDir private Path folder;

  static List<List<Object>> commands() {
    return List.of(
        List.of("score", TinyModel.DATA, "--model", TinyModel.MODEL),
        List.of("sample", "--count", 3, "--model", TinyModel.MODEL),
        List.of("evaluate", TinyModel.DATA, "--model", TinyModel.MODEL),
        List.of("verify"),
        List.of("bench", "accuracy"),
        List.of("bench", "memory"));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void aMissingGpuIsSaidInOneLine(List<Object> command) {
    assumeFalse(Device.CUDA.isAvailable());
    Object[] arguments = new Object[command.size() + 2];
    for (int i = 0; i < command.size(); i++) {
      arguments[i] = command.get(i);
    }
    arguments[command.size()] = "--device";
    arguments[command.size() + 1] = "cuda";
    Program.run(arguments).failed(1, "f2d2: device cuda: ", "GPU");
  }

  @Test
  void aFitWithoutTheGpuItAsksForLeavesNothingBehind() {
    assumeFalse(Device.CUDA.isAvailable());
    Path model = folder.resolve("model");
    Program.run("fit", TinyModel.DATA, "--model", model, "--device", "cuda", "--quiet")
        .failed(1, "f2d2: device cuda: ");
    assertFalse(Files.exists(model));
  }

  @Test
  void theProcessorIsTheDefault() {
    Program.Run plain = Program.run("score", TinyModel.DATA, "--model", TinyModel.MODEL);
    Program.Run named =
        Program.run("score", TinyModel.DATA, "--model", TinyModel.MODEL, "--device", "cpu");
    assertEquals(plain.succeeded().out(), named.succeeded().out());
  }

  @Test
  void anUnknownDeviceIsWrongUsage() {
    Program.run("score", TinyModel.DATA, "--model", TinyModel.MODEL, "--device", "abacus")
        .failed(2, "--device", "abacus");
  }
}
