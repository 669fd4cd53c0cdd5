package org.f2d2.net;

import java.util.ArrayList;
import java.util.List;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Images;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Tensor;

/**
 * A small convolutional network that says of which class an image is, and whose last features serve
 * as coordinates in which images are compared.
 *
 * <pre>
 *   h = silu( conv(x) )                          c channels
 *   h = silu( norm( conv(h) ) )                  2c channels, half the side
 *   h = silu( norm( conv(h) ) )                  4c channels, a quarter of the side
 *   features = silu( linear( mean of h over places ) )
 *   logits   = linear( features )
 * </pre>
 *
 * <p>Kernels are 3 × 3. Pixels are expected in [-1, 1]; others are not refused, but training is
 * slower the further they are from that scale. NaN in an image makes its own outputs NaN and no
 * others, since the normalisation is of each image alone.
 */
public final class ImageClassifier {

  /** Of each normalisation. */
  private static final int GROUPS = 4;

  /**
   * Shape of the network.
   *
   * @param image what a row is
   * @param channels of the first convolution, c, an even number
   * @param classes at least 2
   * @param features of the last layer but one, at least 1
   */
  public record Architecture(ImageFormat image, int channels, int classes, int features) {

    /** Checks the sizes. */
    public Architecture {
      if (channels < 2 || channels % 2 != 0 || classes < 2 || features < 1) {
        throw new IllegalArgumentException(
            "a classifier needs an even number of channels, two classes and a feature, got "
                + channels
                + ", "
                + classes
                + " and "
                + features);
      }
    }

    /** 16 channels and 64 features: for small images of about ten classes. */
    public static Architecture of(ImageFormat image, int classes) {
      return new Architecture(image, 16, classes, 64);
    }

    List<Parameters.Entry> entries() {
      List<Parameters.Entry> entries = new ArrayList<>();
      convolution(entries, "first", image.channels(), channels);
      convolution(entries, "second", channels, 2 * channels);
      norm(entries, "second", 2 * channels);
      convolution(entries, "third", 2 * channels, 4 * channels);
      norm(entries, "third", 4 * channels);
      linear(entries, "features", 4 * channels, features);
      linear(entries, "output", features, classes);
      return entries;
    }

    private static void convolution(List<Parameters.Entry> entries, String name, int in, int out) {
      entries.add(Parameters.Entry.of(name + ".weight", out, in, 3, 3));
      entries.add(Parameters.Entry.of(name + ".bias", out));
    }

    private static void norm(List<Parameters.Entry> entries, String name, int channels) {
      entries.add(Parameters.Entry.of(name + ".norm.scale", channels));
      entries.add(Parameters.Entry.of(name + ".norm.shift", channels));
    }

    private static void linear(List<Parameters.Entry> entries, String name, int in, int out) {
      entries.add(Parameters.Entry.of(name + ".weight", out, in));
      entries.add(Parameters.Entry.of(name + ".bias", out));
    }
  }

  private final Architecture architecture;
  private final Parameters parameters;

  private ImageClassifier(Architecture architecture, Parameters parameters) {
    this.architecture = architecture;
    this.parameters = parameters;
  }

  /**
   * A classifier with random weights, normal with variance 1/(inputs); the last layer is zero, so
   * that all classes are equally likely at first. Call outside any scope that is shorter than its
   * life.
   */
  public static ImageClassifier random(Architecture architecture, DType type, Rng rng) {
    return new ImageClassifier(architecture, Parameters.random(architecture.entries(), type, rng));
  }

  /**
   * A classifier over stored numbers.
   *
   * @throws IllegalArgumentException if their entries are not those of the architecture
   */
  public static ImageClassifier of(Architecture architecture, Parameters parameters) {
    parameters.requireEntries(architecture.entries());
    return new ImageClassifier(architecture, parameters);
  }

  /** Names and shapes of the parameters of an architecture. */
  public static List<Parameters.Entry> entries(Architecture architecture) {
    return architecture.entries();
  }

  /** Shape of the network. */
  public Architecture architecture() {
    return architecture;
  }

  /** All weights and biases. */
  public Parameters parameters() {
    return parameters;
  }

  /**
   * The same network over other numbers.
   *
   * @throws IllegalArgumentException if their entries are not those of the architecture
   */
  public ImageClassifier with(Parameters other) {
    return of(architecture, other);
  }

  /**
   * The logarithm of the probability of each class, up to a number of each row's own.
   *
   * @param x [n, d], images as {@link ImageFormat} lays them out, in the parameters' type
   * @return [n, classes]
   * @throws IllegalArgumentException if rows have another length than an image
   */
  public Tensor logits(Tensor x) {
    return linear(features(x), "output");
  }

  /**
   * The last layer but one.
   *
   * @param x [n, d], images as {@link ImageFormat} lays them out, in the parameters' type
   * @return [n, features]
   * @throws IllegalArgumentException if rows have another length than an image
   */
  public Tensor features(Tensor x) {
    Tape.generally(parameters);
    ImageFormat image = architecture.image();
    Tensor h = image.images(x.requireColumns(image.dimensions()));
    h = convolve(h, "first", 1).silu();
    h = norm(convolve(h, "second", 2), "second").silu();
    h = norm(convolve(h, "third", 2), "third").silu();
    Tensor places = h.reshape(h.size(0), h.size(1), h.size(2) * h.size(3));
    return linear(places.meanKeep(2).reshape(h.size(0), h.size(1)), "features").silu();
  }

  private Tensor linear(Tensor x, String name) {
    return x.linear(parameters.get(name + ".weight"), parameters.get(name + ".bias"));
  }

  private Tensor norm(Tensor x, String name) {
    return Images.groupNorm(
        x, GROUPS, parameters.get(name + ".norm.scale"), parameters.get(name + ".norm.shift"));
  }

  private Tensor convolve(Tensor x, String name, int stride) {
    return Images.convolve(
        x, parameters.get(name + ".weight"), parameters.get(name + ".bias"), stride);
  }
}
