package org.f2d2.lab.images;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.f2d2.DensityModel;
import org.f2d2.data.ImageSet;
import org.f2d2.net.ImageArchitecture;
import org.f2d2.objective.TrajectoryRegression;
import org.f2d2.train.Budget;
import org.f2d2.train.ClassifierFit;
import org.f2d2.train.FitListener;
import org.f2d2.train.ImageFitOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageStudyTest {

  private static final ImageFitOptions FIT =
      new ImageFitOptions(
          TrajectoryRegression.METHOD,
          new Budget.Steps(6),
          0,
          1,
          new ImageArchitecture.Convolutional(2, 8, List.of(1, 2), 1, 1, 2),
          16,
          1e-3,
          1e-3,
          0.9,
          20,
          false);

  private static final ImageStudy.Options OPTIONS =
      new ImageStudy.Options(12, 70, 4, 30, new ClassifierFit.Options(60, 32, 1e-2));

  @TempDir private Path folder;

  /** Bright to the left or to the right, which is the class. */
  private static ImageSet sides(int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    byte[] pixels = new byte[count * 64];
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      labels[i] = random.nextInt(2);
      for (int p = 0; p < 64; p++) {
        pixels[i * 64 + p] =
            (byte) ((p % 8 < 4 ? 0 : 1) == labels[i] ? 100 + random.nextInt(100) : 0);
      }
    }
    return new ImageSet(1, 8, 8, 256, pixels, labels);
  }

  @Test
  void measuresAndDoesNotMeasureTwice() throws Exception {
    ImageSet training = sides(250, 1);
    byte[] noise = new byte[40 * 64];
    new SplittableRandom(5).nextBytes(noise);
    ImageStudy.Data data =
        new ImageStudy.Data(
            "sides",
            training,
            sides(80, 2),
            "noise",
            Optional.of(new ImageSet(1, 8, 8, 256, noise, new int[0])));
    try (DensityModel model =
        DensityModel.fit(training, FIT, folder.resolve("model"), false, FitListener.SILENT)) {
      Path kept = folder.resolve("study");
      ImageStudy.Found found = new ImageStudy(model, data, OPTIONS, kept, FitListener.SILENT).run();
      check(found);
      Path exact = kept.resolve("exact.json");
      FileTime old = FileTime.fromMillis(1_000_000_000_000L);
      Files.setLastModifiedTime(exact, old);
      ImageStudy.Found again = new ImageStudy(model, data, OPTIONS, kept, FitListener.SILENT).run();
      assertEquals(old, Files.getLastModifiedTime(exact));
      assertArrayEquals(found.results().likelihood().exact(), again.results().likelihood().exact());
      assertEquals(found.results().quality(), again.results().quality());
      assertEquals(found.results().detection(), again.results().detection());
    }
  }

  private static void check(ImageStudy.Found found) throws Exception {
    ImageResults r = found.results();
    ObjectMapper json = new ObjectMapper();
    ImageResults read = json.readValue(json.writeValueAsBytes(r), ImageResults.class);
    assertEquals(r.quality(), read.quality());
    assertEquals(r.detection(), read.detection());
    ImageResults.Likelihood l = r.likelihood();
    assertEquals(12, l.images());
    assertEquals(l.teacher(), l.modelTerm() + l.derivativeTerm(), 1e-9);
    for (int k : ImageStudy.EVALUATIONS) {
      assertEquals(1, l.few().stream().filter(f -> f.calibrated() && f.evaluations() == k).count());
    }
    for (ImageResults.Few f : l.few()) {
      assertEquals(f.mean() - l.teacher(), f.difference(), 1e-9);
      assertTrue(f.meanAbsoluteError() >= Math.abs(f.difference()) - 1e-9);
    }
    // Teacher, and three kinds of sample for each of 1, 2, 4 and 8 evaluations.
    assertEquals(13, r.quality().size());
    ImageResults.Quality guided =
        r.quality().stream()
            .filter(q -> q.source().equals("guided") && q.evaluations() == 4)
            .findFirst()
            .orElseThrow();
    assertEquals(5, guided.forward());
    assertEquals(1, guided.backward());
    assertTrue(r.realQuality().frechet() < r.quality().get(0).frechet());
    assertTrue(r.classifierAccuracy() > 0.9);
    assertEquals(5, r.guidance().size());
    assertEquals(0, r.guidance().get(0).learningRate());
    ImageResults.Detection detection = r.detection().get(0);
    assertEquals(30, detection.images());
    assertTrue(detection.scores().get(0).auroc() > 0.9, "noise is told by its density");
    assertEquals(3, found.pictures().scored().size());
    assertTrue(found.pictures().grids().size() >= 7);
  }
}
