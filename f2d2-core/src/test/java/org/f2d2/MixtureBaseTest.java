package org.f2d2;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.f2d2.data.Table;
import org.f2d2.error.F2d2Exception;
import org.f2d2.score.Nfe;
import org.f2d2.train.Budget;
import org.f2d2.train.FitListener;
import org.f2d2.train.FitOptions;
import org.f2d2.train.StudentOptions;
import org.f2d2.train.TeacherOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A fit that starts from a mixture of Gaussians, as a model in memory and on disk. */
class MixtureBaseTest {

  private static final int ROWS = 2000;

  /** Two narrow groups: far from one Gaussian, and hard for few steps of a small network. */
  private static Table table() {
    SplittableRandom random = new SplittableRandom(1);
    double[] values = new double[2 * ROWS];
    for (int r = 0; r < ROWS; r++) {
      double side = random.nextInt(4) == 0 ? -1 : 1;
      values[2 * r] = side + 0.2 * random.nextGaussian();
      values[2 * r + 1] = 2 * side + 0.4 * random.nextGaussian();
    }
    return Table.of(List.of("a", "b"), values);
  }

  /** What the rows of the left group have as log-density at its centre. */
  private static final double AT_CENTRE = Math.log(0.25 / (2 * Math.PI * 0.2 * 0.4));

  private static final FitOptions OPTIONS =
      FitOptions.DEFAULT
          .with(new Budget.Steps(60))
          .withWorkers(2)
          .with(new TeacherOptions(16, 2, 64, 1e-5, -1, 0.999, 32, 0, 8))
          .with(new StudentOptions(16, 2, 64, 1e-5, 0.999, true, true, -1, 0, 0, false));

  private static DensityModel fit() {
    return DensityModel.fit(table(), OPTIONS, FitListener.SILENT);
  }

  @Test
  void isChosenAndKeptByTheModelDirectory(@TempDir Path directory) throws IOException {
    double[] rows = {-1, -2, 1, 2, 0.98, 2.1, 0, 0};
    try (DensityModel model = fit()) {
      String features = model.card().provenance().features();
      assertTrue(features.contains("over a mixture of Gaussians"), features);
      double[] fast = model.score(rows, Nfe.ONE).logDensity();
      double[] exact = model.score(rows, Nfe.EXACT).logDensity();
      assertEquals(AT_CENTRE, fast[0], 0.3, "one evaluation");
      assertEquals(AT_CENTRE, exact[0], 0.3, "exact");
      model.save(directory);
      try (DensityModel read = DensityModel.load(directory)) {
        assertArrayEquals(fast, read.score(rows, Nfe.ONE).logDensity());
        assertArrayEquals(exact, read.score(rows, Nfe.EXACT).logDensity());
      }
    }
    try (Stream<Path> files = Files.list(directory)) {
      Path mixture =
          files.filter(f -> f.getFileName().toString().startsWith("mixture-")).findFirst().get();
      Files.delete(mixture);
      F2d2Exception e = assertThrows(F2d2Exception.class, () -> DensityModel.load(directory));
      assertTrue(e.getMessage().startsWith(mixture.toString()), e.getMessage());
    }
  }
}
