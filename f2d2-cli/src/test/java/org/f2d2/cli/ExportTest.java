package org.f2d2.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code f2d2 export}. */
class ExportTest {

  @TempDir private Path folder;

  @Test
  void writesBothGraphsWhereItIsTold() throws IOException {
    Path target = folder.resolve("a/b");
    Program.Run run =
        Program.run("export", "--model", TinyModel.MODEL, "--format", "onnx", "--output", target)
            .succeeded();
    assertEquals(2, run.lines().size(), run.out());
    for (String line : run.lines()) {
      assertTrue(Files.size(Path.of(line)) > 1000, line);
    }
  }

  @Test
  void anUnknownFormatIsWrongUsage() {
    Program.run("export", "--model", TinyModel.MODEL, "--format", "pickle").failed(2, "pickle");
  }
}
