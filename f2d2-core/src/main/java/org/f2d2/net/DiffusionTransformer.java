package org.f2d2.net;

import java.util.ArrayList;
import java.util.List;
import org.f2d2.plain.TimeEmbedding;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;

/**
 * A diffusion transformer (Peebles and Xie, "Scalable Diffusion Models with Transformers", arXiv
 * 2212.09748) for a point that is an image and two times.
 *
 * <p>A square of pixels is one place, with a learned vector added for where it is. With e what
 * {@link Conditioning} makes of times and conditions, and norm without parameters of its own, a
 * block is
 *
 * <pre>
 *   h = h + α₁(e) attention( norm(h) (1 + γ₁(e)) + β₁(e) )
 *   h = h + α₂(e) W₂ gelu( W₁ ( norm(h) (1 + γ₂(e)) + β₂(e) ) )          all α start at zero
 * </pre>
 */
public final class DiffusionTransformer extends ImageNetwork {

  /**
   * Shape of the network.
   *
   * @param image what a point is
   * @param field whether there are outputs in the shape of the image
   * @param pooled whether there is one more output, a {@link PooledHead} on the last features
   * @param patch side of the squares of pixels that are one place
   * @param width features of a place
   * @param depth number of blocks
   * @param heads of the attention, a divisor of {@code width}
   * @param time features of each of the two times
   * @param twoTimes whether the output depends on the target time
   * @param conditions columns of a point after its pixels
   */
  public record Architecture(
      ImageFormat image,
      boolean field,
      boolean pooled,
      int patch,
      int width,
      int depth,
      int heads,
      TimeEmbedding time,
      boolean twoTimes,
      int conditions) {

    /** Checks the sizes. */
    public Architecture {
      if (!(field || pooled) || width < 1 || depth < 1 || conditions < 0) {
        throw new IllegalArgumentException("a transformer needs an output, a width and a depth");
      }
      if (heads < 1 || width % heads != 0) {
        throw new IllegalArgumentException(
            width + " features do not divide into " + heads + " heads");
      }
      image.requireDivisible(patch);
    }

    private Conditioning conditioning() {
      return new Conditioning(time, twoTimes, conditions, width);
    }

    private PooledHead head() {
      return new PooledHead(width, width, width);
    }

    private int pixels() {
      return image.channels() * patch * patch;
    }

    private int places() {
      return image.height() / patch * (image.width() / patch);
    }

    List<Parameters.Entry> entries() {
      List<Parameters.Entry> entries = new ArrayList<>(conditioning().entries());
      linear(entries, "stem", pixels(), width);
      entries.add(Parameters.Entry.of("places.weight", places(), width));
      for (int l = 0; l < depth; l++) {
        linear(entries, l + ".modulation.output", width, 6 * width);
        linear(entries, l + ".attention", width, 3 * width);
        linear(entries, l + ".mixed", width, width);
        linear(entries, l + ".first", width, 4 * width);
        linear(entries, l + ".second", 4 * width, width);
      }
      if (field) {
        linear(entries, "last.modulation.output", width, 2 * width);
        linear(entries, "output", width, pixels());
      }
      if (pooled) {
        entries.addAll(head().entries());
      }
      return entries;
    }

    private static void linear(List<Parameters.Entry> entries, String name, int in, int out) {
      entries.add(Parameters.Entry.of(name + ".weight", out, in));
      entries.add(Parameters.Entry.of(name + ".bias", out));
    }
  }

  private final Architecture architecture;

  private DiffusionTransformer(Architecture architecture, Parameters parameters) {
    super(
        architecture.image(),
        architecture.conditioning(),
        architecture.field(),
        architecture.pooled(),
        parameters);
    this.architecture = architecture;
  }

  /**
   * A network with random weights: normal with variance 1/(inputs); what the conditioning does to a
   * block and the output layers zero, so that every block starts as the identity.
   */
  public static DiffusionTransformer random(Architecture architecture, DType type, Rng rng) {
    return new DiffusionTransformer(
        architecture, Parameters.random(architecture.entries(), type, rng));
  }

  /** A network over stored numbers, whose entries must be those of the architecture. */
  public static DiffusionTransformer of(Architecture architecture, Parameters parameters) {
    parameters.requireEntries(architecture.entries());
    return new DiffusionTransformer(architecture, parameters);
  }

  /** Shape of the network. */
  public Architecture architecture() {
    return architecture;
  }

  /** Names and shapes of the parameters of an architecture. */
  public static List<Parameters.Entry> entries(Architecture architecture) {
    return architecture.entries();
  }

  @Override
  public DiffusionTransformer with(Parameters other) {
    return of(architecture, other);
  }

  @Override
  <T> T forward(Operations<T> o, T images, T e) {
    Architecture a = architecture;
    long n = o.shape(images)[0];
    T squares = o.reshape(o.patches(images, a.patch()), n, a.pixels(), a.places());
    T h = linear(o, o.permute(squares, 0, 2, 1), "stem");
    h = o.addConstant(h, parameters().get("places.weight"));
    for (int l = 0; l < a.depth(); l++) {
      h = block(o, h, e, l);
    }
    return outputs(o, h, e);
  }

  private <T> T outputs(Operations<T> o, T h, T e) {
    Architecture a = architecture;
    if (!a.field()) {
      return a.head().of(o, parameters(), h, e);
    }
    long n = o.shape(h)[0];
    T pixels = linear(o, modulated(o, h, modulation(o, e, "last", 2), 0), "output");
    T squares =
        o.reshape(
            o.permute(pixels, 0, 2, 1),
            n,
            a.pixels(),
            a.image().height() / a.patch(),
            a.image().width() / a.patch());
    T field = o.reshape(o.fromPatches(squares, a.patch()), n, a.image().dimensions());
    return a.pooled() ? o.cat(1, field, a.head().of(o, parameters(), h, e)) : field;
  }

  private <T> T block(Operations<T> o, T h, T e, int l) {
    int c = architecture.width();
    T m = modulation(o, e, Integer.toString(l), 6);
    T mixed =
        SelfAttention.of(
            o,
            modulated(o, h, m, 0),
            architecture.heads(),
            parameters().get(l + ".attention.weight"),
            parameters().get(l + ".attention.bias"));
    T after = o.addProduct(h, linear(o, mixed, l + ".mixed"), o.narrow(m, 2, 2L * c, c));
    T inner = o.gelu(linear(o, modulated(o, after, m, 3), l + ".first"));
    return o.addProduct(after, linear(o, inner, l + ".second"), o.narrow(m, 2, 5L * c, c));
  }

  private <T> T modulation(Operations<T> o, T e, String name, int parts) {
    T all = linear(o, e, name + ".modulation.output");
    return o.reshape(all, o.shape(e)[0], 1, (long) parts * architecture.width());
  }

  /** norm(h) (1 + γ) + β with γ and β the parts {@code first} and {@code first + 1} of m. */
  private <T> T modulated(Operations<T> o, T h, T m, int first) {
    long c = architecture.width();
    T normed = o.layerNorm(h);
    T shifted = o.add(normed, o.narrow(m, 2, (first + 1) * c, c));
    return o.addProduct(shifted, normed, o.narrow(m, 2, first * c, c));
  }
}
