package org.f2d2.flow;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.f2d2.plain.KernelLogDensity;
import org.f2d2.plain.PointFunction;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Tensor;

/**
 * The kernels of a {@link KernelDensityFlow} as they lie in memory: P blocks of B places, each of
 * kernels of one shape about a middle of its own. Places that are left over weigh nothing.
 */
final class KernelBlocks {

  private static final double LOG_TWO_PI = Math.log(2 * Math.PI);

  /** Places of a block. */
  private static final int BLOCK = 128;

  /** The logarithm of nothing, which leaves numbers numbers. */
  private static final double NONE = -1e30;

  private final GaussianMixtureFlow shapesOf;
  private final double[] centres;
  private final int[] shapes;
  private final double[] ownWeights;
  private final double bandwidth;
  private final int d;

  private final int count;
  private final double[] middle;
  private final double[] gaps;
  private final double[] logWeights;
  private final double[] eigenvalues;
  private final double[] eigenvectors;

  /** δ, δ², 1 and ln s u_i as columns of [P, 2d + 2, B]. */
  private final Constants features;

  /** δ, δ² and 1 as columns of [P, B, 2d + 1]. */
  private final Constants values;

  /** Numbers in either precision, so that an evaluation need not round them again. */
  private record Constants(double[] twice, float[] once, long[] shape) {
    static Constants of(double[] numbers, long... shape) {
      float[] single = new float[numbers.length];
      for (int i = 0; i < single.length; i++) {
        single[i] = (float) numbers[i];
      }
      return new Constants(numbers, single, shape);
    }

    Tensor of(DType type) {
      return type == DType.FLOAT32 ? Tensor.of(once, shape) : Tensor.of(twice, type, shape);
    }
  }

  /**
   * Lays kernels out.
   *
   * @param shapesOf the mixture whose shapes the kernels have
   * @param centres c_i [n, d]
   * @param shapes k(i) [n]
   * @param ownWeights ln s u_i [n]
   * @param bandwidth h
   */
  KernelBlocks(
      GaussianMixtureFlow shapesOf,
      double[] centres,
      int[] shapes,
      double[] ownWeights,
      double bandwidth) {
    this.shapesOf = shapesOf;
    this.centres = centres;
    this.shapes = shapes;
    this.ownWeights = ownWeights;
    this.bandwidth = bandwidth;
    this.d = shapesOf.dimensions();
    List<int[]> members = cut();
    this.count = members.size();
    this.middle = new double[count * d];
    this.gaps = new double[count * BLOCK * d];
    this.logWeights = new double[count * BLOCK];
    this.eigenvalues = new double[count * d];
    this.eigenvectors = new double[count * d * d];
    Arrays.fill(logWeights, NONE);
    for (int b = 0; b < count; b++) {
      fill(b, members.get(b));
    }
    this.features = features();
    this.values = values();
  }

  /** h² λ, [P, 1, d]. */
  Tensor eigenvalues(DType type) {
    return Tensor.of(eigenvalues, type, count, 1, d);
  }

  /** Q, [P, d, d]. */
  Tensor eigenvectors(DType type) {
    return Tensor.of(eigenvectors, type, count, d, d);
  }

  /** c̄, [P, 1, d]. */
  Tensor middle(DType type) {
    return Tensor.of(middle, type, count, 1, d);
  }

  /** δ, δ², 1 and ln s u_i, [P, 2d + 2, B]. */
  Tensor features(DType type) {
    return features.of(type);
  }

  /** δ, δ² and 1, [P, B, 2d + 1]. */
  Tensor values(DType type) {
    return values.of(type);
  }

  /**
   * The log-density of points at one time, on arrays.
   *
   * @param besides log-density of the mixture beside the kernels, at the same time
   * @param share of the kernels
   */
  PointFunction logDensityAtPoint(
      double t, double noiseScale, PointFunction besides, double share) {
    List<KernelLogDensity.Block> blocks = new ArrayList<>();
    for (int b = 0; b < count; b++) {
      blocks.add(atTime(b, t, (1 - t) * noiseScale));
    }
    return new KernelLogDensity(besides, share, blocks);
  }

  private KernelLogDensity.Block atTime(int b, double t, double noise) {
    double[] scale = new double[d];
    double constant = -0.5 * d * LOG_TWO_PI;
    for (int i = 0; i < d; i++) {
      double c = Math.sqrt(noise * noise + t * t * eigenvalues[b * d + i]);
      scale[i] = 1 / c;
      constant -= Math.log(c);
    }
    int places = 0;
    while (places < BLOCK && logWeights[b * BLOCK + places] > NONE) {
      places++;
    }
    double[] targets = Arrays.copyOfRange(gaps, b * BLOCK * d, (b * BLOCK + places) * d);
    double[] about = Arrays.copyOfRange(middle, b * d, (b + 1) * d);
    for (int i = 0; i < targets.length; i++) {
      targets[i] *= t;
    }
    for (int i = 0; i < d; i++) {
      about[i] *= t;
    }
    return new KernelLogDensity.Block(
        about,
        Arrays.copyOfRange(eigenvectors, b * d * d, (b + 1) * d * d),
        scale,
        constant,
        targets,
        Arrays.copyOfRange(logWeights, b * BLOCK, b * BLOCK + places));
  }

