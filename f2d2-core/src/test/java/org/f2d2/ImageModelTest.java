package org.f2d2;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.f2d2.data.ImageSet;
import org.f2d2.error.F2d2Exception;
import org.f2d2.flow.NetworkVelocity;
import org.f2d2.net.ImageArchitecture;
import org.f2d2.net.Parameters;
import org.f2d2.objective.TrajectoryRegression;
import org.f2d2.score.Nfe;
import org.f2d2.score.Scores;
import org.f2d2.train.Budget;
import org.f2d2.train.FitListener;
import org.f2d2.train.FittedFlow;
import org.f2d2.train.ImageFitOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageModelTest {

  @TempDir private static Path folder;
  private static ImageSet images;
  private static DensityModel model;

  @BeforeAll
  static void fit() {
    images = blobs(300, 1);
    model = DensityModel.fit(images, OPTIONS, folder.resolve("model"), false, FitListener.SILENT);
  }

  @AfterAll
  static void close() {
    model.close();
  }

  private static final ImageFitOptions OPTIONS =
      new ImageFitOptions(
          TrajectoryRegression.METHOD,
          new Budget.Steps(8),
          0,
          1,
          new ImageArchitecture.Convolutional(2, 8, List.of(1, 2), 1, 1, 2),
          16,
          1e-3,
          1e-3,
          0.9,
          30,
          false);

  /** A bright square somewhere on a dark ground, 8 x 8 pixels. */
  private static ImageSet blobs(int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    byte[] pixels = new byte[count * 64];
    for (int i = 0; i < count; i++) {
      int top = random.nextInt(5);
      int left = random.nextInt(5);
      for (int y = 0; y < 8; y++) {
        for (int x = 0; x < 8; x++) {
          boolean inside = y >= top && y < top + 4 && x >= left && x < left + 4;
          pixels[i * 64 + y * 8 + x] = (byte) (inside ? 150 + random.nextInt(60) : 0);
        }
      }
    }
    return new ImageSet(1, 8, 8, 256, pixels, new int[0]);
  }

  @Test
  void theScoreOfAnImageDoesNotDependOnItsCompany() {
    Scores all = model.score(images.range(0, 40), Nfe.ONE);
    Scores one = model.score(images.range(7, 8), Nfe.ONE);
    assertEquals(all.logDensity()[7], one.logDensity()[0], 1e-3);
    assertEquals(
        model.domain().encode(images.range(0, 40)).logAbsDeterminant()[7],
        model.domain().encode(images.range(7, 8)).logAbsDeterminant()[0],
        1e-12);
    Scores exact = model.score(images.range(0, 30), Nfe.EXACT);
    Scores exactAlone = model.score(images.range(7, 8), Nfe.EXACT);
    double within = 64 * 0.1;
    assertEquals(exact.logDensity()[7], exactAlone.logDensity()[0], within);
  }

  @Test
  void bitsAndNatsSayTheSame() {
    Scores scores = model.score(images.range(0, 5), new Nfe.Jumps(2));
    for (int i = 0; i < 5; i++) {
      double bits = -scores.logDensity()[i] / (64 * Math.log(2));
      assertEquals(bits, model.domain().figuresOf(scores.logDensity()[i])[0], 1e-9);
      assertTrue(scores.errorBound()[i] > 0);
      assertTrue(scores.pValue()[i] >= 0 && scores.pValue()[i] <= 1);
    }
  }

  @Test
  void imagesLikeTheTrainingImagesAreLikelierThanNoise() {
    byte[] noise = new byte[20 * 64];
    new SplittableRandom(3).nextBytes(noise);
    ImageSet strange = new ImageSet(1, 8, 8, 256, noise, new int[0]);
    double known = mean(model.score(blobs(20, 9), Nfe.EXACT));
    assertTrue(known > mean(model.score(strange, Nfe.EXACT)) + 100);
  }

  private static double mean(Scores scores) {
    double sum = 0;
    for (double l : scores.logDensity()) {
      sum += l / scores.logDensity().length;
    }
    return sum;
  }

  @Test
  void aStoredModelAnswersTheSame() {
    Path copy = folder.resolve("copy");
    model.save(copy);
    try (DensityModel read = DensityModel.load(copy)) {
      for (Nfe nfe : List.of(Nfe.ONE, new Nfe.Jumps(4), Nfe.EXACT)) {
        assertArrayEquals(
            model.score(images.range(0, 6), nfe).logDensity(),
            read.score(images.range(0, 6), nfe).logDensity());
      }
      assertEquals(
          model.sample(3, SampleOptions.DEFAULT).images(),
          read.sample(3, SampleOptions.DEFAULT).images());
      assertEquals(model.fitted().provenance(), read.fitted().provenance());
    }
  }

  @Test
  void samplesHaveTheFormatOfTheTrainingImagesAndCountTheirCalls() {
    Samples plain = model.sample(60, new SampleOptions(new Nfe.Jumps(2), false, true, 1));
    assertEquals(60, plain.images().count());
    assertEquals(8, plain.images().height());
    assertEquals(60, plain.logDensity().length);
    assertEquals(0, plain.backwardEvaluations());
    Samples guided = model.sample(5, new SampleOptions(new Nfe.Jumps(2), true, false, 1));
    assertEquals(3, guided.forwardEvaluations());
    assertEquals(1, guided.backwardEvaluations());
    Samples exact = model.sample(5, new SampleOptions(Nfe.EXACT, false, false, 1));
    assertTrue(exact.forwardEvaluations() >= 7);
  }

  @Test
  void theJumpsOfThreeMapsOfTheSameNoiseGoToSimilarImages() {
    Samples few = model.sample(20, new SampleOptions(new Nfe.Jumps(8), false, false, 1));
    Samples exact = model.sample(20, new SampleOptions(Nfe.EXACT, false, false, 1));
    Samples other = model.sample(20, new SampleOptions(Nfe.EXACT, false, false, 2));
    assertTrue(distance(few, exact) < 0.7 * distance(exact, other));
  }

  private static double distance(Samples a, Samples b) {
    double sum = 0;
    for (int i = 0; i < 20; i++) {
      for (int p = 0; p < 64; p++) {
        sum += Math.pow(a.images().level(i, p) - b.images().level(i, p), 2);
      }
    }
    return Math.sqrt(sum);
  }

  @Test
  void anEvaluationComparesWithTheExactValues() {
    Evaluation evaluation = model.evaluate(images.range(0, 20), List.of(1, 8));
    assertEquals(20, evaluation.rows());
    assertEquals(64, evaluation.dimensions());
    assertEquals(List.of(1, 8), List.copyOf(evaluation.few().keySet()));
    assertEquals(20, evaluation.exact().length, "an exact value for each image");
  }

  /** A teacher whose velocities are so large that no solver gets through its flow. */
  private static DensityModel unsolvable() {
    FittedFlow f = model.fitted();
    NetworkVelocity tame = f.teacher().orElseThrow();
    Parameters wild = tame.network().parameters().copy();
    wild.flat().detach().copyInPlace(wild.flat().detach().mul(1e15));
    NetworkVelocity teacher = new NetworkVelocity(tame.network().with(wild), tame.base());
    return DensityModel.of(
        new FittedFlow(
            f.domain(),
            Optional.of(teacher),
            f.student(),
            f.others(),
            f.logDensityHead(),
            f.support(),
            f.calibration(),
            f.curves(),
            f.provenance()));
  }

  @Test
  void anImageWithoutAnExactValueHasAnErrorAndTheSmallestPValue() {
    try (DensityModel wild = unsolvable()) {
      Scores scores = wild.score(images.range(0, 3), Nfe.EXACT);
      double smallest = wild.fitted().calibration().exact().reference().smallestPValue();
      for (int i = 0; i < 3; i++) {
        assertTrue(Double.isNaN(scores.logDensity()[i]));
        assertTrue(Double.isNaN(scores.errorBound()[i]));
        assertEquals(smallest, scores.pValue()[i]);
        assertTrue(scores.failures().get(i).contains("too far from the data"));
      }
      assertEquals(Map.of(), wild.score(images.range(0, 3), Nfe.ONE).failures());
      F2d2Exception e =
          assertThrows(F2d2Exception.class, () -> wild.evaluate(images.range(0, 3), List.of(1)));
      assertTrue(e.getMessage().startsWith("none of the images"), e.getMessage());
    }
  }

  @Test
  void wrongRequestsAreRefusedInOneLine() {
    ImageSet wide = new ImageSet(1, 4, 16, 256, new byte[64], new int[0]);
    assertThrows(F2d2Exception.class, () -> model.score(wide, Nfe.ONE));
    assertThrows(F2d2Exception.class, () -> model.score(images, new Nfe.Jumps(3)));
    assertThrows(F2d2Exception.class, () -> model.sample(0, SampleOptions.DEFAULT));
    assertThrows(F2d2Exception.class, () -> DensityModel.load(folder));
    assertThrows(
        F2d2Exception.class,
        () ->
            DensityModel.fit(
                blobs(300, 2), OPTIONS, folder.resolve("model"), true, FitListener.SILENT));
  }

  @Test
  void aDamagedDescriptionIsRefusedInOneLine() throws Exception {
    Path damaged = folder.resolve("damaged");
    model.save(damaged);
    Path file = damaged.resolve("images.json");
    String whole = Files.readString(file);
    for (String bad :
        List.of(
            whole.replaceFirst("\"version\"\\s*:\\s*2\\s*,", ""),
            whole.replaceFirst("(\"version\"\\s*:\\s*)2", "$199"),
            whole.replaceFirst("(\"version\"\\s*:\\s*)2", "$10"),
            whole.replaceFirst("\"files\"", "\"file\""),
            whole.replaceFirst("(\"weights\"\\s*:\\s*\")", "$1../"),
            whole.replaceFirst("(\"sha256\"\\s*:\\s*\")[0-9a-f]", "$1x"),
            whole.replaceFirst("(\"height\"\\s*:\\s*)\\d+", "$12000000000"),
            whole.replaceFirst("(\"features\"\\s*:\\s*)\\d+", "$180000"),
            whole.replaceFirst("\"calibration\"", "\"calibrations\""),
            whole.replaceFirst("(\"potential\"\\s*:\\s*)true", "$1false"))) {
      assertFalse(bad.equals(whole));
      Files.writeString(file, bad);
      F2d2Exception e = assertThrows(F2d2Exception.class, () -> DensityModel.load(damaged));
      String message = String.valueOf(e.getMessage());
      assertTrue(message.startsWith(damaged.toString()), message);
      assertEquals(1, message.lines().count(), message);
    }
  }

  @Test
  void aFinishedFitLeavesNoCheckpoint() throws Exception {
    try (var files = Files.list(folder.resolve("model"))) {
      assertEquals(2, files.filter(file -> !file.getFileName().toString().startsWith(".")).count());
    }
    try (DensityModel again =
        DensityModel.fit(images, OPTIONS, folder.resolve("model"), true, FitListener.SILENT)) {
      assertEquals(model.fitted().provenance(), again.fitted().provenance());
    }
  }
}
