package org.f2d2.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the first page shows a newcomer is what happens. */
class QuickStartTest {

  private static final Path ROOT = Path.of("..");

  @TempDir private Path folder;

  /** The code blocks of a section of the first page. */
  private static List<String> blocks(String heading) throws IOException {
    String page = Files.readString(ROOT.resolve("README.md"));
    int from = page.indexOf("\n## " + heading + "\n");
    assertTrue(from >= 0, "no section " + heading);
    int to = page.indexOf("\n## ", from + 1);
    Matcher block =
        Pattern.compile("(?s)```\\w*\n(.*?)```")
            .matcher(page.substring(from, to < 0 ? page.length() : to));
    List<String> blocks = new ArrayList<>();
    while (block.find()) {
      blocks.add(block.group(1));
    }
    return blocks;
  }

  @Test
  void theJavaCodeIsThatOfTheExample() throws IOException {
    String source =
        Files.readString(ROOT.resolve("examples/src/main/java/com/example/FitAndScore.java"));
    Matcher region = Pattern.compile("(?s) // README: \\w+\n(.*?) +// README: end").matcher(source);
    List<String> regions = new ArrayList<>();
    while (region.find()) {
      regions.add(region.group(1).replaceAll("(?m)^    ", ""));
    }
    assertEquals(2, regions.size());
    List<String> shown = blocks("From Java");
    assertEquals(regions, shown.subList(shown.size() - 2, shown.size()));
  }

  @Test
  void theCoordinatesAreThoseOfTheModules() throws IOException {
    String parent = Files.readString(ROOT.resolve("pom.xml"));
    String version = parent.replaceFirst("(?s).*?<version>(.*?)</version>.*", "$1");
    String page = Files.readString(ROOT.resolve("README.md"));
    for (String module : List.of("f2d2-score", "f2d2-core")) {
      assertTrue(page.contains("`org.f2d2:" + module + ":" + version + "`"), module);
    }
  }

  @Test
  void theCommandsPrintWhatIsShown() throws IOException {
    List<String> blocks = blocks("From a CSV file");
    List<String> commands = blocks.get(0).lines().toList();
    List<String> shown = blocks.get(1).lines().toList();
    assertEquals(3, commands.size());
    run(commands.get(0));
    List<String> printed = run(commands.get(1)).lines().toList();
    assertEquals(shown.get(0), printed.get(0));
    assertEquals(shown.size(), printed.size());
    for (int r = 1; r < shown.size(); r++) {
      String[] said = shown.get(r).split(",", -1);
      String[] now = printed.get(r).split(",", -1);
      assertEquals(said.length, now.length, printed.get(r));
      for (int c = 0; c < said.length; c++) {
        assertLike(said[c], now[c], printed.get(r));
      }
    }
    List<String> drawn = run(commands.get(2)).lines().toList();
    assertEquals("flow,pressure,power", drawn.get(0));
    assertEquals(4, drawn.size());
  }

  /** Figures to two digits or so: another number of threads adds up in another order. */
  private static void assertLike(String said, String now, String line) {
    if (said.matches("-?[0-9.]+(E-?[0-9]+)?")) {
      double figure = Double.parseDouble(said);
      assertEquals(figure, Double.parseDouble(now), 0.05 * Math.abs(figure) + 0.05, line);
    } else {
      assertEquals(said, now, line);
    }
  }

  /** Runs a line as it stands, beside the examples. */
  private String run(String line) {
    assertTrue(line.startsWith("./f2d2 "), line);
    String[] words =
        line.substring("./f2d2 ".length())
            .replace("examples/", ROOT.resolve("examples") + "/")
            .replace("--model ", "--model " + folder + "/")
            .split(" ");
    return Program.run((Object[]) words).succeeded().out();
  }
}
