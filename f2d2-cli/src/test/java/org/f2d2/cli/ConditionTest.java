package org.f2d2.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models of rows given their class, on the command line. */
class ConditionTest {

  @TempDir private Path folder;

  private Path data() throws IOException {
    String first = TinyModel.rows(1, 120, ",1");
    String second = TinyModel.rows(2, 120, ",2.5");
    return Files.writeString(folder.resolve("data.csv"), "a,b,kind\n" + first + second);
  }

  @Test
  void fromFitToReport() throws IOException {
    Path data = data();
    Path model = folder.resolve("model");
    Program.run("fit", data, "--model", model, "--condition", "kind", "--steps", 30, "--quiet")
        .succeeded();
    Path rows = Files.writeString(folder.resolve("rows.csv"), "a,b,kind\n0,0,1\n0,0,2.5\n0,0,3\n");
    List<String> lines = Program.run("score", rows, "--model", model).succeeded().lines();
    assertEquals("log_density,log_density_error,p_value,nfe,error", lines.get(0));
    assertTrue(Double.isFinite(Double.parseDouble(lines.get(1).split(",")[0])), lines.get(1));
    assertTrue(!lines.get(1).split(",")[0].equals(lines.get(2).split(",")[0]), "" + lines);
    assertTrue(lines.get(3).contains("column kind has a class"), lines.get(3));
    List<String> drawn =
        Program.run("sample", "--model", model, "--count", 5, "--condition", "2.5")
            .succeeded()
            .lines();
    assertEquals("a,b,kind", drawn.get(0));
    for (String line : drawn.subList(1, 6)) {
      assertTrue(line.endsWith(",2.5"), line);
    }
    Program.run("sample", "--model", model, "--count", 5, "--condition", 3)
        .failed(1, "no class 3", "1, 2.5");
    Program.run("evaluate", data, "--model", model, "--json").succeeded();
    Path page = folder.resolve("report.html");
    Program.run("report", "--model", model, "--data", data, "--output", page).succeeded();
    assertTrue(Files.size(page) > 1000);
    Program.run("export", "--model", model, "--format", "onnx", "--output", folder)
        .failed(1, "ONNX");
  }

  @Test
  void guidedDensitiesAreNamedSo() throws IOException {
    Path data = data();
    Path model = folder.resolve("model");
    Program.run(
            "fit",
            data,
            "--model",
            model,
            "--condition",
            "kind",
            "--guidance",
            1.5,
            "--method",
            "meanflow",
            "--guidance-mix",
            0.2,
            "--steps",
            30,
            "--quiet")
        .succeeded();
    List<String> lines = Program.run("score", data, "--model", model).succeeded().lines();
    assertEquals("guided_log_density,guided_log_density_error,p_value,nfe,error", lines.get(0));
    assertEquals(
        "a,b,kind,guided_log_density",
        Program.run("sample", "--model", model, "--count", 2, "--density")
            .succeeded()
            .lines()
            .get(0));
    String json = Program.run("evaluate", data, "--model", model, "--json").succeeded().out();
    assertTrue(json.contains("a guided flow, not the data"), json);
  }

  @Test
  void autoguidance() throws IOException {
    Path model = folder.resolve("model");
    Program.run(
            "fit",
            TinyModel.DATA,
            "--model",
            model,
            "--method",
            "ayf-lmd",
            "--autoguidance",
            "--steps",
            30,
            "--quiet")
        .succeeded();
    String plain = Program.run("sample", "--model", model, "--count", 3).succeeded().out();
    String guided =
        Program.run("sample", "--model", model, "--count", 3, "--autoguidance", 2.5)
            .succeeded()
            .out();
    assertTrue(!plain.equals(guided), guided);
    Program.run("sample", "--model", model, "--count", 3, "--autoguidance", 9).failed(2, "[1, 3");
    Program.run("sample", "--model", TinyModel.MODEL, "--count", 3, "--autoguidance", 2)
        .failed(1, "not fitted for it");
    Program.run("fit", TinyModel.DATA, "--model", model, "--autoguidance").failed(2, "ayf-emd");
  }

  @Test
  void wrongUse() throws IOException {
    Path data = data();
    Path model = folder.resolve("model");
    Program.run("fit", data, "--model", model, "--guidance", 2).failed(2, "--condition");
    Program.run("fit", data, "--model", model, "--condition", "kind", "--guidance-mix", 0.5)
        .failed(2, "without a teacher");
    Program.run("fit", data, "--model", model, "--condition", "sort", "--steps", 5, "--quiet")
        .failed(1, "sort");
    Program.run("sample", "--model", TinyModel.MODEL, "--count", 1, "--condition", 1)
        .failed(1, "no classes");
  }
}