  private Constants features() {
    int width = 2 * d + 2;
    double[] all = new double[count * width * BLOCK];
    for (int i = 0; i < count * BLOCK; i++) {
      int from = i / BLOCK * width * BLOCK + i % BLOCK;
      for (int j = 0; j < d; j++) {
        all[from + j * BLOCK] = gaps[i * d + j];
        all[from + (d + j) * BLOCK] = gaps[i * d + j] * gaps[i * d + j];
      }
      all[from + 2 * d * BLOCK] = 1;
      all[from + (2 * d + 1) * BLOCK] = logWeights[i];
    }
    return Constants.of(all, count, width, BLOCK);
  }

  private Constants values() {
    int width = 2 * d + 1;
    double[] all = new double[count * BLOCK * width];
    for (int i = 0; i < count * BLOCK; i++) {
      for (int j = 0; j < d; j++) {
        all[i * width + j] = gaps[i * d + j];
        all[i * width + d + j] = gaps[i * d + j] * gaps[i * d + j];
      }
      all[i * width + 2 * d] = 1;
    }
    return Constants.of(all, count, BLOCK, width);
  }

  /**
   * The kernels of each shape, cut into blocks of neighbours: the nearer a block's kernels are to
   * its middle, the fewer digits are lost where squares are taken apart.
   */
  private List<int[]> cut() {
    List<int[]> all = new ArrayList<>();
    for (int k = 0; k < shapesOf.components(); k++) {
      int shape = k;
      cut(IntStream.range(0, shapes.length).filter(i -> shapes[i] == shape).toArray(), k, all);
    }
    return all;
  }

  private void cut(int[] members, int shape, List<int[]> into) {
    if (members.length <= BLOCK) {
      if (members.length > 0) {
        into.add(members);
      }
      return;
    }
    double[] widest = {};
    double most = -1;
    for (int i = 0; i < d; i++) {
      double[] along = along(members, shape, i);
      double mean = Arrays.stream(along).average().orElse(0);
      double spread = Arrays.stream(along).map(v -> (v - mean) * (v - mean)).sum();
      if (spread > most) {
        most = spread;
        widest = along;
      }
    }
    double[] by = widest;
    int[] sorted =
        IntStream.range(0, members.length)
            .boxed()
            .sorted(Comparator.comparingDouble(m -> by[m]))
            .mapToInt(m -> members[m])
            .toArray();
    int half = (members.length / BLOCK + 1) / 2 * BLOCK;
    cut(Arrays.copyOfRange(sorted, 0, half), shape, into);
    cut(Arrays.copyOfRange(sorted, half, sorted.length), shape, into);
  }

  /** Coordinates of centres along an eigenvector of a shape, in units of its width. */
  private double[] along(int[] members, int shape, int direction) {
    double[] along = new double[members.length];
    double unit = Math.sqrt(shapesOf.eigenvalue(shape, direction));
    for (int m = 0; m < members.length; m++) {
      for (int j = 0; j < d; j++) {
        along[m] += centres[members[m] * d + j] * shapesOf.eigenvector(shape, j, direction) / unit;
      }
    }
    return along;
  }

  private void fill(int block, int[] members) {
    int shape = shapes[members[0]];
    for (int i = 0; i < d; i++) {
      eigenvalues[block * d + i] = bandwidth * bandwidth * shapesOf.eigenvalue(shape, i);
      for (int j = 0; j < d; j++) {
        eigenvectors[(block * d + i) * d + j] = shapesOf.eigenvector(shape, i, j);
      }
    }
    for (int member : members) {
      for (int j = 0; j < d; j++) {
        middle[block * d + j] += centres[member * d + j] / members.length;
      }
    }
    for (int m = 0; m < members.length; m++) {
      logWeights[block * BLOCK + m] = ownWeights[members[m]];
      for (int i = 0; i < d; i++) {
        double along = 0;
        for (int j = 0; j < d; j++) {
          along +=
              (centres[members[m] * d + j] - middle[block * d + j])
                  * eigenvectors[(block * d + j) * d + i];
        }
        gaps[(block * BLOCK + m) * d + i] = along;
      }
    }
  }
}
