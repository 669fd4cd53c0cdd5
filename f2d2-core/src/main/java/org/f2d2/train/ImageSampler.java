package org.f2d2.train;

import java.util.Arrays;
import org.f2d2.data.ImageSet;
import org.f2d2.domain.image.SmoothedVolume;
import org.f2d2.flow.Calls;
import org.f2d2.flow.Coordinates;
import org.f2d2.flow.GaussianFrame;
import org.f2d2.flow.GaussianPrior;
import org.f2d2.flow.JointFlowMap;
import org.f2d2.flow.OdeSolver;
import org.f2d2.flow.TimeGrid;
import org.f2d2.net.ImageFormat;
import org.f2d2.sampling.JumpSampler;
import org.f2d2.sampling.OdeSampler;
import org.f2d2.sampling.Sampler;
import org.f2d2.sampling.SelfGuidance;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.RowChunks;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;

/** Images from noise, over all workers. */
public final class ImageSampler {

  private static final int CHUNK = 25;

  private final FittedImages fitted;
  private final WorkerPool pool;
  private final SmoothedVolume volume;

  /** Spreads images over the workers of a pool. */
  public ImageSampler(FittedImages fitted, WorkerPool pool) {
    this.fitted = fitted;
    this.pool = pool;
    this.volume = SmoothedVolume.of(fitted.dequantization());
  }

  /**
   * Images.
   *
   * @param images with the levels that the points came to lie in
   * @param forward passes of the network for each image, or for the one with most of them
   * @param backward passes back through it
   */
  public record Sampled(ImageSet images, int forward, int backward) {}

  /**
   * By the jumps of a map.
   *
   * @param guidanceRate of one step of {@link SelfGuidance} before them, by the density of levels;
   *     0 for none
   * @param z noise [n, d], with the classes beside it of a conditional model
   */
  public Sampled jumps(JointFlowMap map, int jumps, double guidanceRate, Tensor z) {
    JumpSampler plain =
        new JumpSampler(map, prior(), TimeGrid.uniform(jumps), new RowChunks(CHUNK));
    Coordinates c = fitted.coordinates();
    Sampler sampler =
        guidanceRate > 0
            ? new SelfGuidance(plain, guidanceRate, x -> volume.at(c.moving(x)))
            : plain;
    return images(z, noise -> sampler.from(noise));
  }

  /**
   * By the teacher's ODE, solved in the coordinates of its base.
   *
   * @param z noise [n, d], with the classes beside it of a conditional model
   */
  public Sampled exact(OdeSolver solver, Tensor z) {
    GaussianFrame frame = fitted.frame();
    Coordinates c = fitted.coordinates();
    OdeSampler sampler = new OdeSampler(fitted.exactField(), prior(), solver, new RowChunks(CHUNK));
    return images(
        z,
        noise -> {
          Tensor start = frame.in(c.moving(noise), TimeGrid.column(noise, 0));
          Sampler.Sample framed = sampler.from(c.withConditions(start, noise));
          Tensor xi = c.moving(framed.points());
          return new Sampler.Sample(
              c.withConditions(frame.out(xi, TimeGrid.column(xi, 1)), noise), framed.calls());
        });
  }

  private GaussianPrior prior() {
    return GaussianPrior.standard(fitted.classShares().size());
  }

  /** The classes that noise is of. */
  private int[] labels(Tensor z) {
    int classes = fitted.classShares().size();
    if (classes == 0) {
      return new int[0];
    }
    double[] ones = fitted.coordinates().conditions(z).toDoubles();
    int[] labels = new int[ones.length / classes];
    for (int i = 0; i < ones.length; i++) {
      labels[i / classes] += ones[i] == 1 ? i % classes : 0;
    }
    return labels;
  }

  private interface Part {
    Sampler.Sample from(Tensor noise);
  }

  private Sampled images(Tensor z, Part part) {
    int n = Math.toIntExact(z.size(0));
    int parts = Math.max(1, Math.min(pool.size(), n / CHUNK));
    double[][] values = new double[parts][];
    Calls[] calls = new Calls[parts];
    pool.map(
        parts,
        p -> {
          try (Scope scope = Scope.open()) {
            Tensor noise = z.rows((long) p * n / parts, (p + 1L) * n / parts);
            Sampler.Sample sample = Autograd.noGrad(() -> part.from(noise));
            values[p] = fitted.coordinates().moving(sample.points()).toDoubles();
            calls[p] = sample.calls();
          }
          return p;
        });
    double[] all = Arrays.stream(values).flatMapToDouble(Arrays::stream).toArray();
    int[] levels = fitted.dequantization().inverse(all);
    byte[] pixels = new byte[levels.length];
    for (int i = 0; i < levels.length; i++) {
      pixels[i] = (byte) levels[i];
    }
    ImageFormat f = fitted.format();
    ImageSet images =
        new ImageSet(
            f.channels(),
            f.height(),
            f.width(),
            fitted.dequantization().levels(),
            pixels,
            labels(z));
    Calls most = Arrays.stream(calls).reduce(Calls.NONE, Calls::max);
    return new Sampled(images, most.forward(), most.backward());
  }
}
