package org.f2d2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.f2d2.data.IdxFile;
import org.f2d2.data.ImageSet;
import org.f2d2.score.Nfe;
import org.f2d2.score.Scores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A model directory that an earlier build wrote is still read, and still says what it said. The
 * file {@code scores.csv} beside the model was written by the same build.
 */
class GoldenModelTest {

  /** What another processor's kernels may change. */
  private static final double ROUNDING = 1e-3;

  /** The same in nats per image where an adaptive solver may take other steps. */
  private static final double SOLVED = 0.5;

  private static Path golden(int version) throws URISyntaxException {
    return golden("v" + version, "model.json");
  }

  private static Path golden(String name, String description) throws URISyntaxException {
    String file = "golden-" + name + "/" + description;
    return Path.of(Objects.requireNonNull(GoldenModelTest.class.getResource(file)).toURI())
        .getParent();
  }

  /** Version 2 has kernels, a column of levels with their excess, and a constant column. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void aModelOfEachFormatVersionStillScoresTheSame(int version)
      throws IOException, URISyntaxException {
    List<String> lines = Files.readAllLines(golden(version).resolve("scores.csv"));
    try (DensityModel model = DensityModel.load(golden(version))) {
      int d = model.columns().size();
      assertEquals(String.join(",", model.columns()) + ",nfe,log_density", lines.get(0));
      for (String line : lines.subList(1, lines.size())) {
        String[] cells = line.split(",", -1);
        double[] row = Arrays.stream(cells).limit(d).mapToDouble(Double::parseDouble).toArray();
        Scores scores = model.score(row, Nfe.parse(cells[d]));
        assertEquals(Double.parseDouble(cells[d + 1]), scores.logDensity()[0], ROUNDING, line);
        assertTrue(scores.pValue()[0] > 0 && scores.pValue()[0] <= 1, line);
      }
    }
  }

  /**
   * Version 1 is a U-Net with a log-density head, version 2 a transformer of images given their
   * class.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void aModelOfImagesOfEachFormatVersionStillScoresTheSame(int version)
      throws IOException, URISyntaxException {
    Path directory = golden("images-v" + version, "images.json");
    Path labels = directory.resolve("labels.idx");
    ImageSet images = IdxFile.read(directory.resolve("images.idx"));
    images = Files.exists(labels) ? IdxFile.read(directory.resolve("images.idx"), labels) : images;
    List<String> lines = Files.readAllLines(directory.resolve("scores.csv"));
    assertEquals("image,nfe,log_density", lines.get(0));
    try (DensityModel model = DensityModel.load(directory)) {
      for (String line : lines.subList(1, lines.size())) {
        String[] cells = line.split(",", -1);
        int i = Integer.parseInt(cells[0]);
        Scores scores = model.score(images.range(i, i + 1), Nfe.parse(cells[1]));
        double within = cells[1].equals("exact") ? SOLVED : ROUNDING;
        assertEquals(Double.parseDouble(cells[2]), scores.logDensity()[0], within, line);
        assertTrue(scores.pValue()[0] > 0 && scores.pValue()[0] <= 1, line);
      }
    }
  }

  @Test
  void samplesOfTheModelAreInTheUnitsOfItsColumns() throws URISyntaxException {
    try (DensityModel model = DensityModel.load(golden(1))) {
      Samples samples = model.sample(500, new SampleOptions(new Nfe.Jumps(4), false, true, 1));
      int whole = 0;
      for (int r = 0; r < 500; r++) {
        double count = samples.rows()[3 * r + 2];
        whole += count == Math.rint(count) ? 1 : 0;
      }
      assertEquals(500, whole, "the third column holds whole numbers");
      double[] again = model.score(samples.rows(), new Nfe.Jumps(4)).logDensity();
      for (int r = 0; r < 500; r++) {
        assertEquals(again[r], samples.logDensity()[r], 1e-9);
      }
    }
  }
}
