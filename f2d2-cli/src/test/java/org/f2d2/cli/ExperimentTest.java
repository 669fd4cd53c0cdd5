package org.f2d2.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExperimentTest {

  @TempDir private Path folder;

  @Test
  void aShortExperimentPrintsJsonAndWritesAPage() throws IOException {
    Path page = folder.resolve("page.html");
    Program.Run run =
        experiment("--json", "--output", page, "--folder", folder, "--minutes", 60).succeeded();
    JsonNode json = new ObjectMapper().readTree(run.out());
    assertEquals("sample-complexity", json.get("work").textValue());
    assertEquals(json.get("planned").intValue(), json.get("finished").intValue());
    assertEquals(3, json.get("levels").size());
    String html = Files.readString(page);
    assertTrue(html.startsWith("<!doctype html>") && html.endsWith("</html>\n"));
    assertEquals(5, html.split("<svg ", -1).length - 1, "charts");
    assertFalse(html.contains("NaN"), "no figure is left empty in a chart");
    assertFalse(html.contains("src=") || html.contains("<script"), "nothing from elsewhere");
    String table = experiment("--folder", folder).succeeded().out();
    assertTrue(table.contains("| 16 | 1 |"), table);
    int runs = Files.readAllLines(folder.resolve("runs.jsonl")).size() - 1;
    assertEquals(json.get("planned").intValue(), runs, "the second call had nothing to do");
  }

  private static Program.Run experiment(Object... more) {
    List<Object> arguments =
        new ArrayList<>(
            List.of(
                "experiment",
                "sample-complexity",
                "--sizes",
                "8,16",
                "--seeds",
                1,
                "--steps",
                1,
                "--widths",
                "16",
                "--depths",
                "1",
                "--points",
                500,
                "--samples",
                50,
                "--solver-steps",
                20,
                "--workers",
                1));
    arguments.addAll(Arrays.asList(more));
    return Program.run(arguments.toArray());
  }

  @Test
  void wrongUsageIsSaidInOneLine() {
    Program.run("experiment", "sample-complexity", "--target", "cauchy").failed(2, "cauchy");
    Program.run("experiment", "sample-complexity", "--sizes", "9,8").failed(2, "sizes");
    Program.run("experiment").failed(2, "which experiment");
  }
}
