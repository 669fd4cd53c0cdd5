package org.f2d2.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The benchmark of whole files, on a small one. */
@EnabledOnOs(OS.LINUX)
class BenchFileTest {

  private static final int ROWS = 20_000;

  @Test
  void printsOneJsonObject() throws JsonProcessingException {
    Program.Run run =
        Program.run(
                "bench", "file", "--rows", ROWS, "--model", TinyModel.MODEL, "--json", "--quiet")
            .succeeded();
    assertEquals("", run.err());
    JsonNode result = new ObjectMapper().readTree(run.out());
    assertEquals("file", result.get("work").asText());
    assertEquals(ROWS, result.get("rows").asInt());
    assertEquals(
        ROWS / result.get("seconds").asDouble(), result.get("rows_per_second").asDouble(), 1);
    double sum = 0;
    for (String part : new String[] {"read", "score", "write"}) {
      double share = result.get("share").get(part).asDouble();
      assertTrue(share > 0, part);
      sum += share;
    }
    assertEquals(1, sum, 1e-9);
    assertTrue(result.get("resident_mib").size() > 1, run.out());
    assertTrue(result.get("machine").asText().contains("cores"), run.out());
  }

  @Test
  void printsATable() {
    Program.Run run =
        Program.run("bench", "file", "--rows", ROWS, "--model", TinyModel.MODEL, "--quiet")
            .succeeded();
    assertEquals(3, run.lines().size(), run.out());
    assertTrue(run.lines().get(2).startsWith("| " + ROWS + " |"), run.out());
  }
}
