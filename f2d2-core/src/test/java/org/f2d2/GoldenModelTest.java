package org.f2d2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/**
 * A model directory that an earlier build wrote is still read, and still says what it said. The
 * file {@code scores.csv} beside the model was written by the same build.
 */
class GoldenModelTest {

  /** What another processor's kernels may change. */
  private static final double ROUNDING = 1e-3;

  private static Path golden() throws URISyntaxException {
    return Path.of(
            Objects.requireNonNull(GoldenModelTest.class.getResource("golden-v1/model.json"))
                .toURI())
        .getParent();
  }

  @Test
  void theModelOfFormatVersionOneStillScoresTheSame() throws IOException, URISyntaxException {
    List<String> lines = Files.readAllLines(golden().resolve("scores.csv"));
    assertEquals("x,y,count,nfe,log_density", lines.get(0));
    try (DensityModel model = DensityModel.load(golden())) {
      assertEquals(List.of("x", "y", "count"), model.columns());
      for (String line : lines.subList(1, lines.size())) {
        String[] cells = line.split(",", -1);
        double[] row = {
          Double.parseDouble(cells[0]), Double.parseDouble(cells[1]), Double.parseDouble(cells[2])
        };
        Scores scores = model.score(row, Nfe.parse(cells[3]));
        assertEquals(Double.parseDouble(cells[4]), scores.logDensity()[0], ROUNDING, line);
        assertTrue(scores.pValue()[0] > 0 && scores.pValue()[0] <= 1, line);
      }
    }
  }

  @Test
  void samplesOfTheModelAreInTheUnitsOfItsColumns() throws URISyntaxException {
    try (DensityModel model = DensityModel.load(golden())) {
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
