package org.f2d2.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.f2d2.data.IdxFile;
import org.f2d2.data.ImageSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models of images on the command line. */
class ImageCommandsTest {

  @TempDir private Path folder;

  /** Bright to one side, 8 x 8 pixels. */
  private static ImageSet sides(int count) {
    SplittableRandom random = new SplittableRandom(count);
    byte[] pixels = new byte[count * 64];
    for (int i = 0; i < count; i++) {
      boolean left = random.nextBoolean();
      for (int p = 0; p < 64; p++) {
        pixels[i * 64 + p] = (byte) (p % 8 < 4 == left ? 100 + random.nextInt(100) : 0);
      }
    }
    return new ImageSet(1, 8, 8, 256, pixels, new int[0]);
  }

  @Test
  void fromFitToSamples() throws IOException {
    Path data = folder.resolve("images.idx3-ubyte.gz");
    IdxFile.write(data, sides(120));
    Path model = folder.resolve("model");
    Program.run("fit", data, "--model", model, "--steps", 2, "--workers", 1, "--quiet").succeeded();

    Path few = folder.resolve("few");
    IdxFile.write(few, sides(7));
    List<String> lines = Program.run("score", few, "--model", model).succeeded().lines();
    assertEquals(
        "log_density,log_density_error,p_value,nfe,bits_per_dimension,error", lines.get(0));
    assertEquals(8, lines.size());
    assertEquals("", lines.get(1).split(",")[1], "so few images bound no error");
    String[] cells = lines.get(1).split(",");
    double bits = -Double.parseDouble(cells[0]) / (64 * Math.log(2));
    assertEquals(bits, Double.parseDouble(cells[4]), 1e-6);
    assertTrue(bits > 0 && bits < 8, lines.get(1));

    JsonNode evaluation =
        new ObjectMapper()
            .readTree(
                Program.run("evaluate", few, "--model", model, "--nfe", "1,4", "--json")
                    .succeeded()
                    .out());
    assertEquals(7, evaluation.get("rows").asInt());
    assertEquals(64, evaluation.get("dimensions").asInt());
    assertTrue(evaluation.get("nfe").get("4").get("mean_absolute_error").isNumber());

    Path drawn = folder.resolve("drawn");
    Program.run("sample", "--model", model, "--count", 3, "--guided", "--output", drawn)
        .succeeded();
    assertEquals(3, IdxFile.read(drawn).count());
    assertEquals(8, IdxFile.read(drawn).width());
    Path picture = folder.resolve("drawn.png");
    Program.run("sample", "--model", model, "--count", 12, "--nfe", 1, "--output", picture)
        .succeeded();
    assertEquals(18, javax.imageio.ImageIO.read(picture.toFile()).getHeight());

    Path other = folder.resolve("other");
    Program.run(
            "fit",
            data,
            "--model",
            other,
            "--teacher",
            model,
            "--method",
            "lsd-f2d2",
            "--steps",
            2,
            "--workers",
            1,
            "--quiet")
        .succeeded();
    Program.run(
            "fit",
            data,
            "--model",
            folder.resolve("transformer"),
            "--network",
            "dit",
            "--steps",
            1,
            "--workers",
            1,
            "--quiet")
        .succeeded();
    String stored = Files.readString(folder.resolve("transformer").resolve("images.json"));
    assertTrue(stored.contains("\"transformer\""), "the model is of a transformer");
    assertEquals(
        Program.run("score", few, "--model", model, "--nfe", "exact").succeeded().lines().size(),
        Program.run("score", few, "--model", other, "--nfe", "exact").succeeded().lines().size());
    Program.run("fit", few, "--model", folder.resolve("x"), "--teacher", model, "--quiet")
        .failed(1, "other images");

    Path classes = folder.resolve("classes");
    IdxFile.writeLabels(classes, sides(120).withLabels(new int[120]));
    Program.run(
            "fit",
            data,
            "--labels",
            classes,
            "--model",
            folder.resolve("x"),
            "--teacher",
            model,
            "--quiet")
        .failed(1, "--teacher knows no classes: leave --labels out, or take another");

    refusals(data, model);
  }

