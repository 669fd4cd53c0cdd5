package org.f2d2.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckCudaTest {

  @TempDir private Path empty;

  // An empty path hides a GPU that the machine may have.
  @Test
  void withoutAGpuTheScriptSaysSoAndBuildsNothing() throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder("bash", Path.of("..", "scripts", "check-cuda").toString())
            .redirectErrorStream(true);
    builder.environment().put("PATH", empty.toString());
    Process process = builder.start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), out);
    assertEquals(1, out.lines().count(), out);
    assertTrue(out.startsWith("check-cuda: nvidia-smi finds no NVIDIA GPU"), out);
  }
}
