package org.f2d2;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.f2d2.error.F2d2Exception;
import org.f2d2.score.Nfe;
import org.f2d2.store.DescriptionSeal;
import org.f2d2.store.DirectoryLock;
import org.f2d2.tensor.Safetensors;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a model directory survives, and what it refuses with one line. */
class ModelDirectoryTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;
  private Path directory = Path.of("");
  private Path description = Path.of("");

  @BeforeEach
  void save() throws URISyntaxException {
    directory = folder.resolve("model");
    description = directory.resolve("model.json");
    save(golden(), directory);
  }

  static Path golden() throws URISyntaxException {
    return Path.of(
            Objects.requireNonNull(ModelDirectoryTest.class.getResource("golden-v1/model.json"))
                .toURI())
        .getParent();
  }

  private static void save(Path from, Path to) {
    try (DensityModel model = DensityModel.load(from)) {
      model.save(to);
    }
  }

  /** The description without its seal. */
  private ObjectNode json() throws IOException {
    ObjectNode json = (ObjectNode) JSON.readTree(description.toFile());
    json.remove("sha256");
    return json;
  }

  /** Writes a description with a seal that is right, so that something else must be found wrong. */
  private void write(ObjectNode json) throws IOException {
    Files.write(description, DescriptionSeal.put(json));
  }

  private void change(Consumer<ObjectNode> by) throws IOException {
    ObjectNode json = json();
    by.accept(json);
    write(json);
  }

  private String refused() {
    F2d2Exception e = assertThrows(F2d2Exception.class, () -> DensityModel.load(directory));
    String message = String.valueOf(e.getMessage());
    assertTrue(message.startsWith(directory.toString()), message);
    assertEquals(1, message.lines().count(), message);
    return message;
  }

  private void refused(String word) {
    String message = refused();
    assertTrue(message.contains(word), message);
  }

  private Set<String> names() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return new TreeSet<>(files.map(file -> file.getFileName().toString()).toList());
    }
  }

  private String file(String role) throws IOException {
    for (JsonNode stored : json().get("files")) {
      if (stored.get("role").textValue().equals(role)) {
        return stored.get("file").textValue();
      }
    }
    throw new AssertionError("no " + role);
  }

  @Test
  void aSecondSaveLeavesWhatIsNotItsOwn() throws IOException {
    List<String> users =
        List.of(
            "model.json.bak", "mine.weights.safetensors", "teacher-0badcafe.weights.safetensors");
    for (String name : users) {
      Files.writeString(directory.resolve(name), "mine");
    }
    Set<String> before = names();
    save(directory, directory);
    Set<String> after = names();
    assertEquals(before.size(), after.size());
    for (String name : users) {
      assertEquals("mine", Files.readString(directory.resolve(name)));
    }
    before.retainAll(after);
    assertEquals(
        Set.of("model.json", ".f2d2.lock", users.get(0), users.get(1), users.get(2)), before);
  }

  @Test
  void aDescriptionThatNamesOtherFilesDoesNotDeleteThem() throws IOException {
    Path outside =
        Files.writeString(folder.resolve("teacher-0badcafe.weights.safetensors"), "mine");
    Path inside = Files.writeString(directory.resolve("thesis.pdf"), "mine");
    change(
        json -> {
          ((ObjectNode) json.get("student")).put("file", "../" + outside.getFileName());
          ((ObjectNode) json.get("teacher").get(0)).put("file", "thesis.pdf");
        });
    save(goldenUnchecked(), directory);
    assertTrue(Files.exists(outside) && Files.exists(inside));
  }

  private static Path goldenUnchecked() {
    try {
      return golden();
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void whatAKilledSaveHasLeftIsRemovedByTheNext() throws IOException {
    String left = "student-0123abcd.weights.safetensors";
    Files.writeString(directory.resolve(left), "half");
    Path temporary = directory.resolve(".model.json.9b2f4e1c-1c2d-4e5f-8a9b-0c1d2e3f4a5b.tmp");
    Files.writeString(temporary, "half");
    try (DirectoryLock lock = DirectoryLock.hold(directory)) {
      lock.announce(List.of(left, file("student"), "model.json", "../x"));
    }
    assertNotNull(DensityModel.load(directory));
    save(directory, directory);
    assertFalse(names().contains(left));
    assertFalse(Files.exists(temporary));
    assertEquals(5, names().size(), names().toString());
    DensityModel.load(directory).close();
  }

  @Test
  void whatASaveThatWasKilledBeforeItsLastStepHasNotDeletedIsDeletedByTheNext() throws IOException {
    Set<String> old = names();
    Path kept = Files.createDirectory(folder.resolve("kept"));
    for (String name : old) {
      Files.copy(directory.resolve(name), kept.resolve(name));
    }
    List<String> files =
        new ArrayList<>(List.of(file("teacher"), file("student"), file("potential")));
    save(directory, directory);
    // As if the kill had come right behind the new description.
    for (String name : files) {
      Files.copy(kept.resolve(name), directory.resolve(name));
    }
    files.addAll(List.of(file("teacher"), file("student"), file("potential")));
    try (DirectoryLock lock = DirectoryLock.hold(directory)) {
      lock.announce(files);
    }
    save(directory, directory);
    assertEquals(5, names().size(), names().toString());
    DensityModel.load(directory).close();
  }

  @Test
  void aDirectoryThatAnotherFitWritesIntoIsLeftAlone() {
    try (DirectoryLock lock = DirectoryLock.hold(directory)) {
      List<String> messages = new ArrayList<>();
      Thread other =
          new Thread(
              () -> {
                try {
                  save(goldenUnchecked(), directory);
                } catch (F2d2Exception e) {
                  messages.add(String.valueOf(e.getMessage()));
                }
              });
      other.start();
      other.join();
      assertEquals(List.of(directory + ": another fit or save is writing into it"), messages);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Everything that says what the model is must be there, and be what it is. */
  @Test
  void noComponentMayBeMissingNullOrOfAnotherKind() throws IOException {
    ObjectNode whole = json();
    List<String> places = new ArrayList<>();
    components("", whole, places);
    assertTrue(places.size() > 100, places.toString());
    List<String> missed = new ArrayList<>();
    for (String place : places) {
      int at = place.lastIndexOf('/');
      String name = place.substring(at + 1);
      for (int kind = 0; kind < 4; kind++) {
        ObjectNode changed = whole.deepCopy();
        ObjectNode parent = (ObjectNode) changed.at(place.substring(0, at));
        JsonNode value = parent.get(name);
        switch (kind) {
          case 0 -> parent.remove(name);
          case 1 -> parent.putNull(name);
          case 2 -> parent.put(name, value.isTextual() ? "?" : value.asText());
          default -> parent.putArray(name).addObject();
        }
        write(changed);
        try {
          DensityModel.load(directory).close();
          missed.add(kind + place);
        } catch (F2d2Exception e) {
          assertEquals(1, String.valueOf(e.getMessage()).lines().count(), e.getMessage());
        }
      }
    }
    missed.removeIf(ModelDirectoryTest::hasNoBearing);
    assertEquals(List.of(), missed);
  }

  // Free text, and what may be missing since earlier versions had none.
  private static boolean hasNoBearing(String missed) {
    return missed.matches(
        "2/(preprocessing/columns/\\d+/name|curves/\\d+/stage"
            + "|provenance/(dataHash|features|created))|2/provenance/options/condition/column"
            + "|[01]/(autoguided|mixture)|[01]/provenance/options/condition"
            + "|[01].*/architecture/conditions|[01]/provenance/plan/(mixtureTeacherSteps|exactRows|mixtureWork|judgedRows)"
            + "|[01]/provenance/heldOut"
            + "|[01]/preprocessing/whitening/\\d+/floored"
            + "|[01]/provenance/options/(teacher/mixture"
            + "|student/(cycleWeight|determinantWeight|autoguidance))");
  }

  // One entry of the calibration stands for all.
  private static void components(String place, JsonNode node, List<String> places) {
    if (node instanceof ObjectNode object) {
      object
          .properties()
          .forEach(
              e -> {
                if (!place.endsWith("/few") || e.getKey().equals("1")) {
                  if (!place.endsWith("/few")) {
                    places.add(place + "/" + e.getKey());
                  }
                  components(place + "/" + e.getKey(), e.getValue(), places);
                }
              });
    } else if (node instanceof ArrayNode array && array.size() > 0 && array.get(0).isObject()) {
      components(place + "/0", array.get(0), places);
    }
  }

  @Test
  void aVersionThatIsNotKnown() throws IOException {
    for (int version : new int[] {0, -1, 3, 99}) {
      change(json -> json.put("version", version));
      refused("format version " + version);
    }
    change(json -> json.put("version", "2"));
    refused("version");
    change(json -> json.put("version", 2).remove("files"));
    refused("the list of its files is missing");
  }

  @Test
  void whatIsUnknownTwiceOrTooLarge() throws IOException {
    String whole = Files.readString(description);
    for (String bad :
        List.of(
            whole.replaceFirst("\\{", "{\"more\":1,"),
            whole.replaceFirst("\\{", "{\"version\":2,"),
            whole + "{}",
            whole.replaceFirst("(\"median\"\\s*:\\s*)[^,]+", "$11e999"),
            whole.replaceFirst("(\"depth\"\\s*:\\s*)\\d+", "$12147483647"),
            whole.replaceFirst("(\"width\"\\s*:\\s*)\\d+", "$12147483647"),
            whole.replaceFirst("(\"frequencies\"\\s*:\\s*)\\d+", "$11073741832"),
            whole.replaceFirst("(\"harmonics\"\\s*:\\s*)\\d+", "$12147483647"),
            whole.replace("\"dimensions\" : 3", "\"dimensions\" : 2147483647"),
            "[".repeat(100_000),
            "null",
            "")) {
      assertFalse(bad.equals(whole));
      Files.writeString(description, bad);
      refused();
      if (bad.matches("(?s).*(\"more\"|2147483647|1073741824).*")) {
        change(json -> {});
        assertFalse(refused().contains("SHA-256"), bad);
      }
    }
  }

  @Test
  void aDigitThatHasChangedAndASealThatIsLost() throws IOException {
    String whole = Files.readString(description);
    for (String key : List.of("median", "sd", "eigenvalues", "divergenceScale", "half-width")) {
      String changed = whole.replaceFirst("(\"" + key + "\"\\s*:[\\s\\[]*-?\\d+\\.)", "$11");
      assertFalse(changed.equals(whole), key);
      Files.writeString(description, changed);
      refused("is not what was saved: its SHA-256 is another");
    }
    JSON.writeValue(description.toFile(), json());
    refused("its SHA-256 is missing");
    ObjectNode first = (ObjectNode) JSON.readTree(whole);
    JSON.writeValue(description.toFile(), first.put("version", 1));
    refused("SHA-256");
    Files.writeString(description, whole.replaceAll("\\s*\n\\s*", "\n "));
    DensityModel.load(directory).close();
  }

  @Test
  void partsThatDoNotBelongTogether() throws IOException {
    change(json -> ((ArrayNode) json.get("preprocessing").get("columns")).remove(0));
    refused("whitening");
    save(goldenUnchecked(), directory);
    change(
        json -> {
          ((ArrayNode) json.get("preprocessing").get("columns")).remove(0);
          ((ArrayNode) json.get("preprocessing").get("whitening")).removeAll();
        });
    refused("columns");
    save(goldenUnchecked(), directory);
    change(json -> ((ArrayNode) json.get("potential")).removeAll());
    refused("a head that is not there");
    save(goldenUnchecked(), directory);
    change(json -> ((ArrayNode) json.get("teacher")).removeAll());
    refused("the teacher is listed, and nothing says what it is");
  }

  @Test
  void aFileThatIsNotTheOneThatWasSaved() throws IOException, URISyntaxException {
    // The weights of another save are in order, and still not those of this model.
    Path student = directory.resolve(file("student"));
    try (Scope scope = Scope.open()) {
      Safetensors.Contents contents = Safetensors.read(student);
      Map<String, Tensor> tensors = new java.util.LinkedHashMap<>(contents.tensors());
      tensors.computeIfPresent("output.bias", (name, tensor) -> tensor.add(1));
      Safetensors.write(student, tensors, contents.metadata());
    }
    refused("SHA-256");
    save(golden(), directory);
    change(
        json -> {
          String one = json.get("teacher").get(0).get("file").textValue();
          ((ObjectNode) json.get("student")).put("file", one);
        });
    refused("holds the teacher, not the student");
    save(golden(), directory);
    change(json -> ((ObjectNode) json.get("student")).put("file", "nowhere.safetensors"));
    refused("there is no such file");
  }

  @Test
  void aNameThatLeadsOutOfTheDirectory() throws IOException {
    String name = file("student");
    Path outside = folder.resolve(name);
    Files.move(directory.resolve(name), outside);
    for (String path : List.of("../" + name, outside.toString())) {
      change(json -> ((ObjectNode) json.get("student")).put("file", path));
      refused("is not the name of a file");
    }
    change(json -> ((ObjectNode) json.get("student")).put("file", name));
    Files.createSymbolicLink(directory.resolve(name), outside);
    refused("is a link out of its directory");
    Files.delete(directory.resolve(name));
    Files.createDirectory(directory.resolve(name));
    refused("is not a regular file");
  }

  @Test
  void aModelOfTheFirstVersionSavedAgainAnswersTheSame() throws URISyntaxException {
    double[] row = {0.1, 0.5, 3};
    try (DensityModel first = DensityModel.load(golden());
        DensityModel second = DensityModel.load(directory)) {
      assertArrayEquals(
          first.score(row, Nfe.ONE).logDensity(), second.score(row, Nfe.ONE).logDensity());
      assertEquals(first.fitted().provenance(), second.fitted().provenance());
    }
  }

  /** Saves two models in turn until it is killed. */
  static final class Saver {
    private Saver() {}

    public static void main(String[] args) {
      DensityModel one = DensityModel.load(Path.of(args[0]));
      DensityModel two = DensityModel.load(Path.of(args[1]));
      for (; ; ) {
        one.save(Path.of(args[2]));
        two.save(Path.of(args[2]));
      }
    }
  }

  private Process saver(Path other) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Saver.class.getName(),
            goldenUnchecked().toString(),
            other.toString(),
            directory.toString())
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("saver.log").toFile())
        .start();
  }

  @Test
  void aReaderGetsOneWholeModelWhileOthersAreSavedAndTheWriterIsKilled() throws Exception {
    Path other = folder.resolve("other");
    save(golden(), other);
    ObjectNode changed = (ObjectNode) JSON.readTree(other.resolve("model.json").toFile());
    ((ObjectNode) changed.get("provenance")).put("seconds", 2.0);
    changed.remove("sha256");
    Files.write(other.resolve("model.json"), DescriptionSeal.put(changed));
    double first = json().get("provenance").get("seconds").doubleValue();
    for (int kill = 0; kill < 6; kill++) {
      byte[] before = Files.readAllBytes(description);
      Process saver = saver(other);
      try {
        while (saver.isAlive()
            && java.util.Arrays.equals(before, Files.readAllBytes(description))) {
          Thread.sleep(1);
        }
        for (int i = 0; i < 10; i++) {
          loaded(first);
        }
        // Any step of a save may be the last.
        Thread.sleep(7L * kill);
        assertTrue(saver.isAlive(), Files.readString(folder.resolve("saver.log")));
      } finally {
        saver.destroyForcibly().waitFor();
      }
      loaded(first);
    }
    save(golden(), directory);
    assertEquals(5, names().size(), names().toString());
  }

  private void loaded(double first) {
    try (DensityModel model = DensityModel.load(directory)) {
      double seconds = model.card().provenance().seconds();
      assertTrue(seconds == first || seconds == 2, "seconds " + seconds);
    }
  }
}
