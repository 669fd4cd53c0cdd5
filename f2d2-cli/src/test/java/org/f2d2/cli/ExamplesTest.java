package org.f2d2.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The project in examples, compiled and run against the modules as they are now. */
class ExamplesTest {

  private static final Path EXAMPLES = Path.of("../examples");

  @TempDir private static Path folder;

  private static String printed = "";

  private static List<String> classPath() {
    String path =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return Arrays.asList(path.split(File.pathSeparator));
  }

  private static ProcessBuilder program(List<String> classPath, String... words) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of("-Dorg.bytedeco.javacpp.maxPhysicalBytes=0", "-cp"));
    command.add(
        folder.resolve("classes")
            + File.pathSeparator
            + String.join(File.pathSeparator, classPath));
    command.addAll(List.of(words));
    return new ProcessBuilder(command).directory(folder.toFile());
  }

  @BeforeAll
  static void compileAndFit() throws IOException, InterruptedException {
    DiagnosticCollector<JavaFileObject> said = new DiagnosticCollector<>();
    JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager files = javac.getStandardFileManager(said, null, null);
        Stream<Path> sources = Files.walk(EXAMPLES.resolve("src/main/java"))) {
      List<Path> java = sources.filter(f -> f.toString().endsWith(".java")).toList();
      List<String> options =
          List.of(
              "--release",
              "17",
              "-proc:none",
              "-Xlint:all,-classfile,-options",
              "-d",
              Files.createDirectory(folder.resolve("classes")).toString(),
              "-cp",
              String.join(File.pathSeparator, classPath()));
      boolean done =
          javac
              .getTask(null, files, said, options, null, files.getJavaFileObjectsFromPaths(java))
              .call();
      String complaints =
          said.getDiagnostics().stream()
              // Annotations of the modules whose classes a user need not have.
              .filter(d -> d.getSource() != null || d.getKind() == Diagnostic.Kind.ERROR)
              .map(Object::toString)
              .collect(Collectors.joining("\n"));
      assertTrue(done && complaints.isEmpty(), complaints);
    }
    Files.copy(EXAMPLES.resolve("pump.csv"), folder.resolve("pump.csv"));
    Process fit = program(classPath(), "com.example.FitAndScore").redirectErrorStream(true).start();
    printed = new String(fit.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(fit.waitFor(1, TimeUnit.MINUTES), "the example hangs");
    assertEquals(0, fit.exitValue(), printed);
  }

  @Test
  void theOddRowIsFoundByBothWays() {
    List<String> lines = printed.lines().toList();
    assertEquals(4, lines.size(), printed);
    assertTrue(lines.get(0).matches("-?[0-9.]+ nats, p-value [01]\\.[0-9]+"), printed);
    double[] p = numbers(lines.get(1));
    assertEquals(2, p.length, printed);
    assertTrue(p[0] > 0.05 && p[1] <= 0.01, printed);
    assertEquals(9, numbers(lines.get(2)).length, printed);
    assertTrue(lines.get(3).startsWith("strange: RowScore["), printed);
  }

  private static double[] numbers(String line) {
    String list = line.substring(line.indexOf('[') + 1, line.indexOf(']'));
    return Arrays.stream(list.split(", ")).mapToDouble(Double::parseDouble).toArray();
  }

  @Test
  void theServiceAnswersWithoutNativeCode() throws IOException, InterruptedException {
    List<String> pure =
        classPath().stream()
            .filter(e -> !e.contains("f2d2-core") && !e.contains("bytedeco") && !e.contains("jna"))
            .toList();
    Process service =
        program(pure, "com.example.ScoringService", "model", "0")
            .redirectError(folder.resolve("service.err").toFile())
            .start();
    try (BufferedReader out = service.inputReader()) {
      String line = String.valueOf(out.readLine());
      assertTrue(line.startsWith("listening on http://localhost:"), line);
      URI at = URI.create(line.substring("listening on ".length()));
      HttpClient client = HttpClient.newHttpClient();

      JsonNode usual = ask(client, at, 200, "{\"flow\":34.0,\"pressure\":5.75,\"power\":8.9}");
      assertTrue(usual.get("p_value").asDouble() > 0.05, usual.toString());
      assertTrue(usual.get("log_density_error").asDouble() >= 0, usual.toString());
      JsonNode odd =
          ask(client, at, 200, "{\"power\":8.9,\"flow\":34.0,\"pressure\":6.8,\"id\":3}");
      assertTrue(odd.get("p_value").asDouble() <= 0.01, odd.toString());
      assertTrue(
          odd.get("log_density").asDouble() < usual.get("log_density").asDouble() - 3,
          odd.toString());

      assertError(ask(client, at, 400, "{\"flow\":34.0}"), "'pressure', 'power'");
      assertError(
          ask(client, at, 400, "{\"flow\":null,\"pressure\":5.75,\"power\":8}"), "column 'flow'");
      assertError(ask(client, at, 400, "{\"flow\":\"much\"}"), "no JSON object of numbers");
      assertError(ask(client, at, 400, "[1, 2"), "no JSON object of numbers");
      assertError(ask(client, at, 400, "null"), "no JSON object of numbers");
      assertError(ask(client, at, 400, ""), "no JSON object of numbers");
      HttpResponse<String> get =
          client.send(HttpRequest.newBuilder(at).build(), BodyHandlers.ofString());
      assertEquals(405, get.statusCode());
      assertError(new ObjectMapper().readTree(get.body()), "POST");
    } finally {
      service.destroy();
    }
  }

  private static JsonNode ask(HttpClient client, URI at, int status, String row)
      throws IOException, InterruptedException {
    HttpResponse<String> answer =
        client.send(
            HttpRequest.newBuilder(at).POST(BodyPublishers.ofString(row)).build(),
            BodyHandlers.ofString());
    assertEquals(status, answer.statusCode(), answer.body());
    return new ObjectMapper().readTree(answer.body());
  }

  private static void assertError(JsonNode answer, String part) {
    assertTrue(answer.get("error").asText().contains(part), answer.toString());
    assertFalse(answer.has("log_density"), answer.toString());
  }

  @Test
  void itsProjectAsksForTheModulesAsTheyAreCalledNow() throws IOException {
    String project = Files.readString(EXAMPLES.resolve("pom.xml"));
    String parent = Files.readString(Path.of("../pom.xml"));
    String version = parent.replaceFirst("(?s).*?<version>(.*?)</version>.*", "$1");
    assertTrue(project.contains("<f2d2.version>" + version + "</f2d2.version>"), version);
    for (String module : List.of("f2d2-score", "f2d2-core")) {
      assertTrue(project.contains("<artifactId>" + module + "</artifactId>"), module);
      assertTrue(parent.contains("<module>" + module + "</module>"), module);
    }
  }
}
