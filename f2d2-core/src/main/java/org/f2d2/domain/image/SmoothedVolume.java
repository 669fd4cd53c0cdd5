package org.f2d2.domain.image;

import java.util.Arrays;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;

/**
 * The log-derivative of {@link Dequantization} with a gradient: what a log-density in model space
 * lacks to the log-density of levels with noise, as a smooth function of the point.
 *
 * <p>The exact derivative of {@link PixelScale.Gaussianized} jumps where a level begins, and a
 * level may be far more likely than its neighbour. Seen through a normal kernel of width w,
 *
 * <pre>
 *   ln dx/d(q+U) ≈ ln p(0) + Σ_q (ln p(q) - ln p(q-1)) Φ((x - e_q) / w) - ln φ(x)
 * </pre>
 *
 * where level q begins at e_q. It is tabulated and interpolated linearly. The derivative of {@link
 * PixelScale.Affine} is a constant.
 */
public final class SmoothedVolume {

  /** Width of the kernel: pixels have unit scale, and beside the black level most are narrower. */
  public static final double WIDTH = 0.1;

  private static final double FARTHEST = 8;
  private static final int NODES_PER_WIDTH = 10;

  private final double[] table;
  private final double spacing;
  private final boolean normal;

  private SmoothedVolume(double[] table, double spacing, boolean normal) {
    this.table = table;
    this.spacing = spacing;
    this.normal = normal;
  }

  /** That of a dequantization, with a kernel of {@link #WIDTH}. */
  public static SmoothedVolume of(Dequantization dequantization) {
    if (dequantization.scale() instanceof PixelScale.Gaussianized scale) {
      double spacing = WIDTH / NODES_PER_WIDTH;
      return new SmoothedVolume(
          smoothed(LevelShares.of(scale.probabilities()), spacing), spacing, true);
    }
    PixelScale.Affine affine = (PixelScale.Affine) dequantization.scale();
    double[] constant = new double[2];
    Arrays.fill(constant, Math.log(affine.a() / dequantization.levels()));
    return new SmoothedVolume(constant, 2 * FARTHEST, false);
  }

  private static double[] smoothed(LevelShares shares, double spacing) {
    double[] share = shares.share();
    double[] steps = new double[share.length - 1];
    Arrays.setAll(steps, q -> Math.log(share[q + 1]) - Math.log(share[q]));
    int nodes = 1 + (int) Math.round(2 * FARTHEST / spacing);
    try (Scope scope = Scope.open()) {
      Tensor x = Tensor.range(nodes, DType.FLOAT64).mul(spacing).add(-FARTHEST).reshape(nodes, 1);
      Tensor begins = Tensor.of(shares.edges(), 1, steps.length);
      Tensor passed = x.sub(begins).div(WIDTH * Math.sqrt(2)).erf().add(1).mul(0.5);
      return passed.matmul(Tensor.of(steps, steps.length, 1)).add(Math.log(share[0])).toDoubles();
    }
  }

  /**
   * The sum over the pixels of each image, differentiable in x.
   *
   * @param x points in model space [n, d]
   * @return nats [n, 1] in 64 bits
   */
  public Tensor at(Tensor x) {
    Tensor place = x.to(DType.FLOAT64).add(FARTHEST).div(spacing);
    // Beyond the table its ends go on; what is constant there stays so.
    Tensor node = place.detach().clamp(0, table.length - 2.0).to(DType.INT64);
    Tensor below = Tensor.of(table, table.length);
    Tensor slopes = below.narrow(0, 1, table.length - 1L).sub(below.rows(0, table.length - 1L));
    Tensor value =
        looked(below, node).addProduct(looked(slopes, node), place.sub(node.to(DType.FLOAT64)));
    if (normal) {
      value = value.addScaled(x.to(DType.FLOAT64).square(), 0.5).add(0.5 * Math.log(2 * Math.PI));
    }
    return value.sumKeep(1);
  }

  private static Tensor looked(Tensor table, Tensor node) {
    return table.rows(node.reshape(-1)).reshape(node.shape());
  }
}
