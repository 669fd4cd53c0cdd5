package org.f2d2.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.f2d2.DensityModel;
import org.f2d2.data.Batch;
import org.f2d2.data.IdxFile;
import org.f2d2.data.ImageSet;
import org.f2d2.data.TableFile;
import org.f2d2.net.ImageArchitecture;
import org.f2d2.store.DirectoryLock;
import org.f2d2.train.Budget;
import org.f2d2.train.FitChoices;
import org.f2d2.train.FitInterrupted;
import org.f2d2.train.FitListener;
import org.f2d2.train.FitOptions;
import org.f2d2.train.ImageFitOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A fit replaces nothing that the user did not say, and says how it is repeated. */
class FitPlaceTest {

  @TempDir private Path folder;

  private static Program.Run fit(Path model, Object... options) {
    return fitTo(TinyModel.DATA, model, options);
  }

  private static Program.Run fitTo(Path data, Path model, Object... options) {
    List<Object> arguments = new ArrayList<>(List.of("fit", data, "--model", model, "--quiet"));
    arguments.addAll(List.of(options));
    return Program.run(arguments.toArray());
  }

  @Test
  void aModelIsReplacedByForceAlone() throws IOException {
    Path model = TinyModel.copy(folder.resolve("model"));
    byte[] before = Files.readAllBytes(model.resolve("model.json"));
    fit(model, "--steps", 20).failed(1, model.toString(), "holds a model", "--force");
    assertArrayEquals(before, Files.readAllBytes(model.resolve("model.json")));
    Files.writeString(model.resolve("report.html"), "of the old model");
    Files.writeString(model.resolve("notes.html"), "mine");
    fit(model, "--steps", 20, "--force").succeeded();
    assertFalse(java.util.Arrays.equals(before, Files.readAllBytes(model.resolve("model.json"))));
    assertFalse(Files.exists(model.resolve("report.html")));
    assertTrue(Files.exists(model.resolve("notes.html")));
    fit(model, "--steps", 20, "--force", "--resume").failed(2, "--resume", "--force");
  }

  @Test
  void aModelThatIsCompleteStaysWithItsReportWhenItIsResumed() throws IOException {
    Path model = TinyModel.copy(folder.resolve("model"));
    Files.writeString(model.resolve("report.html"), "of this model");
    byte[] before = Files.readAllBytes(model.resolve("model.json"));
    Path data = TinyModel.MORE_DATA;
    fitTo(data, model, "--resume").succeeded();
    fitTo(data, model, "--resume", "--steps", 30).succeeded();
    fitTo(data, model, "--resume", "--steps", 31).failed(1, "begun with another --steps");
    assertArrayEquals(before, Files.readAllBytes(model.resolve("model.json")));
    assertTrue(Files.exists(model.resolve("report.html")));
  }

  private static void interrupt(Path model) {
    FitOptions options = FitOptions.DEFAULT.with(new Budget.Steps(40)).withWorkers(1);
    interrupt(TableFile.read(TinyModel.DATA), options, model, 30);
  }

  private static void interrupt(Batch rows, FitChoices options, Path model, int questions) {
    AtomicInteger asked = new AtomicInteger();
    FitListener listener =
        new FitListener() {
          @Override
          public boolean stopRequested() {
            return asked.incrementAndGet() > questions;
          }
        };
    assertThrows(
        FitInterrupted.class, () -> DensityModel.fit(rows, options, model, false, listener));
  }

  private static void interruptImages(ImageSet images, Path model) {
    ImageFitOptions options =
        ImageFitOptions.DEFAULT.toBuilder()
            .network(new ImageArchitecture.Transformer(4, 8, 1, 2, 1))
            .budget(new Budget.Steps(3))
            .workers(1)
            .build();
    interrupt(images, options, model, 1);
  }

  private static ImageSet images() {
    byte[] pixels = new byte[60 * 64];
    new Random(1).nextBytes(pixels);
    return new ImageSet(1, 8, 8, 256, pixels, new int[0]);
  }

