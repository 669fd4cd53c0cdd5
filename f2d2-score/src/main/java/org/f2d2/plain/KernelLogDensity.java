package org.f2d2.plain;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The log-density of Gaussian kernels beside another density,
 *
 * <pre>
 *   p(x) = (1 - s) besides(x) + Σ_m e^(weight_m) N_m(x)
 *   log N_m = constant - ½ Σ_i ( scale_i (y_i - target_m,i) )²,      y = rotation (x - middle)
 * </pre>
 *
 * <p>in nats, of one point on plain arrays. Kernels of one shape share constant, scale, rotation
 * and middle.
 */
public final class KernelLogDensity implements PointFunction {

  private static final double LOG_TWO_PI = Math.log(2 * Math.PI);

  /**
   * Kernels of one shape; the arrays are kept.
   *
   * @param middle [d]
   * @param rotation [d, d]: y_i = Σ_j (x_j - middle_j) rotation[j, i]
   * @param scale [d]
   * @param constant logarithm of what makes a kernel's integral 1
   * @param targets centres of the kernels in the coordinates y, [n, d]
   * @param logWeights logarithms of the weights of the kernels, their share included, [n]
   */
  public record Block(
      double[] middle,
      double[] rotation,
      double[] scale,
      double constant,
      double[] targets,
      double[] logWeights) {}

  private final PointFunction besides;
  private final double share;
  private final List<Block> blocks;
  private final int d;

  /**
   * Kernels in blocks.
   *
   * @param besides the log-density of the other part
   * @param share s of the kernels together, within (0, 1)
   * @param blocks at least one
   */
  public KernelLogDensity(PointFunction besides, double share, List<Block> blocks) {
    this.besides = besides;
    this.share = share;
    this.blocks = List.copyOf(blocks);
    this.d = blocks.get(0).middle().length;
  }

  /**
   * Kernels N(x; c_i, h² Σ_k(i)) whose shapes are the covariances of a mixture.
   *
   * @param besides log-density of the mixture
   * @param covariances Σ_k, [K, d, d]
   * @param centres c_i, [n, d]
   * @param shapes k(i), [n]
   * @param weights u_i, positive, [n]; scaled to sum to 1
   * @param bandwidth h, positive
   * @param share s, within (0, 1)
   * @throws IllegalArgumentException when these do not fit together
   */
  public static KernelLogDensity of(
      PointFunction besides,
      double[] covariances,
      double[] centres,
      int[] shapes,
      double[] weights,
      double bandwidth,
      double share) {
    int n = shapes.length;
    int d = n == 0 ? 0 : centres.length / n;
    if (d == 0 || centres.length != n * d || weights.length != n || covariances.length % d != 0) {
      throw new IllegalArgumentException(
          "a kernel density needs as many centres as shapes and weights, got "
              + centres.length
              + " numbers of centres, "
              + n
              + " shapes and "
              + weights.length
              + " weights");
    }
    if (!(share > 0 && share < 1) || !(bandwidth > 0) || Double.isInfinite(bandwidth)) {
      throw new IllegalArgumentException(
          "no kernels have the share " + share + " and the bandwidth " + bandwidth);
    }
    double total = Arrays.stream(weights).sum();
    if (Arrays.stream(weights).anyMatch(w -> !(w > 0)) || Double.isInfinite(total)) {
      throw new IllegalArgumentException("the weights of kernels must be positive and finite");
    }
    int components = covariances.length / (d * d);
    if (Arrays.stream(shapes).anyMatch(k -> k < 0 || k >= components)) {
      throw new IllegalArgumentException("a kernel must have a shape of the mixture");
    }
    List<Block> blocks = new ArrayList<>();
    for (int k = 0; k < components; k++) {
      int shape = k;
      int[] members = IntStream.range(0, n).filter(i -> shapes[i] == shape).toArray();
      if (members.length > 0) {
        MixtureLogDensity.InverseRoot root =
            MixtureLogDensity.InverseRoot.of(covariances, k * d * d, d);
        double[] logWeights =
            Arrays.stream(members)
                .mapToDouble(i -> Math.log(share * (weights[i] / total)))
                .toArray();
        blocks.add(block(root, members, centres, logWeights, bandwidth));
      }
    }
    return new KernelLogDensity(besides, share, blocks);
  }

  private static Block block(
      MixtureLogDensity.InverseRoot root,
      int[] members,
      double[] centres,
      double[] logWeights,
      double bandwidth) {
    double[] w = root.rows();
    int d = (int) Math.round(Math.sqrt(w.length));
    double[] rotation = new double[d * d];
    double[] middle = new double[d];
    double[] scale = new double[d];
    Arrays.fill(scale, 1 / bandwidth);
    for (int i = 0; i < d; i++) {
      for (int j = 0; j < d; j++) {
        rotation[j * d + i] = w[i * d + j];
      }
      for (int member : members) {
        middle[i] += centres[member * d + i] / members.length;
      }
    }
    double[] targets = new double[members.length * d];
    for (int m = 0; m < members.length; m++) {
      for (int i = 0; i < d; i++) {
        for (int j = 0; j <= i; j++) {
          targets[m * d + i] += (centres[members[m] * d + j] - middle[j]) * w[i * d + j];
        }
      }
    }
    double constant = root.logDeterminant() - d * (0.5 * LOG_TWO_PI + Math.log(bandwidth));
    return new Block(middle, rotation, scale, constant, targets, logWeights);
  }

  @Override
  public double[] at(double[] x) {
    double largest = besides.at(x)[0] + Math.log1p(-share);
    double sum = 1;
    double[] y = new double[d];
    for (Block block : blocks) {
      for (int i = 0; i < d; i++) {
        y[i] = 0;
        for (int j = 0; j < d; j++) {
          y[i] += (x[j] - block.middle[j]) * block.rotation[j * d + i];
        }
      }
      for (int m = 0; m < block.logWeights.length; m++) {
        double square = 0;
        for (int i = 0; i < d; i++) {
          double gap = (y[i] - block.targets[m * d + i]) * block.scale[i];
          square += gap * gap;
        }
        double log = block.logWeights[m] + block.constant - 0.5 * square;
        if (log > largest) {
          sum = sum * Math.exp(largest - log) + 1;
          largest = log;
        } else {
          sum += Math.exp(log - largest);
        }
      }
    }
    return new double[] {largest + Math.log(sum)};
  }

  @Override
  public String toString() {
    int kernels = blocks.stream().mapToInt(b -> b.logWeights().length).sum();
    return "KernelLogDensity[" + kernels + " kernels, " + d + " coordinates]";
  }
}
