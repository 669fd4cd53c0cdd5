package org.f2d2.net;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.f2d2.plain.TimeEmbedding;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;

/**
 * A U-Net (Ronneberger, Fischer and Brox, arXiv 1505.04597) of residual blocks with group
 * normalisation and self-attention, as diffusion models use it (Ho, Jain and Abbeel, arXiv
 * 2006.11239), for a point that is an image and two times.
 *
 * <p>From fine to coarse each level has residual blocks, whose results the way back from coarse to
 * fine is given beside its own. With e what {@link Conditioning} makes of times and conditions, a
 * block is
 *
 * <pre>
 *   h = conv( silu( norm(x) ) )
 *   h = conv( silu( norm(h) (1 + γ(e)) + β(e) ) )          the last convolution starts at zero
 *   x + h                                                  x by a 1 × 1 convolution where channels change
 * </pre>
 */
public final class UNet extends ImageNetwork {

  /**
   * Shape of the network.
   *
   * @param image what a point is
   * @param field whether there are outputs in the shape of the image
   * @param pooled whether there is one more output, a {@link PooledHead} on the last features
   * @param patch side of the squares of pixels that are one place of the finest level
   * @param features channels of the finest level
   * @param multipliers channels of each level, from fine to coarse, as multiples of {@code
   *     features}; each level has half the side of the one before
   * @param blocks residual blocks of each level, each way
   * @param attention levels from here on have self-attention after each block
   * @param groups of the normalisation, a divisor of {@code features}
   * @param time features of each of the two times
   * @param twoTimes whether the output depends on the target time
   * @param conditions columns of a point after its pixels
   */
  public record Architecture(
      ImageFormat image,
      boolean field,
      boolean pooled,
      int patch,
      int features,
      List<Integer> multipliers,
      int blocks,
      int attention,
      int groups,
      TimeEmbedding time,
      boolean twoTimes,
      int conditions) {

    /** Checks the sizes. */
    public Architecture {
      multipliers = List.copyOf(multipliers);
      if (!(field || pooled) || multipliers.isEmpty() || blocks < 1 || conditions < 0) {
        throw new IllegalArgumentException("a U-Net needs an output, a level and a block");
      }
      if (groups < 1 || features % groups != 0 || multipliers.stream().anyMatch(m -> m < 1)) {
        throw new IllegalArgumentException(
            features + " channels do not divide into " + groups + " groups");
      }
      image.requireDivisible(patch << (multipliers.size() - 1));
    }

    private Conditioning conditioning() {
      return new Conditioning(time, twoTimes, conditions, 4 * features);
    }

    private PooledHead head() {
      return new PooledHead(channels(0), 4 * features, 2 * features);
    }

    private int channels(int level) {
      return features * multipliers.get(level);
    }

    private int levels() {
      return multipliers.size();
    }

    private int pixels() {
      return image.channels() * patch * patch;
    }

    List<Parameters.Entry> entries() {
      List<Parameters.Entry> entries = new ArrayList<>(conditioning().entries());
      convolution(entries, "stem", pixels(), channels(0), 3);
      int before = channels(0);
      for (int l = 0; l < levels(); l++) {
        if (l > 0) {
          convolution(entries, "down." + l, before, before, 3);
        }
        for (int b = 0; b < blocks; b++) {
          block(entries, "down." + l + "." + b, before, channels(l), l >= attention);
          before = channels(l);
        }
      }
      block(entries, "middle.0", before, before, true);
      block(entries, "middle.1", before, before, false);
      for (int l = levels() - 1; l >= 0; l--) {
        for (int b = 0; b < blocks; b++) {
          block(entries, "up." + l + "." + b, before + channels(l), channels(l), l >= attention);
          before = channels(l);
        }
        if (l > 0) {
          convolution(entries, "up." + l, before, before, 3);
        }
      }
      if (field) {
        norm(entries, "last", before);
        convolution(entries, "output", before, pixels(), 3);
      }
      if (pooled) {
        entries.addAll(head().entries());
      }
      return entries;
    }

    private void block(
        List<Parameters.Entry> entries, String name, int in, int out, boolean attention) {
      norm(entries, name + ".first", in);
      convolution(entries, name + ".first", in, out, 3);
      norm(entries, name + ".output", out);
      entries.add(Parameters.Entry.of(name + ".film.weight", 2L * out, 4L * features));
      entries.add(Parameters.Entry.of(name + ".film.bias", 2L * out));
      convolution(entries, name + ".output", out, out, 3);
      if (in != out) {
        convolution(entries, name + ".skip", in, out, 1);
      }
      if (attention) {
        norm(entries, name + ".attention", out);
        entries.add(Parameters.Entry.of(name + ".attention.weight", 3L * out, out));
        entries.add(Parameters.Entry.of(name + ".attention.bias", 3L * out));
        entries.add(Parameters.Entry.of(name + ".attention.output.weight", out, out));
        entries.add(Parameters.Entry.of(name + ".attention.output.bias", out));
      }
    }

    private static void convolution(
        List<Parameters.Entry> entries, String name, int in, int out, int side) {
      entries.add(Parameters.Entry.of(name + ".weight", out, in, side, side));
      entries.add(Parameters.Entry.of(name + ".bias", out));
    }

    private static void norm(List<Parameters.Entry> entries, String name, int channels) {
      entries.add(Parameters.Entry.of(name + ".norm.scale", channels));
      entries.add(Parameters.Entry.of(name + ".norm.shift", channels));
    }
  }