  @Test
  void anUnfinishedFitOfImagesIsGivenUpForATableByForceAlone() throws IOException {
    Path model = folder.resolve("model");
    interruptImages(images(), model);
    byte[] before = Files.readAllBytes(model.resolve("fit.safetensors"));
    String there = model + ": holds an unfinished fit of images, not of a table;";
    fit(model, "--steps", 20).failed(1, there, "another directory", "--force");
    fit(model, "--resume").failed(1, there, "another directory", "--force");
    assertArrayEquals(before, Files.readAllBytes(model.resolve("fit.safetensors")));
    Program.Run run =
        Program.run("fit", TinyModel.DATA, "--model", model, "--steps", 20, "--force").succeeded();
    String told = model + ": holds an unfinished fit of images, which is given up for this one";
    assertTrue(run.err().contains(told), run.err());
    Program.run("score", TinyModel.DATA, "--model", model).succeeded();
  }

  @Test
  void anUnfinishedFitOfATableIsGivenUpForImagesByForceAlone() {
    Path model = folder.resolve("model");
    interrupt(model);
    Path data = folder.resolve("images");
    IdxFile.write(data, images());
    String there = model + ": holds an unfinished fit of a table, not of images;";
    fitTo(data, model).failed(1, there, "another directory", "--force");
    fitTo(data, model, "--resume").failed(1, there, "another directory", "--force");
    fit(model).failed(1, "holds an unfinished fit of a table; --resume goes on with it");
    fitTo(data, model, "--force", "--network", "dit", "--steps", 1, "--workers", 1).succeeded();
    fit(model, "--force").failed(1, "holds a model of images; take another directory");
  }

  @Test
  void anUnfinishedFitIsGoneOnWithOrBegunAnewByNameAlone() {
    Path model = folder.resolve("model");
    interrupt(model);
    fit(model).failed(1, "unfinished fit", "--resume", "--force");
    fit(model, "--resume", "--steps", 50, "--seed", 3, "--workers", 1)
        .failed(1, "begun with another --steps, --seed;", "--force");
    fit(model, "--resume", "--minutes", 3).failed(1, "begun with another --minutes;");
    fit(model, "--resume", "--steps", 40, "--workers", 1).succeeded();
    Path other = folder.resolve("other");
    interrupt(other);
    fit(other, "--force", "--steps", 20).succeeded();
  }

  @Test
  void optionsOfAMethodAreThoseOfTheFitThatGoesOn() throws IOException {
    Path model = folder.resolve("model");
    fit(model, "--steps", 20, "--method", "fmm", "--option", "levels=5")
        .failed(2, "fmm: unknown option levels; there are none");
    fit(model, "--steps", 20, "--method", "lsd", "--option", "diagonal-share=0.3").succeeded();
    assertTrue(Files.readString(model.resolve("model.json")).contains("\"diagonal-share\" : 0.3"));
    fit(model, "--resume", "--option", "diagonal-share=0.3").succeeded();
    fit(model, "--resume", "--method", "lsd").succeeded();
    fit(model, "--resume", "--option", "diagonal-share=0.5")
        .failed(1, "begun with another --option;", "--force");
    fit(model, "--resume", "--option", "levels=5").failed(2, "lsd: unknown option levels");
  }

  @Test
  void aFitThatIsUnderWayIsNotDisturbed() {
    Path model = folder.resolve("model");
    try (DirectoryLock lock = DirectoryLock.hold(model)) {
      fit(model, "--steps", 20).failed(1, model + ": another fit or save is writing into it");
    }
    assertFalse(Files.exists(model));
  }

  @Test
  void theCallThatAFitPrintsRepeatsIt() throws IOException {
    Path first = folder.resolve("first");
    Path second = folder.resolve("second");
    Program.Run run =
        Program.run(
            "fit",
            TinyModel.DATA,
            "--model",
            first,
            "--minutes",
            0.02,
            "--seed",
            3,
            "--workers",
            2);
    run.succeeded();
    Matcher call =
        Pattern.compile("with (--steps \\S+ --seed 3 --workers 2) repeats this fit")
            .matcher(run.err());
    assertTrue(call.find(), run.err());
    fit(second, (Object[]) call.group(1).split(" ")).succeeded();
    assertEquals(hashes(first), hashes(second));
    fit(folder.resolve("third"), "--steps", "teacherSteps=4").failed(1, "steps");
    fit(folder.resolve("third"), "--steps", "teacherSteps=x").failed(2, "teacherSteps=x");
  }

  private static List<String> hashes(Path model) throws IOException {
    List<String> hashes = new ArrayList<>();
    for (JsonNode file :
        new ObjectMapper().readTree(model.resolve("model.json").toFile()).get("files")) {
      hashes.add(file.get("role").textValue() + " " + file.get("sha256").textValue());
    }
    assertEquals(true, hashes.size() >= 3);
    return hashes;
  }
}
