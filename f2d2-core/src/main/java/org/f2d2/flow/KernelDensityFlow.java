package org.f2d2.flow;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.f2d2.net.PointFunction;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Tensor;

/**
 * The flow to a mixture of Gaussians beside a kernel density whose kernels have the mixture's
 * shapes:
 *
 * <pre>  p_1(x) = (1 - s) Σ_k w_k N(x; m_k, Σ_k) + s Σ_i u_i N(x; c_i, h² Σ_{k(i)})</pre>
 *
 * <p>A kernel density (Rosenblatt, 1956; Parzen, 1962) with one shape for all kernels is too wide
 * where rows are dense and too narrow elsewhere; here a kernel is as wide, and as inclined, as the
 * component that its centre belongs to.
 *
 * <p>All is one mixture, so velocity, divergence and log-density are those of {@link
 * GaussianMixtureFlow}. Kernels of one shape have the same variances C² and rates a in the
 * coordinates of its eigenvectors. With y = Qᵀ (x - t c̄), δ_i = Qᵀ (c_i - c̄) and c̄ their middle,
 * sums over them are products of matrices:
 *
 * <pre>
 *   Σ (y - t δ_i)²/C²  = Σ y²/C² - 2t (y/C²)·δ_i + t² (1/C²)·δ_i²
 *   Σ r_i v_i          = R (Qᵀc̄ + a ∘ y) + (1 - t a) ∘ S₁
 *   R = Σ r_i,   S₁ = Σ r_i δ_i,   S₂ = Σ r_i δ_i²
 * </pre>
 */
public final class KernelDensityFlow implements ClosedFormFlow {

  private static final double LOG_TWO_PI = Math.log(2 * Math.PI);

  /** Kernels in a block; all of one shape. */
  private static final int BLOCK = 128;

  /** The logarithm of nothing, which leaves numbers numbers. */
  private static final double NONE = -1e30;

  private final GaussianMixtureFlow mixture;
  private final double[] centres;
  private final int[] shapes;
  private final double[] weights;
  private final double bandwidth;
  private final double share;
  private final int d;

  private final int blocks;
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
   * A kernel density beside its mixture.
   *
   * @param mixture whose shapes the kernels have
   * @param centres c_i [n][d]
   * @param shapes k(i), components of the mixture, [n]
   * @param weights u_i, positive, [n]; scaled to sum to 1
   * @param bandwidth h, in units of the shapes; positive
   * @param share s, within (0, 1)
   */
  public KernelDensityFlow(
      GaussianMixtureFlow mixture,
      double[][] centres,
      int[] shapes,
      double[] weights,
      double bandwidth,
      double share) {
    int n = centres.length;
    this.d = mixture.dimensions();
    if (n == 0 || shapes.length != n || weights.length != n) {
      throw new IllegalArgumentException(
          "a kernel density needs as many centres as shapes and weights, got "
              + n
              + ", "
              + shapes.length
              + " and "
              + weights.length);
    }
    if (!(share > 0 && share < 1)) {
      throw new IllegalArgumentException("share must lie within (0, 1), got " + share);
    }
    for (int i = 0; i < n; i++) {
      if (centres[i].length != d || shapes[i] < 0 || shapes[i] >= mixture.components()) {
        throw new IllegalArgumentException(
            "kernel " + i + " must have " + d + " coordinates and a shape of the mixture");
      }
    }
    this.mixture = mixture;
    this.centres = Arrays.stream(centres).flatMapToDouble(Arrays::stream).toArray();
    this.shapes = shapes.clone();
    double total = Arrays.stream(weights).sum();
    this.weights =
        Arrays.stream(weights)
            .map(w -> ClosedFormFlow.requireScale("a weight", w) / total)
            .toArray();
    this.bandwidth = ClosedFormFlow.requireScale("bandwidth", bandwidth);
    this.share = share;

    List<int[]> members = blocks();
    this.blocks = members.size();
    this.middle = new double[blocks * d];
    this.gaps = new double[blocks * BLOCK * d];
    this.logWeights = new double[blocks * BLOCK];
    this.eigenvalues = new double[blocks * d];
    this.eigenvectors = new double[blocks * d * d];
    Arrays.fill(logWeights, NONE);
    for (int b = 0; b < blocks; b++) {
      fill(b, members.get(b));
    }
    this.features = features();
    this.values = values();
  }

