package org.f2d2.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;
import org.junit.jupiter.api.Test;

class ImageClassifierTest {

  private static final ImageClassifier.Architecture SMALL =
      new ImageClassifier.Architecture(new ImageFormat(2, 5, 6), 4, 3, 7);

  /** With random numbers everywhere, so that the last layer is not zero. */
  private static ImageClassifier stirred() {
    ImageClassifier classifier = ImageClassifier.random(SMALL, DType.FLOAT64, new Rng(1));
    Tensor flat = classifier.parameters().flat();
    flat.addInPlace(new Rng(2).normal(DType.FLOAT64, flat.shape()), 0.2);
    return classifier;
  }

  @Test
  void eachImageHasItsOwnLogitsAndFeatures() {
    try (Scope scope = Scope.open()) {
      ImageClassifier classifier = stirred();
      Tensor x = new Rng(3).normal(DType.FLOAT64, 4, 60);
      assertArrayEquals(new long[] {4, 3}, classifier.logits(x).shape());
      assertArrayEquals(new long[] {4, 7}, classifier.features(x).shape());
      double[] together = classifier.logits(x).toDoubles();
      for (int r = 0; r < 4; r++) {
        assertArrayEquals(
            Arrays.copyOfRange(together, 3 * r, 3 * r + 3),
            classifier.logits(x.rows(r, r + 1)).toDoubles(),
            1e-12);
      }
    }
  }

  @Test
  void logitsAreLinearInTheFeatures() {
    try (Scope scope = Scope.open()) {
      ImageClassifier classifier = stirred();
      Tensor x = new Rng(4).normal(DType.FLOAT64, 2, 60);
      Tensor weight = classifier.parameters().get("output.weight");
      Tensor bias = classifier.parameters().get("output.bias");
      assertArrayEquals(
          classifier.features(x).matmul(weight.transpose()).add(bias).toDoubles(),
          classifier.logits(x).toDoubles(),
          1e-12);
    }
  }

  @Test
  void classesAreEquallyLikelyAtFirst() {
    try (Scope scope = Scope.open()) {
      ImageClassifier classifier = ImageClassifier.random(SMALL, DType.FLOAT32, new Rng(5));
      Tensor x = new Rng(6).normal(DType.FLOAT32, 2, 60);
      assertArrayEquals(new double[6], classifier.logits(x).toDoubles());
    }
  }

  @Test
  void brokenPixelsStayInTheirImage() {
    try (Scope scope = Scope.open()) {
      ImageClassifier classifier = stirred();
      double[] pixels = new Rng(7).normal(DType.FLOAT64, 2, 60).toDoubles();
      pixels[70] = Double.NaN;
      double[] logits = classifier.logits(Tensor.of(pixels, 2, 60)).toDoubles();
      assertTrue(Arrays.stream(logits, 0, 3).allMatch(Double::isFinite));
      assertTrue(Arrays.stream(logits, 3, 6).allMatch(Double::isNaN));
    }
  }

  @Test
  void theTapeGivesTheGradientOfTheGeneralWay() {
    try (Scope scope = Scope.open()) {
      ImageClassifier classifier = stirred();
      Parameters parameters = classifier.parameters();
      Tensor x = new Rng(8).normal(DType.FLOAT64, 3, 60);
      List<Tensor> general =
          Autograd.grad(classifier.logits(x).square().sum(), parameters.variables());
      try (Tape tape = Tape.open(parameters)) {
        Tensor gradient = tape.gradient(classifier.logits(x).square().sum());
        double[] expected = parameters.flatten(general).toDoubles();
        assertArrayEquals(expected, gradient.toDoubles(), 1e-10);
        assertFalse(Arrays.stream(expected).allMatch(g -> g == 0));
      }
    }
  }

  @Test
  void storedNumbersGiveTheSameClassifier() {
    try (Scope scope = Scope.open()) {
      ImageClassifier classifier = stirred();
      Parameters copy =
          Parameters.over(ImageClassifier.entries(SMALL), classifier.parameters().flat().copy());
      Tensor x = new Rng(9).normal(DType.FLOAT64, 2, 60);
      double[] expected = classifier.logits(x).toDoubles();
      assertArrayEquals(expected, ImageClassifier.of(SMALL, copy).logits(x).toDoubles());
      assertArrayEquals(expected, classifier.with(copy).logits(x).toDoubles());
      assertEquals(SMALL, classifier.with(copy).architecture());
      ImageClassifier.Architecture usual = ImageClassifier.Architecture.of(SMALL.image(), 3);
      assertEquals(new ImageClassifier.Architecture(SMALL.image(), 16, 3, 64), usual);
    }
  }

  @Test
  void whatDoesNotFitIsRefused() {
    ImageFormat image = SMALL.image();
    assertThrows(
        IllegalArgumentException.class, () -> new ImageClassifier.Architecture(image, 3, 3, 7));
    assertThrows(
        IllegalArgumentException.class, () -> new ImageClassifier.Architecture(image, 0, 3, 7));
    assertThrows(
        IllegalArgumentException.class, () -> new ImageClassifier.Architecture(image, 4, 1, 7));
    assertThrows(
        IllegalArgumentException.class, () -> new ImageClassifier.Architecture(image, 4, 3, 0));
    try (Scope scope = Scope.open()) {
      ImageClassifier classifier = stirred();
      Tensor narrow = Tensor.zeros(DType.FLOAT64, 2, 59);
      assertThrows(IllegalArgumentException.class, () -> classifier.logits(narrow));
      ImageClassifier.Architecture other = new ImageClassifier.Architecture(image, 4, 3, 8);
      assertThrows(
          IllegalArgumentException.class, () -> ImageClassifier.of(other, classifier.parameters()));
    }
  }
}
