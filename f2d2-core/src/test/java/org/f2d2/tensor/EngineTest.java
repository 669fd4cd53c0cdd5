package org.f2d2.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a program touches first, the engine is prepared before the natives are loaded. */
class EngineTest {

  /** Started in a JVM of its own: touches one class, then says whether the engine came first. */
  static final class First {
    private First() {}

    /** Touches the class that the argument names. */
    public static void main(String[] arguments) {
      switch (arguments[0]) {
        case "tensor" -> Tensor.of(new float[] {1}, 1);
        case "scope" -> Scope.open().close();
        case "type" -> DType.FLOAT32.scalarType();
        case "device" -> Device.CPU.torchDevice();
        case "rng" -> new Rng(1);
        case "product" ->
            Tensor.ones(DType.FLOAT32, 64, 64).linear(Tensor.ones(DType.FLOAT32, 64, 64));
        case "autograd" -> Autograd.noGrad(() -> "nothing");
        default -> throw new IllegalArgumentException(arguments[0]);
      }
      System.out.print(Engine.preparedNatives());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tensor", "scope", "type", "device", "rng", "product", "autograd"})
  void theEngineIsPreparedFirst(String touched) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                First.class.getName(),
                touched)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor());
    assertEquals("true", said);
  }
}