  private final Architecture architecture;

  private UNet(Architecture architecture, Parameters parameters) {
    super(
        architecture.image(),
        architecture.conditioning(),
        architecture.field(),
        architecture.pooled(),
        parameters);
    this.architecture = architecture;
  }

  /**
   * A network with random weights: normal with variance 1/(inputs); the last layer of each block
   * and of the outputs zero, so that every block starts as the identity.
   */
  public static UNet random(Architecture architecture, DType type, Rng rng) {
    return new UNet(architecture, Parameters.random(architecture.entries(), type, rng));
  }

  /** A network over stored numbers, whose entries must be those of the architecture. */
  public static UNet of(Architecture architecture, Parameters parameters) {
    parameters.requireEntries(architecture.entries());
    return new UNet(architecture, parameters);
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
  public UNet with(Parameters other) {
    return of(architecture, other);
  }

  @Override
  <T> T forward(Operations<T> o, T images, T e) {
    Architecture a = architecture;
    Deque<T> skips = new ArrayDeque<>();
    T h = convolve(o, o.patches(images, a.patch()), "stem", 1);
    for (int l = 0; l < a.levels(); l++) {
      if (l > 0) {
        h = convolve(o, h, "down." + l, 2);
      }
      for (int b = 0; b < a.blocks(); b++) {
        h = block(o, h, e, "down." + l + "." + b, l >= a.attention());
        skips.push(h);
      }
    }
    h = block(o, h, e, "middle.0", true);
    h = block(o, h, e, "middle.1", false);
    for (int l = a.levels() - 1; l >= 0; l--) {
      for (int b = 0; b < a.blocks(); b++) {
        h = block(o, o.cat(1, h, skips.pop()), e, "up." + l + "." + b, l >= a.attention());
      }
      if (l > 0) {
        h = convolve(o, o.enlarge(h), "up." + l, 1);
      }
    }
    return outputs(o, h, e);
  }

  private <T> T outputs(Operations<T> o, T h, T e) {
    Architecture a = architecture;
    long[] shape = o.shape(h);
    if (!a.field()) {
      return pooled(o, h, e);
    }
    T last = convolve(o, o.silu(norm(o, h, "last")), "output", 1);
    T field = o.reshape(o.fromPatches(last, a.patch()), shape[0], a.image().dimensions());
    return a.pooled() ? o.cat(1, field, pooled(o, h, e)) : field;
  }

  private <T> T pooled(Operations<T> o, T h, T e) {
    return architecture.head().of(o, parameters(), places(o, h), e);
  }

  /** [n, c, h, w] as [n, h w, c]. */
  private static <T> T places(Operations<T> o, T h) {
    long[] shape = o.shape(h);
    return o.permute(o.reshape(h, shape[0], shape[1], shape[2] * shape[3]), 0, 2, 1);
  }

  private <T> T block(Operations<T> o, T x, T e, String name, boolean attention) {
    T h = convolve(o, o.silu(norm(o, x, name + ".first")), name + ".first", 1);
    long[] shape = o.shape(h);
    long c = shape[1];
    T film = o.reshape(linear(o, e, name + ".film"), shape[0], 2 * c, 1, 1);
    T normed = norm(o, h, name + ".output");
    T shifted = o.add(normed, o.narrow(film, 1, c, c));
    h = o.addProduct(shifted, normed, o.narrow(film, 1, 0, c));
    h = convolve(o, o.silu(h), name + ".output", 1);
    h = o.add(h, o.shape(x)[1] == c ? x : convolve(o, x, name + ".skip", 1));
    return attention ? o.add(h, attention(o, h, name + ".attention")) : h;
  }

  private <T> T attention(Operations<T> o, T h, String name) {
    T mixed =
        SelfAttention.of(
            o,
            places(o, norm(o, h, name)),
            1,
            parameters().get(name + ".weight"),
            parameters().get(name + ".bias"));
    T out =
        o.linear(
            mixed,
            parameters().get(name + ".output.weight"),
            parameters().get(name + ".output.bias"));
    return o.reshape(o.permute(out, 0, 2, 1), o.shape(h));
  }

  private <T> T norm(Operations<T> o, T x, String name) {
    return o.groupNorm(
        x,
        architecture.groups(),
        parameters().get(name + ".norm.scale"),
        parameters().get(name + ".norm.shift"));
  }

  private <T> T convolve(Operations<T> o, T x, String name, int stride) {
    return o.convolve(
        x, parameters().get(name + ".weight"), parameters().get(name + ".bias"), stride);
  }
}
