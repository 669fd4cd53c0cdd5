package org.f2d2.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.f2d2.net.ImageClassifier;
import org.f2d2.net.ImageFormat;
import org.f2d2.net.Parameters;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;
import org.junit.jupiter.api.Test;

/** Classifiers of images whose left or right half is bright. */
class ClassifierFitTest {

  private static final ImageClassifier.Architecture SMALL =
      new ImageClassifier.Architecture(new ImageFormat(1, 8, 8), 4, 2, 8);

  private record Halves(Tensor images, int[] labels) {

    static Halves draw(int n, long seed) {
      float[] pixels = new Rng(seed).normal(DType.FLOAT32, n, 64).mul(0.3).toFloats();
      int[] labels = new int[n];
      for (int i = 0; i < n; i++) {
        labels[i] = i % 2;
        for (int p = 0; p < 64; p++) {
          pixels[64 * i + p] += (p % 8 < 4) == (i % 2 == 0) ? 0.5f : -0.5f;
        }
      }
      return new Halves(Tensor.of(pixels, n, 64), labels);
    }
  }

  private static ImageClassifier fit(
      Halves halves, int steps, WorkerPool pool, FitListener listener) {
    return ClassifierFit.fit(
        halves.images(),
        halves.labels(),
        SMALL,
        new ClassifierFit.Options(steps, 32, 1e-2),
        new Rng(1),
        pool,
        listener);
  }

  @Test
  void halvesAreToldApart() {
    List<Double> losses = new ArrayList<>();
    FitListener listener =
        new FitListener() {
          @Override
          public void step(long step, double loss) {
            losses.add(loss);
          }
        };
    try (WorkerPool pool = new WorkerPool(2);
        Scope scope = Scope.open()) {
      ImageClassifier classifier = fit(Halves.draw(400, 1), 120, pool, listener);
      Halves fresh = Halves.draw(300, 2);
      double accuracy = ClassifierFit.accuracy(classifier, fresh.images(), fresh.labels(), pool);
      assertTrue(accuracy > 0.95, "accuracy " + accuracy);
      assertEquals(120, losses.size());
      assertEquals(Math.log(2), losses.get(0), 1e-6, "two equally likely classes");
      assertTrue(losses.get(119) < 0.4, "loss " + losses.get(119));
    }
  }

  @Test
  void theLossIsMinusTheLogOfTheProbabilityOfTheLabel() {
    try (Scope scope = Scope.open()) {
      Parameters parameters = Parameters.zeros(ImageClassifier.entries(SMALL), DType.FLOAT64);
      // Zero weights leave the biases: logits 1 and -1000, whatever the image.
      parameters.get("output.bias").detach().copyInPlace(Tensor.of(new double[] {1, -1000}, 2));
      ImageClassifier classifier = ImageClassifier.of(SMALL, parameters);
      Tensor images = Tensor.zeros(DType.FLOAT64, 2, 64);
      assertEquals(0, loss(classifier, images, new int[] {0, 0}), 1e-12);
      assertEquals(1001, loss(classifier, images, new int[] {1, 1}), 1e-12);
      double mixed = loss(classifier, images, new int[] {0, 1}) / 1001 * 64;
      assertEquals(Math.rint(mixed), mixed, 1e-9, "a mean over 64 rows");
      assertTrue(mixed > 0 && mixed < 64, "both rows are drawn");
    }
  }

  private static double loss(ImageClassifier classifier, Tensor images, int[] labels) {
    return ClassifierFit.crossEntropy(classifier, images, labels).loss(64, new Rng(3)).item();
  }

  @Test
  void aSeedGivesTheSameWeightsOutsideTheScopeOfTheFit() {
    Halves halves = Halves.draw(50, 3);
    try (WorkerPool pool = new WorkerPool(2)) {
      float[] first = fit(halves, 5, pool, FitListener.SILENT).parameters().flat().toFloats();
      float[] second = fit(halves, 5, pool, FitListener.SILENT).parameters().flat().toFloats();
      assertArrayEquals(first, second);
    }
  }

  @Test
  void aStopEndsTheFitEarly() {
    List<Long> steps = new ArrayList<>();
    FitListener listener =
        new FitListener() {
          @Override
          public boolean stopRequested() {
            return steps.size() == 3;
          }

          @Override
          public void step(long step, double loss) {
            steps.add(step);
          }
        };
    try (WorkerPool pool = new WorkerPool(1)) {
      fit(Halves.draw(50, 3), 1000, pool, listener);
    }
    assertEquals(List.of(1L, 2L, 3L), steps);
  }

  @Test
  void manyImagesAreAnsweredInOrder() {
    try (Scope scope = Scope.open();
        WorkerPool two = new WorkerPool(2)) {
      Halves halves = Halves.draw(300, 4);
      ImageClassifier classifier = ImageClassifier.random(SMALL, DType.FLOAT32, new Rng(5));
      double[] together = classifier.features(halves.images()).toDoubles();
      assertArrayEquals(together, ClassifierFit.features(classifier, halves.images(), two), 1e-5);
      assertEquals(
          0,
          ClassifierFit.accuracy(classifier, halves.images(), halves.labels(), two),
          "equally likely classes are no answer");
    }
  }

  @Test
  void whatDoesNotFitIsRefused() {
    try (Scope scope = Scope.open();
        WorkerPool pool = new WorkerPool(1)) {
      Halves halves = Halves.draw(4, 6);
      int[] few = {0, 1, 0};
      int[] strange = {0, 1, 2, 0};
      int[] negative = {0, 1, -1, 0};
      for (int[] labels : List.of(few, strange, negative)) {
        Halves wrong = new Halves(halves.images(), labels);
        assertThrows(IllegalArgumentException.class, () -> fit(wrong, 1, pool, FitListener.SILENT));
      }
      Halves broken = new Halves(halves.images().mul(Double.NaN), halves.labels());
      assertThrows(IllegalArgumentException.class, () -> fit(broken, 1, pool, FitListener.SILENT));
    }
    assertThrows(IllegalArgumentException.class, () -> new ClassifierFit.Options(0, 1, 1));
    assertThrows(IllegalArgumentException.class, () -> new ClassifierFit.Options(1, 0, 1));
    assertThrows(IllegalArgumentException.class, () -> new ClassifierFit.Options(1, 1, Double.NaN));
  }
}
