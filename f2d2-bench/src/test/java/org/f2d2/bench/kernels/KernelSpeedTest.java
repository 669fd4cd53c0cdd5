package org.f2d2.bench.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import org.f2d2.error.F2d2Exception;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Every kernel runs; how fast is not a test's business. */
class KernelSpeedTest {

  private static final String LOCK = "jmh.ignoreLock";
  private static final KernelSpeed.Settings SHORT = new KernelSpeed.Settings(false, 0, 2, 1);

  // Another measurement on this machine does no harm to a test that looks at no time.
  @BeforeAll
  static void ignoreOtherMeasurements() {
    System.setProperty(LOCK, "true");
  }

  @AfterAll
  static void heedOtherMeasurements() {
    System.clearProperty(LOCK);
  }

  @Test
  void allKernelsAreTimed() {
    KernelTimes times = KernelSpeed.run(List.of(), SHORT);
    assertEquals(
        List.of(
            "atPoint",
            "forward, batch 1",
            "forward, batch 32",
            "forward, batch 4096",
            "forward, batch 512",
            "forwardAlong, batch 512",
            "forwardWithTrace, batch 512",
            "linear, batch 32",
            "linear, batch 4096",
            "parseCsv, batch 4096",
            "preprocess, batch 4096",
            "residualSiluLayer, batch 32",
            "residualSiluLayer, batch 4096",
            "siluLayer, batch 32",
            "siluLayer, batch 4096"),
        times.cases().stream().map(KernelTimes.Case::name).sorted().toList());
    for (KernelTimes.Case c : times.cases()) {
      assertTrue(c.ours() > 0, c.name());
      assertEquals("us", c.unit());
      assertEquals(2, c.runs());
    }
  }

  @Test
  void oneKernelByItsName() {
    KernelTimes times = KernelSpeed.run(List.of("atPoint"), SHORT);
    assertEquals(List.of("atPoint"), times.cases().stream().map(KernelTimes.Case::name).toList());
  }

  @Test
  void anUnknownNameIsRefused() {
    F2d2Exception e =
        assertThrows(F2d2Exception.class, () -> KernelSpeed.run(List.of("teleport"), SHORT));
    String message = String.valueOf(e.getMessage());
    assertTrue(message.contains("'teleport'"), message);
    assertTrue(message.contains("atPoint, forward, "), message);
  }

  @Test
  void theTableAndTheJsonSayTheSame() throws IOException {
    KernelTimes times =
        new KernelTimes(
            "kernels", "abacus", List.of(new KernelTimes.Case("linear, batch 32", 12.5, "us", 7)));
    assertEquals(
        "| kernel | time | runs |\n|---|---|---|\n| linear, batch 32 | 12.50 us | 7 |\n",
        times.markdown());
    JsonNode json = new ObjectMapper().readTree(times.json());
    assertEquals("kernels", json.get("work").textValue());
    assertEquals("abacus", json.get("machine").textValue());
    JsonNode only = json.get("cases").get(0);
    assertEquals("linear, batch 32", only.get("case").textValue());
    assertEquals(12.5, only.get("ours").doubleValue());
    assertEquals("us", only.get("unit").textValue());
    assertEquals(7, only.get("runs").intValue());
    assertEquals(4, only.size());
  }
}
