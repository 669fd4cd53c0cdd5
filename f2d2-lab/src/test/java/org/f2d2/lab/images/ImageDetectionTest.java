package org.f2d2.lab.images;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ImageDetectionTest {

  private static final int COUNT = 400;

  /** Images whose three figures are normal around a centre. */
  private static ImageDetection.Figures around(
      double bits, double base, double noise, double spread, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] b = new double[COUNT];
    double[] g = new double[COUNT];
    double[] z = new double[COUNT];
    for (int i = 0; i < COUNT; i++) {
      double common = random.nextGaussian();
      b[i] = bits + spread * common;
      g[i] = base + spread * (common + 0.1 * random.nextGaussian());
      z[i] = noise + 0.01 * random.nextGaussian();
    }
    return new ImageDetection.Figures(b, g, z);
  }

  private static double auroc(List<ImageResults.Score> scores, int which) {
    return scores.get(which).auroc();
  }

  private static List<ImageResults.Score> scores(ImageDetection.Figures other) {
    return ImageDetection.scores(around(3, 4, 1, 0.5, 1), around(3, 4, 1, 0.5, 2), other);
  }

  @Test
  void imagesOfTheSameKindAreNotTold() {
    for (ImageResults.Score s : scores(around(3, 4, 1, 0.5, 3))) {
      assertEquals(0.5, s.auroc(), 0.08, s.name());
    }
  }

  @Test
  void aHigherDensityIsNoSignButAnUnusualOneIs() {
    List<ImageResults.Score> scores = scores(around(0.5, 1.5, 1, 0.1, 3));
    assertTrue(auroc(scores, 0) < 0.01, "low density");
    assertTrue(auroc(scores, 1) < 0.01, "low density of the base");
    assertTrue(auroc(scores, 3) > 0.99, "far from the usual");
    assertTrue(auroc(scores, 4) > 0.99, "all figures together");
  }

  @Test
  void theDensityBesideTheBaseTellsWhatBothAloneDoNot() {
    // As likely under the model as any, but the base makes much less of it.
    List<ImageResults.Score> scores = scores(around(3, 3, 1, 0.5, 3));
    assertEquals(0.5, auroc(scores, 0), 0.08);
    assertTrue(auroc(scores, 2) > 0.99);
    assertTrue(auroc(scores, 4) > 0.99, "the figures are correlated, and this breaks it");
  }

  @Test
  void theSizeOfTheNoiseCounts() {
    List<ImageResults.Score> scores = scores(around(3, 4, 1.2, 0.5, 3));
    assertEquals(0.5, auroc(scores, 0), 0.08);
    assertTrue(auroc(scores, 4) > 0.99);
  }
}
