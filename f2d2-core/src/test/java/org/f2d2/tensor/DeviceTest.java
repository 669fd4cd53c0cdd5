package org.f2d2.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.f2d2.error.F2d2Exception;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DeviceTest {

  @TempDir private Path folder;

  private Scope scope;

  @BeforeEach
  void open() {
    scope = Scope.open();
  }

  @AfterEach
  void close() {
    Device.use(Device.CPU);
    scope.close();
  }

  /** A way to make a tensor out of nothing. */
  record Maker(String name, Supplier<Tensor> make) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<Maker> makers() {
    return List.of(
        new Maker("of floats", () -> Tensor.of(new float[] {1, 2}, 2)),
        new Maker("of doubles", () -> Tensor.of(new double[] {1, 2}, 2)),
        new Maker("of doubles, typed", () -> Tensor.of(new double[] {1, 2}, DType.FLOAT32, 2)),
        new Maker("of longs", () -> Tensor.of(new long[] {1, 2}, 2)),
        new Maker("of nothing", () -> Tensor.of(new float[0], 0, 3)),
        new Maker("zeros", () -> Tensor.zeros(DType.FLOAT32, 2)),
        new Maker("ones", () -> Tensor.ones(DType.BOOL, 2)),
        new Maker("full", () -> Tensor.full(3, DType.FLOAT64, 2)),
        new Maker("eye", () -> Tensor.eye(2, DType.FLOAT64)),
        new Maker("range", () -> Tensor.range(2, DType.INT64)),
        new Maker("uninitialized", () -> Tensor.uninitialized(DType.FLOAT32, 2)),
        new Maker("normal", () -> new Rng(1).normal(DType.FLOAT32, 2)),
        new Maker("uniform", () -> new Rng(1).uniform(DType.FLOAT64, 2)),
        new Maker("rademacher", () -> new Rng(1).rademacher(DType.FLOAT32, 2)),
        new Maker("integers", () -> new Rng(1).integers(5, 2)),
        new Maker("permutation", () -> new Rng(1).permutation(5)));
  }

  @ParameterizedTest
  @MethodSource("makers")
  void newTensorsLieOnTheDeviceInUse(Maker maker) {
    Tensor here = maker.make().get();
    Tensor there;
    try (NowhereDevice nowhere = NowhereDevice.use()) {
      there = maker.make().get();
    }
    assertFalse(NowhereDevice.holds(here));
    assertTrue(NowhereDevice.holds(there));
    assertEquals(here.type(), there.type());
    assertArrayEquals(here.shape(), there.shape());
    assertFalse(NowhereDevice.holds(maker.make().get()), "closing goes back to main memory");
  }

  @Test
  void storedTensorsAreReadToTheDeviceInUse() {
    Path file = folder.resolve("a.safetensors");
    Safetensors.write(file, Map.of("a", Tensor.of(new double[] {1, 2}, 2)), Map.of());
    try (NowhereDevice nowhere = NowhereDevice.use()) {
      Tensor read = Safetensors.read(file).tensor("a", DType.FLOAT64, 2);
      assertTrue(NowhereDevice.holds(read));
    }
  }

  @Test
  void aNumberThatIsNotFiniteIsRefusedOnEveryDevice() {
    Path file = folder.resolve("a.safetensors");
    Safetensors.write(file, Map.of("a", Tensor.of(new double[] {1, Double.NaN}, 2)), Map.of());
    try (NowhereDevice nowhere = NowhereDevice.use()) {
      assertThrows(F2d2Exception.class, () -> Safetensors.read(file));
    }
  }

  @Test
  void theDeviceOutlivesTheScopeThatWasOpenWhenItWasChosen() {
    try (Scope inner = Scope.open()) {
      NowhereDevice.use();
    }
    assertTrue(NowhereDevice.holds(Tensor.ones(DType.FLOAT32, 2)));
  }

  @Test
  void statesOfGeneratorsStayInMainMemory() {
    Rng rng = new Rng(3);
    byte[] state = rng.state();
    double[] expected = rng.normal(DType.FLOAT64, 4).toDoubles();
    try (NowhereDevice nowhere = NowhereDevice.use()) {
      rng.normal(DType.FLOAT64, 4);
      rng.restore(state);
      assertArrayEquals(state, rng.state());
    }
    assertArrayEquals(expected, rng.normal(DType.FLOAT64, 4).toDoubles());
  }

  @Test
  void largeProductsElsewhereAreLeftToTheEngine() {
    try (NowhereDevice nowhere = NowhereDevice.use()) {
      Tensor x = Tensor.ones(DType.FLOAT32, 64, 64);
      Tensor bias = Tensor.ones(DType.FLOAT32, 64);
      assertTrue(NowhereDevice.holds(x.linear(x)));
      assertTrue(NowhereDevice.holds(x.linear(x, bias)));
      assertTrue(NowhereDevice.holds(x.siluLayer(x, bias)));
      assertTrue(NowhereDevice.holds(x.residualSiluLayer(x, bias)));
      assertTrue(NowhereDevice.holds(x.copy().addMatmulInPlace(x, x)));
    }
  }

  @Test
  void operandsThatLieApartAreRefusedAndNotReadAsAddresses() {
    Tensor here = Tensor.ones(DType.FLOAT32, 64, 64);
    try (NowhereDevice nowhere = NowhereDevice.use()) {
      Tensor there = Tensor.ones(DType.FLOAT32, 64, 64);
      Tensor bias = Tensor.ones(DType.FLOAT32, 64);
      assertThrows(RuntimeException.class, () -> here.add(there));
      assertThrows(IllegalArgumentException.class, () -> here.linear(here, bias));
      // Work on tensors that were made before goes on in main memory.
      assertEquals(64, here.linear(here).max().item());
    }
  }

  @Test
  void readingWhatIsNotInMemoryFails() {
    try (NowhereDevice nowhere = NowhereDevice.use()) {
      Tensor there = Tensor.ones(DType.FLOAT32, 2);
      assertThrows(RuntimeException.class, there::toDoubles);
      assertThrows(RuntimeException.class, there::toFloats);
      assertThrows(RuntimeException.class, there.sum()::item);
    }
  }

  @Test
  void aMissingGpuIsSaidInOneLineAndChangesNothing() {
    assumeFalse(Device.CUDA.isAvailable());
    F2d2Exception e = assertThrows(F2d2Exception.class, () -> Device.use(Device.CUDA));
    String message = String.valueOf(e.getMessage());
    assertTrue(message.startsWith("device cuda: "), message);
    assertEquals(1, message.lines().count(), message);
    assertArrayEquals(new double[] {1}, Tensor.ones(DType.FLOAT64, 1).toDoubles());
  }
}
