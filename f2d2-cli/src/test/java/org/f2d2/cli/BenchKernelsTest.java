package org.f2d2.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** The one that starts a JVM for each kernel; which kernels there are is tested in their module. */
class BenchKernelsTest {

  @Test
  void oneKernelAsJson() throws IOException {
    String out =
        Program.run(
                "bench",
                "kernels",
                "--kernel",
                "atPoint",
                "--runs",
                2,
                "--milliseconds",
                5,
                "--json")
            .succeeded()
            .out();
    JsonNode json = new ObjectMapper().readTree(out);
    assertEquals("kernels", json.get("work").textValue());
    assertEquals(1, json.get("cases").size());
    JsonNode only = json.get("cases").get(0);
    assertEquals("atPoint", only.get("case").textValue());
    assertTrue(only.get("ours").doubleValue() > 0);
    assertEquals(2, only.get("runs").intValue());
  }

  @Test
  void anUnknownKernelIsSaidInOneLine() {
    Program.run("bench", "kernels", "--kernel", "teleport")
        .failed(1, "f2d2: no kernel is called 'teleport'", "forward");
  }
}
