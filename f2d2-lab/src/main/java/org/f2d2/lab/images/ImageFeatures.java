package org.f2d2.lab.images;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.f2d2.data.ImageSet;
import org.f2d2.error.F2d2Exception;
import org.f2d2.net.ImageClassifier;
import org.f2d2.net.ImageFormat;
import org.f2d2.net.Parameters;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Safetensors;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;
import org.f2d2.train.ClassifierFit;
import org.f2d2.train.FitListener;
import org.f2d2.train.WorkerPool;

/**
 * Features of images that sets of images are compared by: those of a classifier that was trained on
 * the classes of the training images.
 *
 * <p>Distances on them compare only with each other. They are not those of the network of natural
 * images that published figures use.
 */
final class ImageFeatures {

  private static final int SEED = 1;
  private static final String WEIGHTS = "flat";

  private final ImageClassifier classifier;
  private final WorkerPool pool;

  private ImageFeatures(ImageClassifier classifier, WorkerPool pool) {
    this.classifier = classifier;
    this.pool = pool;
  }

  /**
   * Trains the classifier, or reads it from a file where it was trained before.
   *
   * @throws F2d2Exception if the images have no classes
   */
  static ImageFeatures of(
      ImageSet training,
      ClassifierFit.Options options,
      Path file,
      WorkerPool pool,
      FitListener listener) {
    if (!training.labelled()) {
      throw new F2d2Exception("features of a classifier need images with classes");
    }
    int classes = Arrays.stream(training.labels()).max().orElseThrow() + 1;
    ImageFormat format = new ImageFormat(training.channels(), training.height(), training.width());
    ImageClassifier.Architecture architecture = ImageClassifier.Architecture.of(format, classes);
    if (Files.exists(file)) {
      ImageClassifier shape = ImageClassifier.random(architecture, DType.FLOAT32, new Rng(SEED));
      Parameters p = shape.parameters();
      Tensor flat = Safetensors.read(file).tensor(WEIGHTS, DType.FLOAT32, p.count());
      return new ImageFeatures(shape.with(Parameters.over(p.entries(), flat)), pool);
    }
    try (Scope scope = Scope.open()) {
      ImageClassifier classifier =
          ClassifierFit.fit(
              pixels(training),
              training.labels(),
              architecture,
              options,
              new Rng(SEED),
              pool,
              listener);
      if (!listener.stopRequested()) {
        Safetensors.write(file, Map.of(WEIGHTS, classifier.parameters().flat().detach()), Map.of());
      }
      return new ImageFeatures(classifier, pool);
    }
  }

  /** Share of images whose class it names right. */
  double accuracy(ImageSet images) {
    try (Scope scope = Scope.open()) {
      return ClassifierFit.accuracy(classifier, pixels(images), images.labels(), pool);
    }
  }

  /** Features of images, row-major. */
  double[] of(ImageSet images) {
    try (Scope scope = Scope.open()) {
      return ClassifierFit.features(classifier, pixels(images), pool);
    }
  }

  /** How many features an image has. */
  int count() {
    return classifier.architecture().features();
  }

  /** Levels on [-1, 1], [n, d]. */
  private static Tensor pixels(ImageSet images) {
    int[] levels = images.levelsOf(0, images.count());
    float[] values = new float[levels.length];
    for (int i = 0; i < levels.length; i++) {
      values[i] = 2f * levels[i] / (images.levels() - 1) - 1;
    }
    return Tensor.of(values, images.count(), images.dimensions());
  }
}
