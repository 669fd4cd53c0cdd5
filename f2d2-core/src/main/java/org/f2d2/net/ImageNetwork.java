package org.f2d2.net;

import java.util.List;
import org.f2d2.tensor.Tensor;

/**
 * A network for points that are images, written over {@link Operations}.
 *
 * <p>Its outputs are one for each pixel, or one for the image, or both.
 */
abstract sealed class ImageNetwork implements Network permits UNet, DiffusionTransformer {

  /** Images of a pass: what they leave behind stays in the processor's cache. */
  private static final int ROWS_AT_A_TIME = 32;

  private final ImageFormat image;
  private final Conditioning conditioning;
  private final int outputs;
  private final Parameters parameters;

  /**
   * Over some parameters.
   *
   * @param conditioning what it knows beside the image
   * @param field whether there are outputs in the shape of the image
   * @param pooled whether there is one more
   */
  ImageNetwork(
      ImageFormat image,
      Conditioning conditioning,
      boolean field,
      boolean pooled,
      Parameters parameters) {
    this.image = image;
    this.conditioning = conditioning;
    this.outputs = (field ? image.dimensions() : 0) + (pooled ? 1 : 0);
    this.parameters = parameters;
  }

  /**
   * The outputs.
   *
   * @param images the pixels of the points, [n, channels, height, width]
   * @param e what {@link Conditioning} makes of times and conditions
   * @return [n, outputs]
   */
  abstract <T> T forward(Operations<T> o, T images, T e);

  private <T> T ofPoints(Operations<T> o, T x, T s, T t) {
    int d = image.dimensions();
    T pixels = conditions() == 0 ? x : o.narrow(x, 1, 0, d);
    T images = o.reshape(pixels, o.shape(x)[0], image.channels(), image.height(), image.width());
    return forward(o, images, conditioning.of(o, parameters, x, d, s, t));
  }

  /** x Wᵀ + b with the parameters of a name. */
  final <T> T linear(Operations<T> o, T x, String name) {
    return o.linear(x, parameters.get(name + ".weight"), parameters.get(name + ".bias"));
  }

  @Override
  public final int dimensions() {
    return image.dimensions() + conditions();
  }

  @Override
  public final int conditions() {
    return conditioning.conditions();
  }

  @Override
  public final int outputs() {
    return outputs;
  }

  @Override
  public final Parameters parameters() {
    return parameters;
  }

  @Override
  public final int rowsAtATime() {
    return ROWS_AT_A_TIME;
  }

  @Override
  public final Tensor forward(Tensor x, Tensor s, Tensor t) {
    Tape.generally(parameters);
    return ofPoints(new OnValues(), x, s, t);
  }

  @Override
  public final Along forwardAlong(Tensor x, Tensor s, Tensor t, List<Direction> directions) {
    Tape.generally(parameters);
    return Along.of(directions, x, s, t, this::ofPoints);
  }

  @Override
  public final List<Query.Answer> answer(List<Query> queries) {
    return queries.stream().map(q -> q.answer(this)).toList();
  }
}
