package org.f2d2.train;

import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.f2d2.net.ImageClassifier;
import org.f2d2.net.Parameters;
import org.f2d2.objective.Objective;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;

/**
 * Trains an {@link ImageClassifier} on images in memory, and asks a trained one about many.
 *
 * <p>The loss is the cross entropy, the mean over rows of -log p(label), in nats.
 */
public final class ClassifierFit {

  /**
   * Options.
   *
   * @param steps at least 1
   * @param batch rows of a step over all workers, at least 1
   * @param learningRate largest of a {@link Schedule} that warms up and falls to zero
   */
  public record Options(int steps, int batch, double learningRate) {

    /** Enough for a set of tens of thousands of small images, in minutes on two cores. */
    public static final Options DEFAULT = new Options(6000, 64, 2e-2);

    /** Checks the numbers. */
    public Options {
      if (steps < 1 || batch < 1 || !(learningRate > 0)) {
        throw new IllegalArgumentException(
            "a classifier needs steps >= 1, batch >= 1 and a positive learning rate: "
                + steps
                + ", "
                + batch
                + ", "
                + learningRate);
      }
    }

    private TrainingRun.Options run() {
      return new TrainingRun.Options(
          batch,
          new Schedule(learningRate, Math.min(100, steps / 10), steps, 0),
          Optimizer.Options.DEFAULT,
          1,
          0.99);
    }
  }

  /** Images that go through a classifier at a time where nothing is trained. */
  private static final int BLOCK = 128;

  private ClassifierFit() {}

  /**
   * Trains a classifier.
   *
   * @param images [n, d] in 32 bits, finite, on the scale that {@link ImageClassifier} names
   * @param labels n of them, from 0 to classes - 1
   * @param rng of the first weights and of all batches, which are drawn with replacement
   * @param pool shares the rows of each step; the result depends on its size
   * @param listener hears of each step; where it asks for a stop the fit ends early, with what it
   *     has
   * @return the averaged weights, which outlive every scope
   * @throws IllegalArgumentException if images and labels do not fit together or the architecture
   * @throws ArithmeticException if the loss is not finite in many steps in a row
   */
  public static ImageClassifier fit(
      Tensor images,
      int[] labels,
      ImageClassifier.Architecture architecture,
      Options options,
      Rng rng,
      WorkerPool pool,
      FitListener listener) {
    requireLabels(images, labels, architecture);
    if (!images.allFinite()) {
      throw new IllegalArgumentException("a pixel is NaN or infinite");
    }
    try (Scope scope = Scope.open()) {
      ImageClassifier classifier =
          ImageClassifier.random(architecture, DType.FLOAT32, rng.derive(0));
      TrainingRun run = new TrainingRun(classifier.parameters(), options.run(), rng.derive(1));
      Objective loss = crossEntropy(classifier, images, labels);
      listener.stage("classifier", options.steps());
      double mean = 0;
      while (run.step() < options.steps() && !listener.stopRequested()) {
        double now = run.advance(loss, pool);
        // Over all steps at first, so that the start does not linger.
        mean += Double.isFinite(now) ? (now - mean) / Math.min(run.step(), 100) : 0;
        listener.step(run.step(), mean);
      }
      Parameters average = run.average().outliveScopes();
      return classifier.with(average);
    }
  }

  /**
   * The mean of -log p(label) over rows drawn with replacement, in nats.
   *
   * @param images [n, d]
   * @param labels n of them, from 0 to classes - 1
   */
  static Objective crossEntropy(ImageClassifier classifier, Tensor images, int[] labels) {
    Tensor label = Tensor.of(Arrays.stream(labels).asLongStream().toArray(), labels.length);
    Tensor indicators = Tensor.eye(classifier.architecture().classes(), images.type());
    return (rows, rng) -> {
      Tensor drawn = rng.integers(labels.length, rows);
      Tensor logits = classifier.logits(images.rows(drawn));
      Tensor own = logits.mul(indicators.rows(label.rows(drawn))).sumKeep(1);
      return logits.logSumExpKeep(1).sub(own).mean();
    };
  }

  /**
   * The share of images whose likeliest class is their label.
   *
   * @param images [n, d] with n at least 1
   * @param labels n of them, from 0 to classes - 1
   * @param pool shares the images; the result does not depend on its size
   * @return in [0, 1]; a tie counts as a miss, and so does an image with NaN
   * @throws IllegalArgumentException if images and labels do not fit together or the classifier
   */
  public static double accuracy(
      ImageClassifier classifier, Tensor images, int[] labels, WorkerPool pool) {
    requireLabels(images, labels, classifier.architecture());
    int classes = classifier.architecture().classes();
    double[] logits = inBlocks(classifier::logits, classes, images, pool);
    int hits = 0;
    for (int i = 0; i < labels.length; i++) {
      double own = logits[i * classes + labels[i]];
      boolean hit = true;
      for (int c = 0; c < classes; c++) {
        hit &= c == labels[i] || own > logits[i * classes + c];
      }
      hits += hit ? 1 : 0;
    }
    return hits / (double) labels.length;
  }

  /**
   * The features of many images, for distances between sets of images.
   *
   * @param images [n, d]
   * @param pool shares the images; the result does not depend on its size
   * @return row-major, n rows of the architecture's features
   */
  public static double[] features(ImageClassifier classifier, Tensor images, WorkerPool pool) {
    return inBlocks(classifier::features, classifier.architecture().features(), images, pool);
  }

  /** What a function of rows makes of each, row-major, without a record for derivatives. */
  private static double[] inBlocks(
      UnaryOperator<Tensor> function, int width, Tensor images, WorkerPool pool) {
    int n = Math.toIntExact(images.size(0));
    int blocks = (n + BLOCK - 1) / BLOCK;
    double[] all = new double[Math.multiplyExact(n, width)];
    int workers = Math.max(1, Math.min(pool.size(), blocks));
    pool.map(
        workers,
        w -> {
          for (int b = w; b < blocks; b += workers) {
            int start = b * BLOCK;
            try (Scope scope = Scope.open()) {
              Tensor rows = images.rows(start, Math.min(n, start + BLOCK));
              double[] own = Autograd.noGrad(() -> function.apply(rows)).toDoubles();
              System.arraycopy(own, 0, all, start * width, own.length);
            }
          }
          return w;
        });
    return all;
  }

  private static void requireLabels(
      Tensor images, int[] labels, ImageClassifier.Architecture architecture) {
    images.requireColumns(architecture.image().dimensions());
    if (labels.length == 0 || images.size(0) != labels.length) {
      throw new IllegalArgumentException(
          labels.length + " labels for " + images.size(0) + " images");
    }
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] < 0 || labels[i] >= architecture.classes()) {
        throw new IllegalArgumentException(
            "label " + i + " is " + labels[i] + " of " + architecture.classes() + " classes");
      }
    }
  }
}