  private Constants features() {
    int width = 2 * d + 2;
    double[] all = new double[blocks * width * BLOCK];
    for (int i = 0; i < blocks * BLOCK; i++) {
      int from = i / BLOCK * width * BLOCK + i % BLOCK;
      for (int j = 0; j < d; j++) {
        all[from + j * BLOCK] = gaps[i * d + j];
        all[from + (d + j) * BLOCK] = gaps[i * d + j] * gaps[i * d + j];
      }
      all[from + 2 * d * BLOCK] = 1;
      all[from + (2 * d + 1) * BLOCK] = logWeights[i];
    }
    return Constants.of(all, blocks, width, BLOCK);
  }

  private Constants values() {
    int width = 2 * d + 1;
    double[] all = new double[blocks * BLOCK * width];
    for (int i = 0; i < blocks * BLOCK; i++) {
      for (int j = 0; j < d; j++) {
        all[i * width + j] = gaps[i * d + j];
        all[i * width + d + j] = gaps[i * d + j] * gaps[i * d + j];
      }
      all[i * width + 2 * d] = 1;
    }
    return Constants.of(all, blocks, BLOCK, width);
  }

  /**
   * The kernels of each shape, cut into blocks of neighbours: the nearer a block's kernels are to
   * its middle, the fewer digits are lost where squares are taken apart.
   */
  private List<int[]> blocks() {
    List<int[]> all = new ArrayList<>();
    for (int k = 0; k < mixture.components(); k++) {
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
    double unit = Math.sqrt(mixture.eigenvalue(shape, direction));
    for (int m = 0; m < members.length; m++) {
      for (int j = 0; j < d; j++) {
        along[m] += centres[members[m] * d + j] * mixture.eigenvector(shape, j, direction) / unit;
      }
    }
    return along;
  }

  private void fill(int block, int[] members) {
    int shape = shapes[members[0]];
    for (int i = 0; i < d; i++) {
      eigenvalues[block * d + i] = bandwidth * bandwidth * mixture.eigenvalue(shape, i);
      for (int j = 0; j < d; j++) {
        eigenvectors[(block * d + i) * d + j] = mixture.eigenvector(shape, i, j);
      }
    }
    for (int member : members) {
      for (int j = 0; j < d; j++) {
        middle[block * d + j] += centres[member * d + j] / members.length;
      }
    }
    for (int m = 0; m < members.length; m++) {
      logWeights[block * BLOCK + m] = Math.log(share * weights[members[m]]);
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

  /**
   * The flow that tensors describe, with σ₀ = 1.
   *
   * @param mixture whose shapes the kernels have
   * @param centres [n, d]
   * @param shapes [n]
   * @param weights [n]
   */
  public static KernelDensityFlow of(
      GaussianMixtureFlow mixture,
      Tensor centres,
      Tensor shapes,
      Tensor weights,
      double bandwidth,
      double share) {
    int n = Math.toIntExact(centres.size(0));
    int d = Math.toIntExact(centres.size(1));
    double[] c = centres.toDoubles();
    double[][] rows = new double[n][];
    Arrays.setAll(rows, i -> Arrays.copyOfRange(c, i * d, (i + 1) * d));
    int[] k = Arrays.stream(shapes.toDoubles()).mapToInt(v -> (int) v).toArray();
    return new KernelDensityFlow(mixture, rows, k, weights.toDoubles(), bandwidth, share);
  }

  @Override
  public int dimensions() {
    return d;
  }

  @Override
  public double noiseScale() {
    return mixture.noiseScale();
  }

  /** The mixture beside the kernels. */
  public GaussianMixtureFlow mixture() {
    return mixture;
  }

  /** c_i, [n, d], 64-bit. */
  public Tensor centres() {
    return Tensor.of(centres, shapes.length, d);
  }

  /** k(i), [n], whole numbers in 64 bits. */
  public Tensor shapes() {
    return Tensor.of(Arrays.stream(shapes).asDoubleStream().toArray(), shapes.length);
  }

  /** u_i, [n]; they sum to 1. */
  public Tensor weights() {
    return Tensor.of(weights, weights.length);
  }

  /** h. */
  public double bandwidth() {
    return bandwidth;
  }

  /** s. */
  public double share() {
    return share;
  }

  /** Number of kernels, n. */
  public int kernels() {
    return shapes.length;
  }

  /** The same kernels beside another mixture, whose first components have the same shapes. */
  public KernelDensityFlow beside(GaussianMixtureFlow other, double otherShare) {
    double[][] rows = new double[shapes.length][];
    Arrays.setAll(rows, i -> Arrays.copyOfRange(centres, i * d, (i + 1) * d));
    return new KernelDensityFlow(other, rows, shapes, weights, bandwidth, otherShare);
  }

  /**
   * All kernels at one time per row.
   *
   * @param t [1, N, 1]
   * @param y coordinates along the eigenvectors [P, N, d]
   * @param inverse 1/C² [P, N, d]
   * @param rate a [P, N, d]
   * @param log ln s u_i + log N_i [P, N, B]
   */
  private record Kernels(Tensor t, Tensor y, Tensor inverse, Tensor rate, Tensor log) {}

  private Kernels kernels(Tensor x, Tensor time) {
    DType type = x.type();
    Tensor t = time.reshape(1, -1, 1);
    Tensor lambda = constant(eigenvalues, type, blocks, 1, d);
    double unit = noiseScale() * noiseScale();
    Tensor noise = t.subtractFrom(1).mul(unit);
    Tensor variance = t.square().mul(lambda).add(t.subtractFrom(1).mul(noise));
    Tensor inverse = variance.reciprocal();
    Tensor rate = t.mul(lambda).sub(noise).mul(inverse);
    Tensor y =
        x.sub(t.mul(constant(middle, type, blocks, 1, d)))
            .matmul(constant(eigenvectors, type, blocks, d, d));
    Tensor z = y.mul(inverse);
    Tensor own = y.mul(z).add(variance.log()).add(LOG_TWO_PI).sumKeep(2).mul(-0.5);
    Tensor factors =
        Tensor.cat(2, z.mul(t), inverse.mul(t.square().mul(-0.5)), own, own.zerosLike().add(1));
    return new Kernels(t, y, inverse, rate, factors.matmul(features.of(type)));
  }

  /**
   * Terms of the density over e^shift, so that none overflows.
   *
   * @param shift [1, N, 1]
   * @param few of the mixture [K, N, 1]
   * @param many of the kernels [P, N, B]
   */
  private record Terms(Tensor shift, Tensor few, Tensor many) {}

  private Terms terms(Tensor mixtureLog, Tensor log) {
    Tensor besides = mixtureLog.add(Math.log1p(-share));
    Tensor shift = log.finiteMaximum(2).finiteMaximum(0).maximum(besides.finiteMaximum(0));
    return new Terms(shift, besides.sub(shift).exp(), log.sub(shift).exp());
  }

  @Override
  public Tensor joint(Tensor x, Tensor t) {
    return field(x, t, true);
  }

  @Override
  public Tensor velocity(Tensor x, Tensor t) {
    return field(x, t, false);
  }

  private Tensor field(Tensor x, Tensor time, boolean withDivergence) {
    DType type = x.type();
    GaussianMixtureFlow.Components c = mixture.components(x, time);
    Kernels kernels = kernels(x, time);
    Terms terms = terms(c.logJoint(), kernels.log());
    Tensor sums = terms.many().matmul(values.of(type));
    Tensor total = sums.narrow(2, 2L * d, 1).sum(0).add(terms.few().sum(0));
    Tensor few = terms.few().div(total);
    Tensor r = sums.div(total);
    Tensor first = r.narrow(2, 0, d);
    Tensor count = r.narrow(2, 2L * d, 1);

    Tensor q = constant(eigenvectors, type, blocks, d, d);
    Tensor still =
        constant(middle, type, blocks, 1, d).matmul(q).add(kernels.rate().mul(kernels.y()));
    Tensor moved = kernels.t().mul(kernels.rate()).subtractFrom(1);
    Tensor along = count.mul(still).add(moved.mul(first));
    Tensor own = mixture.componentVelocities(c);
    Tensor average = few.mul(own).sum(0).add(along.matmul(q.transpose()).sum(0));
    if (!withDivergence) {
      return average;
    }
    Tensor second = r.narrow(2, d, d);
    Tensor t = kernels.t();
    Tensor y = kernels.y();
    // Σ r_i C² ∇ log N_i, and Σ r_i C² ∇ log N_i · v_i by coordinates.
    Tensor pull = t.mul(first).sub(count.mul(y));
    Tensor work = t.mul(still.mul(first).add(moved.mul(second))).sub(y.mul(along));
    Tensor relative = work.sub(pull.mul(average.matmul(q))).mul(kernels.inverse());
    Tensor divergence = count.mul(kernels.rate()).add(relative).sumKeep(2).sum(0);
    Tensor besides = few.mul(mixture.componentDivergences(c, own, average)).sum(0);
    return Tensor.cat(1, average, divergence.add(besides));
  }

  @Override
  public Tensor logDensity(Tensor x, Tensor t) {
    Terms terms = terms(mixture.components(x, t).logJoint(), kernels(x, t).log());
    return terms
        .many()
        .sumKeep(2)
        .sum(0)
        .add(terms.few().sum(0))
        .log()
        .add(terms.shift().reshape(-1, 1));
  }

  /**
   * {@inheritDoc}
   *
   * <p>In 64 bits, whatever the type: a score must not depend on the company that a row comes in.
   */
  @Override
  public Tensor logDensity(Tensor x, double t) {
    if (Autograd.isDifferentiated(x)) {
      return ClosedFormFlow.super.logDensity(x, t);
    }
    Tensor exact = x.to(DType.FLOAT64);
    return logDensity(exact, TimeGrid.column(exact, t)).to(x.type());
  }

  @Override
  public PointFunction logDensityAtPoint(double t) {
    return new AtTime(this, t);
  }

  /** The log-density of points at one time, on arrays. */
  private static final class AtTime implements PointFunction {
    private final KernelDensityFlow flow;
    private final double t;
    private final PointFunction besides;
    private final double[] scale;
    private final double[] constant;

    AtTime(KernelDensityFlow flow, double t) {
      this.flow = flow;
      this.t = t;
      this.besides = flow.mixture.logDensityAtPoint(t);
      this.scale = new double[flow.blocks * flow.d];
      this.constant = new double[flow.blocks];
      double noise = (1 - t) * flow.noiseScale();
      for (int b = 0; b < flow.blocks; b++) {
        constant[b] = -0.5 * flow.d * LOG_TWO_PI;
        for (int i = b * flow.d; i < (b + 1) * flow.d; i++) {
          double c = Math.sqrt(noise * noise + t * t * flow.eigenvalues[i]);
          scale[i] = 1 / c;
          constant[b] -= Math.log(c);
        }
      }
    }

    @Override
    public double[] at(double[] x) {
      int d = flow.d;
      double largest = besides.at(x)[0] + Math.log1p(-flow.share);
      double sum = 1;
      double[] y = new double[d];
      for (int b = 0; b < flow.blocks; b++) {
        for (int i = 0; i < d; i++) {
          y[i] = 0;
          for (int j = 0; j < d; j++) {
            y[i] += (x[j] - t * flow.middle[b * d + j]) * flow.eigenvectors[(b * d + j) * d + i];
          }
        }
        for (int m = b * BLOCK; m < (b + 1) * BLOCK && flow.logWeights[m] > NONE; m++) {
          double square = 0;
          for (int i = 0; i < d; i++) {
            double gap = (y[i] - t * flow.gaps[m * d + i]) * scale[b * d + i];
            square += gap * gap;
          }
          double log = flow.logWeights[m] + constant[b] - 0.5 * square;
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
  }

  @Override
  public Tensor sample(int n, Rng rng) {
    double[] choice = rng.uniform(DType.FLOAT64, n).toDoubles();
    double[] out = mixture.sample(n, rng).toDoubles();
    double[] normal = rng.normal(DType.FLOAT64, n, d).toDoubles();
    for (int row = 0; row < n; row++) {
      if (choice[row] < share) {
        int kernel = kernel(choice[row] / share);
        for (int i = 0; i < d; i++) {
          double value = centres[kernel * d + i];
          for (int j = 0; j < d; j++) {
            value +=
                bandwidth
                    * mixture.eigenvector(shapes[kernel], i, j)
                    * Math.sqrt(mixture.eigenvalue(shapes[kernel], j))
                    * normal[row * d + j];
          }
          out[row * d + i] = value;
        }
      }
    }
    return Tensor.of(out, n, d);
  }

  private int kernel(double uniform) {
    double rest = uniform;
    for (int i = 0; i < weights.length - 1; i++) {
      rest -= weights[i];
      if (rest < 0) {
        return i;
      }
    }
    return weights.length - 1;
  }

  private static Tensor constant(double[] values, DType type, long... shape) {
    return Tensor.of(values, type, shape);
  }
}
