package org.f2d2.objective;

import java.util.Optional;
import java.util.OptionalDouble;
import org.f2d2.flow.JointFlowMap;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Tensor;

/**
 * Regression of a joint flow map on a teacher's trajectories. For two nodes i and j of one
 * trajectory, in either order, with s = t_i and t = t_j:
 *
 * <pre>
 *   u-target   (X_j - X_i)/(t-s)
 *   D-target   (A_j - A_i)/(t-s) - score(X_j, t) · (X̂ - X_j)/(t-s),    X̂ = X_i + (t-s) sg u(X_i,s,t)
 * </pre>
 *
 * The second part of the D-target makes the accumulated log-density right for the point where the
 * student's own jump lands: log p_t changes by score · (X̂ - X_j) between the two to first order.
 * In many dimensions the second order counts too: with a {@link Curvature}, ½ (X̂ - X_j)ᵀ H (X̂ -
 * X_j) is added to it. The score of the linear path is (t v - x)/(1-t); it is used where t &lt;
 * 0.97. Needs neither a derivative of the student nor targets made by it.
 */
public final class TrajectoryRegression implements Objective {

  /**
   * Options.
   *
   * @param divergenceWeight weight of the squared error of D/d against that of u; left open, the
   *     kind of data decides: 1 for tables, more for images
   * @param dyadicShare share of pairs that 1, 2, 4 or 8 equal jumps use; the rest are any two nodes
   * @param backwardShare share of the dyadic pairs that run from data to noise; left open, 0.6 for
   *     tables and 0.5 for images
   * @param compensation whether the D-target follows the student's own landing point
   */
  public record Options(
      @Interval("[0, 1000]") OptionalDouble divergenceWeight,
      @Interval("[0, 1]") double dyadicShare,
      @Interval("[0, 1]") OptionalDouble backwardShare,
      boolean compensation) {
    /** The recipe's choice. */
    public static final Options DEFAULT =
        new Options(OptionalDouble.empty(), 0.5, OptionalDouble.empty(), true);

    /** Checks the numbers. */
    public Options {
      MethodOptions.check(
          Options.class, divergenceWeight, dyadicShare, backwardShare, compensation);
    }

    /** With nothing left open. */
    public Options(
        double divergenceWeight, double dyadicShare, double backwardShare, boolean compensation) {
      this(
          OptionalDouble.of(divergenceWeight),
          dyadicShare,
          OptionalDouble.of(backwardShare),
          compensation);
    }

    /**
     * Those of the method.
     *
     * @throws IllegalArgumentException for a method of another class
     */
    public static Options of(Method method) {
      if (method.options() instanceof Options own) {
        return own;
      }
      throw new IllegalArgumentException(method + " is no regression on trajectories");
    }

    /** These options, with numbers for what is left open. */
    public Options orElse(double otherDivergenceWeight, double otherBackwardShare) {
      return new Options(
          divergenceWeight.orElse(otherDivergenceWeight),
          dyadicShare,
          backwardShare.orElse(otherBackwardShare),
          compensation);
    }
  }

  /** The project's own recipe. */
  public static final Method METHOD =
      Method.of(
          new MethodInfo(
              "trajectory-regression",
              "this project",
              "the joint map and a log-density head are regressed on solved trajectories of the teacher",
              "the recipe",
              MethodInfo.Source.TRAJECTORIES),
          Options.DEFAULT,
          (setting, options) -> {
            throw new IllegalArgumentException("trajectory regression is not made from a field");
          },
          new ExactSolution.Nothing(
              "its targets are solved trajectories, whose solver's order is measured by itself"));

  private static final double TABLE_DIVERGENCE_WEIGHT = 1;
  private static final double TABLE_BACKWARD_SHARE = 0.6;

  /** The second derivative H of a log-density that is near to that of the data at each time. */
  @FunctionalInterface
  public interface Curvature {
    /**
     * The quadratic form of moves of points.
     *
     * @param move [n, d]
     * @param t times [n, 1]
     * @return moveᵀ H(t) move, [n, 1]
     */
    Tensor of(Tensor move, Tensor t);
  }

  private static final double LAST_SCORE_TIME = 0.97;

  /** Largest correction of an average divergence, per dimension: far jumps are not followed. */
  private static final double LARGEST_COMPENSATION = 2;

  private final JointFlowMap model;
  private final Trajectories trajectories;
  private final Options options;
  private final Optional<Curvature> curvature;

  /** Regression of {@code model} on {@code trajectories}, compensated to first order. */
  public TrajectoryRegression(JointFlowMap model, Trajectories trajectories, Options options) {
    this(model, trajectories, options, Optional.empty());
  }

