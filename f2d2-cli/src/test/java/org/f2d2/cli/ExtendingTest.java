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
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The code of the page on extending is that of tests, and the tests that it names are there. */
class ExtendingTest {

  private static final Path DOCS = Path.of("../docs");

  private static String page() throws IOException {
    return Files.readString(DOCS.resolve("extending.md"));
  }

  private static String withoutIndentation(String code) {
    return code.lines().map(String::strip).collect(Collectors.joining("\n"));
  }

  @Test
  void eachPieceOfCodeIsInTheFileThatTheLinkBeforeItNames() throws IOException {
    Matcher parts =
        Pattern.compile("(?s)\\]\\(([^)]+\\.java)\\)|```java\n(.*?)\n```").matcher(page());
    String file = "";
    int pieces = 0;
    while (parts.find()) {
      if (parts.group(1) != null) {
        file = parts.group(1);
        continue;
      }
      String source = withoutIndentation(Files.readString(DOCS.resolve(file))) + "\n";
      String code = withoutIndentation(parts.group(2));
      assertTrue(source.contains("\n" + code + "\n"), file + " does not have\n" + code);
      pieces++;
    }
    assertEquals(14, pieces);
  }

  @Test
  void eachTestThatIsNamedIsThere() throws IOException {
    List<String> tests;
    try (Stream<Path> files = Files.walk(Path.of(".."), 12)) {
      tests =
          files
              .map(f -> f.getFileName().toString())
              .filter(f -> f.endsWith("Test.java"))
              .map(f -> f.substring(0, f.length() - ".java".length()))
              .toList();
    }
    Matcher named = Pattern.compile("`(\\w+Test)`").matcher(page());
    List<String> missing = new ArrayList<>();
    int found = 0;
    while (named.find()) {
      found++;
      if (!tests.contains(named.group(1))) {
        missing.add(named.group(1));
      }
    }
    assertEquals(List.of(), missing);
    assertTrue(found > 15, found + " tests");
  }

  @Test
  void eachExampleIsInItsContract() throws IOException {
    Path module = Path.of("../f2d2-core/src/test/java");
    List<String> examples;
    List<Path> tests;
    try (Stream<Path> files = Files.list(module.resolve("com/example"));
        Stream<Path> all = Files.walk(module.resolve("org"))) {
      examples = files.map(f -> f.getFileName().toString().replace(".java", "")).sorted().toList();
      tests = all.filter(f -> f.toString().endsWith("Test.java")).toList();
    }
    assertEquals(10, examples.size());
    for (String example : examples) {
      boolean held = false;
      for (Path test : tests) {
        held |= Files.readString(test).contains("import com.example." + example + ";");
      }
      assertTrue(held, example);
    }
  }
}
