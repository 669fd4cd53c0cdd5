package org.f2d2.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
class CompareTest {

  @Test
  void comparesMethodsOnAFile(@TempDir Path folder) throws IOException {
    SplittableRandom random = new SplittableRandom(1);
    StringBuilder rows = new StringBuilder("a,b\n");
    for (int i = 0; i < 400; i++) {
      rows.append(random.nextGaussian()).append(',').append(random.nextGaussian()).append('\n');
    }
    Path file = Files.writeString(folder.resolve("rows.csv"), rows);
    Program.Run run =
        Program.run(
                "compare",
                "--methods",
                "improved-meanflow,ayf-emd",
                "--dataset",
                file,
                "--minutes",
                "0.005",
                "--teacher-minutes",
                "0.005",
                "--seeds",
                "1",
                "--folder",
                folder.resolve("work"),
                "--json",
                "--quiet")
            .succeeded();
    JsonNode dataset = new ObjectMapper().readTree(run.out()).get("datasets").get(0);
    assertEquals("rows.csv", dataset.get("dataset").asText());
    assertEquals(1, dataset.get("seeds").asInt());
    assertEquals(2, dataset.get("methods").size());
    JsonNode second = dataset.get("methods").get(1);
    assertEquals("ayf-emd", second.get("method").asText());
    assertTrue(second.get("nfe").get("4").get("mean_absolute_error").asDouble() > 0, run.out());
    assertTrue(Files.exists(folder.resolve("work/compare.html")));
  }

  @Test
  void publishedOrderingsAreATable() {
    Program.Run run =
        Program.run("experiment", "orderings", "--steps", 5, "--samples", 300, "--gradients", 2)
            .succeeded();
    assertEquals("| statement | figures | holds |", run.lines().get(0));
    assertEquals(7, run.lines().size(), run.out());
  }

  @Test
  void refusesWhatIsNotAMethodOrANumberInRange() {
    Program.Run method = Program.run("compare", "--methods", "nonesuch", "--quiet");
    assertEquals(2, method.exit());
    assertTrue(method.err().contains("ayf-emd"), method.err());
    assertEquals(2, Program.run("compare", "--seeds", 0, "--quiet").exit());
    Program.Run gamma =
        Program.run("sample", "--count", 1, "--gamma", 2, "--model", TinyModel.MODEL);
    assertEquals(2, gamma.exit());
    assertTrue(gamma.err().contains("--gamma must lie in [0, 1], got 2"), gamma.err());
  }
}
