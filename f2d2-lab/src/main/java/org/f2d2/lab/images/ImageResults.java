package org.f2d2.lab.images;

import java.util.List;

/**
 * What a study of a model of images found.
 *
 * @param data name of the images
 * @param dimensions pixels times colours, d
 * @param trainingImages that the networks saw
 * @param fitSeconds wall time of the fit
 * @param plan of the fit in steps
 * @param likelihood see {@link Likelihood}
 * @param quality see {@link Quality}, one for each kind of sample and number of evaluations
 * @param realQuality the same of other real images in place of samples: what the features allow
 * @param samples how many images each {@link Quality} is measured on
 * @param classifierAccuracy share of test images that the classifier behind the features names
 *     right
 * @param guidance sweep of the step of self-guidance at two jumps
 * @param detection of images of other kinds, each; empty without such images
 */
public record ImageResults(
    String data,
    int dimensions,
    int trainingImages,
    double fitSeconds,
    String plan,
    Likelihood likelihood,
    List<Quality> quality,
    Quality realQuality,
    int samples,
    double classifierAccuracy,
    List<Guidance> guidance,
    List<Detection> detection) {

  /**
   * Log-densities of test images, those of few evaluations against the teacher's.
   *
   * @param images how many test images
   * @param teacher mean bits per dimension
   * @param modelTerm the part of it that is the log-density in model space
   * @param derivativeTerm the part of it that is the derivative of the way there
   * @param standardError of one image's figure over the random probes, mean over images, bits per
   *     dimension
   * @param evaluations passes of the teacher's network for each image
   * @param secondsPerImage wall time of the exact value
   * @param gaussian mean bits per dimension of the Gaussian law that the networks correct
   * @param few one entry for each way and number of evaluations
   * @param exact bits per dimension of each image
   * @param fast bits per dimension of each image by the calibrated way at one evaluation
   */
  public record Likelihood(
      int images,
      double teacher,
      double modelTerm,
      double derivativeTerm,
      double standardError,
      int evaluations,
      double secondsPerImage,
      double gaussian,
      List<Few> few,
      double[] exact,
      double[] fast) {}

  /**
   * One way to a log-density by few evaluations.
   *
   * @param head {@code divergence} or {@code logDensityHead}
   * @param calibrated whether it is the one that the model answers with
   * @param evaluations k; a log-density head spends one, whatever k is
   * @param mean bits per dimension
   * @param difference mean minus the teacher's
   * @param meanAbsoluteError of an image, bits per dimension
   * @param pearson correlation with the teacher's
   * @param coverage share of images within the stated 95 % bound; NaN where none is stated
   * @param bound half width of that bound, bits per dimension
   * @param secondsPerImage wall time in batches
   */
  public record Few(
      String head,
      boolean calibrated,
      int evaluations,
      double mean,
      double difference,
      double meanAbsoluteError,
      double pearson,
      double coverage,
      double bound,
      double secondsPerImage) {}

  /**
   * Samples against test images on the features of a classifier.
   *
   * @param source {@code teacher}, {@code velocity} for the flow map before it learned the
   *     divergence, {@code joint} or {@code guided}
   * @param evaluations k; of the teacher its solver's steps
   * @param forward passes of the network for each image
   * @param backward passes back through it
   * @param frechet Fréchet distance on the classifier's features; smaller is better
   * @param precision share of samples that lie among the real images
   * @param recall share of real images that lie among the samples
   */
  public record Quality(
      String source,
      int evaluations,
      int forward,
      int backward,
      double frechet,
      double precision,
      double recall) {}

  /**
   * Self-guidance with one step.
   *
   * @param learningRate displacement of each coordinate of the noise; 0 for none
   * @param quality of the samples
   * @param bits mean bits per dimension of the samples under the model, by one evaluation
   */
  public record Guidance(double learningRate, Quality quality, double bits) {}

  /**
   * Telling images of another kind.
   *
   * @param other name of the other images
   * @param images of each kind
   * @param otherBits mean bits per dimension of the other images by one evaluation
   * @param scores area under the ROC curve of each score
   */
  public record Detection(String other, int images, double otherBits, List<Score> scores) {}

  /**
   * One score.
   *
   * @param name what is taken as a sign of another kind
   * @param auroc area under the curve; 0.5 is chance
   */
  public record Score(String name, double auroc) {}
}