  /** Regression of {@code model} on {@code trajectories}. */
  public TrajectoryRegression(
      JointFlowMap model,
      Trajectories trajectories,
      Options options,
      Optional<Curvature> curvature) {
    this.model = model;
    this.trajectories = trajectories;
    this.options = options.orElse(TABLE_DIVERGENCE_WEIGHT, TABLE_BACKWARD_SHARE);
    this.curvature = curvature;
  }

  private record Batch(Tensor x, Tensor s, Tensor t, Tensor rate, Tensor end, Tensor endVelocity) {}

  @Override
  public Tensor loss(int rows, Rng rng) {
    int d = model.dimensions();
    Batch b = Autograd.noGrad(() -> draw(rows, rng));
    Tensor rate = model.rate(b.x(), b.s(), b.t());
    Tensor uError = JointFlowMap.velocity(rate, d).sub(JointFlowMap.velocity(b.rate(), d));
    Tensor uLoss = LogDensityRegression.robust(uError, 1).sum(1).mean();
    if (!model.hasDivergence()) {
      return uLoss;
    }
    Tensor target = JointFlowMap.divergence(b.rate(), d);
    if (options.compensation()) {
      target = target.sub(compensation(b, uError.detach()));
    }
    Tensor dError = JointFlowMap.divergence(rate, d).sub(target).div(model.coordinates().moving());
    Tensor dLoss = LogDensityRegression.robust(dError, 1).mean();
    return uLoss.addScaled(dLoss, options.divergenceWeight().orElseThrow());
  }

  // (X̂ - X_j)/(t-s) is the error of u itself.
  private Tensor compensation(Batch b, Tensor uError) {
    Tensor early = b.t().lessThan(LAST_SCORE_TIME);
    Tensor t = Tensor.where(early, b.t(), b.t().zerosLike());
    Tensor score = t.mul(b.endVelocity()).sub(b.end()).div(t.subtractFrom(1));
    Tensor first = score.mul(uError).sumKeep(1);
    Tensor shift =
        curvature
            .map(h -> first.addProduct(b.t().sub(b.s()).mul(0.5), h.of(uError, b.t())))
            .orElse(first);
    double most = LARGEST_COMPENSATION * uError.size(1);
    return Tensor.where(early, shift.clamp(-most, most), shift.zerosLike());
  }

  private Batch draw(int rows, Rng rng) {
    Tensor trajectory = rng.integers(trajectories.count(), rows);
    Tensor[] pair = nodePairs(rows, rng);
    Tensor from = trajectories.flatIndex(trajectory, pair[0]);
    Tensor to = trajectories.flatIndex(trajectory, pair[1]);
    Tensor s = trajectories.at(trajectories.times(), from);
    Tensor t = trajectories.at(trajectories.times(), to);
    Tensor x = trajectories.at(trajectories.points(), from);
    Tensor end = trajectories.at(trajectories.points(), to);
    Tensor h = t.sub(s);
    Tensor a =
        trajectories
            .at(trajectories.divergences(), to)
            .sub(trajectories.at(trajectories.divergences(), from));
    Tensor rate = Tensor.cat(1, end.sub(x), a).div(h);
    return new Batch(x, s, t, rate, end, trajectories.at(trajectories.velocities(), to));
  }

  // Node numbers are exact in 64-bit floating point, which has the arithmetic that is needed.
  private Tensor[] nodePairs(int rows, Rng rng) {
    DType f = DType.FLOAT64;
    long nodes = trajectories.nodes();
    long intervals = nodes - 1;
    Tensor i = rng.integers(nodes, rows).to(f);
    Tensor gap = rng.integers(intervals, rows).to(f).add(1);
    Tensor j = i.add(gap);
    j = Tensor.where(j.lessThan(nodes), j, j.sub(nodes));

    Tensor jumps = rng.integers(4, rows).to(f).mul(Math.log(2)).exp().add(0.5).to(DType.INT64);
    Tensor step = jumps.to(f).reciprocal().mul(intervals);
    Tensor slot = rng.uniform(f, rows).mul(jumps.to(f)).to(DType.INT64).to(f);
    Tensor low = slot.mul(step);
    Tensor high = low.add(step);
    Tensor backward = rng.uniform(f, rows).lessThan(options.backwardShare().orElseThrow());
    Tensor dyadic = rng.uniform(f, rows).lessThan(options.dyadicShare());
    Tensor from = Tensor.where(dyadic, Tensor.where(backward, high, low), i);
    Tensor to = Tensor.where(dyadic, Tensor.where(backward, low, high), j);
    return new Tensor[] {from.add(0.5).to(DType.INT64), to.add(0.5).to(DType.INT64)};
  }
}