  @Test
  void ofImagesGivenTheirClass() throws IOException {
    Path data = folder.resolve("images");
    Path labels = folder.resolve("labels");
    ImageSet images = sides(120);
    int[] classes = new int[120];
    for (int i = 0; i < 120; i++) {
      classes[i] = images.level(i, 0) > 0 ? 1 : 0;
    }
    IdxFile.write(data, labels, images.withLabels(classes));
    Path model = folder.resolve("model");
    Program.run(
            "fit",
            data,
            "--labels",
            labels,
            "--model",
            model,
            "--steps",
            2,
            "--workers",
            1,
            "--quiet")
        .succeeded();
    List<String> lines =
        Program.run("score", data, "--labels", labels, "--model", model).succeeded().lines();
    assertEquals(121, lines.size());
    Path swapped = folder.resolve("swapped");
    IdxFile.writeLabels(
        swapped, images.withLabels(java.util.Arrays.stream(classes).map(c -> 1 - c).toArray()));
    assertNotEquals(
        lines,
        Program.run("score", data, "--labels", swapped, "--model", model).succeeded().lines());
    String missing = "--labels must give the classes of the images: the model is one given their";
    Program.run("score", data, "--model", model).failed(1, missing);
    Program.run("evaluate", data, "--model", model, "--quiet").failed(1, missing);
    Program.run("fit", data, "--model", folder.resolve("x"), "--teacher", model, "--quiet")
        .failed(1, "--teacher is of images given their class: give their --labels too");
    classes[7] = 2;
    Path three = folder.resolve("three");
    IdxFile.writeLabels(three, images.withLabels(classes));
    Program.run("score", data, "--labels", three, "--model", model)
        .failed(1, "--labels must be classes of the model, 0 to 1 alone");

    Path drawn = folder.resolve("drawn");
    Path drawnLabels = folder.resolve("drawn-labels");
    Program.run(
            "sample",
            "--model",
            model,
            "--count",
            5,
            "--condition",
            1,
            "--output",
            drawn,
            "--labels",
            drawnLabels)
        .succeeded();
    assertArrayEquals(new int[] {1, 1, 1, 1, 1}, IdxFile.read(drawn, drawnLabels).labels());
    Program.run("sample", "--model", model, "--count", 5, "--condition", 2, "--output", drawn)
        .failed(1, "0 to 1");

    Path rows = Files.writeString(folder.resolve("rows.csv"), "a,b\n1,2\n");
    Program.run("fit", rows, "--labels", labels, "--model", folder.resolve("x"))
        .failed(2, "--labels");
    Path more = folder.resolve("more");
    IdxFile.writeLabels(more, images.withLabels(new int[120]).range(0, 119));
    Program.run("fit", data, "--labels", more, "--model", folder.resolve("x")).failed(1, "119");
  }

  private void refusals(Path data, Path model) throws IOException {
    Program.run("sample", "--model", model, "--count", 3).failed(2, "--output");
    for (String name : List.of("drawn.csv", "drawn.CSV.gz")) {
      Path table = folder.resolve(name);
      Program.run("sample", "--model", model, "--count", 3, "--output", table)
          .failed(2, "images are written as IDX", ".png", name);
      assertFalse(Files.exists(table));
    }
    Program.run(
            "fit", data, "--model", folder.resolve("x"), "--teacher", TinyModel.MODEL, "--quiet")
        .failed(1, "--teacher must be a model of images, not of");
    Program.run("fit", data, "--model", model, "--label", "kind").failed(2, "--method");
    Program.run("fit", data, "--model", model, "--method", "fmm").failed(2, "learns without one");
    Path rows = Files.writeString(folder.resolve("rows.csv"), "a,b\n1,2\n");
    Program.run("fit", rows, "--model", folder.resolve("x"), "--network", "dit")
        .failed(2, "--network is for images");
    Program.run("fit", data, "--model", folder.resolve("x"), "--network", "mlp")
        .failed(2, "known: unet, dit");
    Program.run("score", rows, "--model", model).failed(1, "rows.csv", "IDX");
    Program.run("report", "--model", model).failed(1, "model of images");
    Program.run("score", data, "--model", TinyModel.MODEL).failed(1, "a file of images");
    Program.run("evaluate", data, "--model", TinyModel.MODEL).failed(1, "a file of images");
    Path labels = folder.resolve("labels");
    IdxFile.write(folder.resolve("seven"), labels, sides(7).withLabels(new int[7]));
    Program.run("score", labels, "--model", model).failed(1, "labels");
    Path cut = folder.resolve("cut");
    byte[] bytes = Files.readAllBytes(folder.resolve("few"));
    Files.write(cut, java.util.Arrays.copyOf(bytes, bytes.length - 1));
    Program.run("score", cut, "--model", model).failed(1, "cut");
    IdxFile.write(folder.resolve("large"), new ImageSet(1, 9, 9, 256, new byte[81], new int[0]));
    Program.run("score", folder.resolve("large"), "--model", model).failed(1, "8");
  }
}
