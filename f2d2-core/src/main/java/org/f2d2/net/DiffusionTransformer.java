package org.f2d2.net;

import java.util.ArrayList;
import java.util.List;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Images;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Tensor;

/**
 * A diffusion transformer (Peebles and Xie, "Scalable Diffusion Models with Transformers", arXiv
 * 2212.09748) for a point that is an image and two times.
 *
 * <p>A square of pixels is one place, with a learned vector added for where it is. With e what
 * {@link ImageConditioning} makes of times and conditions, and norm without parameters of its own,
 * a block is
 *
 * <pre>
 *   h = h + α₁(e) attention( norm(h) (1 + γ₁(e)) + β₁(e) )
 *   h = h + α₂(e) W₂ gelu( W₁ ( norm(h) (1 + γ₂(e)) + β₂(e) ) )          all α start at zero
 * </pre>
 */
public final class DiffusionTransformer implements Network {

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

    private ImageConditioning conditioning() {
      return new ImageConditioning(time, twoTimes, conditions, width);
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

  private static final double NORM_EPSILON = 1e-6;

  private final Architecture architecture;
  private final Parameters parameters;

  private DiffusionTransformer(Architecture architecture, Parameters parameters) {
    this.architecture = architecture;
    this.parameters = parameters;
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
  public int dimensions() {
    return architecture.image().dimensions() + architecture.conditions();
  }

  @Override
  public int conditions() {
    return architecture.conditions();
  }

  @Override
  public int outputs() {
    return (architecture.field() ? architecture.image().dimensions() : 0)
        + (architecture.pooled() ? 1 : 0);
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }

  @Override
  public int rowsAtATime() {
    return 32;
  }

  @Override
  public DiffusionTransformer with(Parameters other) {
    return of(architecture, other);
  }

  @Override
  public Tensor forward(Tensor x, Tensor s, Tensor t) {
    Tape.generally(parameters);
    Architecture a = architecture;
    long n = x.size(0);
    Tensor e = a.conditioning().of(parameters, s, t, a.image().conditions(x));
    Tensor pixels =
        Images.patches(a.image().images(x), a.patch())
            .reshape(n, a.pixels(), a.places())
            .swap(1, 2);
    Tensor h = linear(pixels, "stem").add(parameters.get("places.weight"));
    for (int l = 0; l < a.depth(); l++) {
      h = block(h, e, l);
    }
    return outputs(h, e);
  }

  private Tensor outputs(Tensor h, Tensor e) {
    Architecture a = architecture;
    long n = h.size(0);
    List<Tensor> outputs = new ArrayList<>();
    if (a.field()) {
      Tensor m = linear(e, "last.modulation.output").unsqueeze(1);
      Tensor pixels = linear(modulated(h, m, 0), "output").swap(1, 2);
      Tensor squares =
          pixels.reshape(
              n, a.pixels(), a.image().height() / a.patch(), a.image().width() / a.patch());
      outputs.add(Images.fromPatches(squares, a.patch()).reshape(n, a.image().dimensions()));
    }
    if (a.pooled()) {
      outputs.add(a.head().of(parameters, h, e));
    }
    return outputs.size() == 1 ? outputs.get(0) : Tensor.cat(1, outputs);
  }

  private Tensor block(Tensor h, Tensor e, int l) {
    int c = architecture.width();
    Tensor m = linear(e, l + ".modulation.output").unsqueeze(1);
    Tensor mixed =
        SelfAttention.of(
            modulated(h, m, 0),
            architecture.heads(),
            parameters.get(l + ".attention.weight"),
            parameters.get(l + ".attention.bias"));
    Tensor after = h.addProduct(m.narrow(2, 2L * c, c), linear(mixed, l + ".mixed"));
    Tensor inner = linear(modulated(after, m, 3), l + ".first").gelu();
    return after.addProduct(m.narrow(2, 5L * c, c), linear(inner, l + ".second"));
  }

  /** norm(h) (1 + γ) + β with γ and β the parts {@code first} and {@code first + 1} of m. */
  private Tensor modulated(Tensor h, Tensor m, int first) {
    long c = architecture.width();
    Tensor centred = h.sub(h.meanKeep(2));
    Tensor normed = centred.div(centred.square().meanKeep(2).add(NORM_EPSILON).sqrt());
    return m.narrow(2, (first + 1) * c, c)
        .add(normed)
        .addProduct(normed, m.narrow(2, first * c, c));
  }

  private Tensor linear(Tensor x, String name) {
    Tensor weight = parameters.get(name + ".weight");
    Tensor bias = parameters.get(name + ".bias");
    if (x.rank() == 2) {
      return x.linear(weight, bias);
    }
    Tensor rows = x.reshape(x.size(0) * x.size(1), x.size(2));
    return rows.linear(weight, bias).reshape(x.size(0), x.size(1), weight.size(0));
  }
}
