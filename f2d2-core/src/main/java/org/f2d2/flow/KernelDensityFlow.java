package org.f2d2.flow;

import java.util.Arrays;
import org.f2d2.plain.PointFunction;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.RowChunks;
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

  private static final RowChunks ROWS = new RowChunks(256);

  private final GaussianMixtureFlow mixture;
  private final double[] centres;
  private final int[] shapes;
  private final double[] weights;
  private final double bandwidth;
  private final double share;
  private final int d;
  private final KernelBlocks blocks;

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

    this.blocks = new KernelBlocks(mixture, this.centres, shapes, logWeights(), bandwidth);
  }

  private double[] logWeights() {
    return Arrays.stream(weights).map(w -> Math.log(share * w)).toArray();
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
    Tensor lambda = blocks.eigenvalues(type);
    double unit = noiseScale() * noiseScale();
    Tensor noise = t.subtractFrom(1).mul(unit);
    Tensor variance = t.square().mul(lambda).add(t.subtractFrom(1).mul(noise));
    Tensor inverse = variance.reciprocal();
    Tensor rate = t.mul(lambda).sub(noise).mul(inverse);
    Tensor y = x.sub(t.mul(blocks.middle(type))).matmul(blocks.eigenvectors(type));
    Tensor z = y.mul(inverse);
    Tensor own = y.mul(z).add(variance.log()).add(LOG_TWO_PI).sumKeep(2).mul(-0.5);
    Tensor factors =
        Tensor.cat(2, z.mul(t), inverse.mul(t.square().mul(-0.5)), own, own.zerosLike().add(1));
    return new Kernels(t, y, inverse, rate, factors.matmul(blocks.features(type)));
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
    Tensor sums = terms.many().matmul(blocks.values(type));
    Tensor total = sums.narrow(2, 2L * d, 1).sum(0).add(terms.few().sum(0));
    Tensor few = terms.few().div(total);
    Tensor r = sums.div(total);
    Tensor first = r.narrow(2, 0, d);
    Tensor count = r.narrow(2, 2L * d, 1);

    Tensor q = blocks.eigenvectors(type);
    Tensor still = blocks.middle(type).matmul(q).add(kernels.rate().mul(kernels.y()));
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
    double[] values = new double[Math.toIntExact(x.size(0))];
    // All terms of a row are in memory at once.
    ROWS.forEach(
        values.length,
        (from, to) -> {
          Tensor part = x.rows(from, to).to(DType.FLOAT64);
          double[] some = logDensity(part, TimeGrid.column(part, t)).toDoubles();
          System.arraycopy(some, 0, values, Math.toIntExact(from), some.length);
        });
    return Tensor.of(values, x.type(), values.length, 1);
  }

  @Override
  public PointFunction logDensityAtPoint(double t) {
    return blocks.logDensityAtPoint(t, noiseScale(), mixture.logDensityAtPoint(t), share);
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
}
