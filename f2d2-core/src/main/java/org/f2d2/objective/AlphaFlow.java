package org.f2d2.objective;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.f2d2.flow.FlowMapIdentities.Sides;
import org.f2d2.net.Query;
import org.f2d2.net.Query.Gradients;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Tensor;

/**
 * α-Flow ("AlphaFlow", arXiv 2510.20771), for the joint rate.
 *
 * <pre>
 *   1/α | f(x_s,s,t) - sg( α g(x_s,s) + (1-α) f(x_m,m,t) ) |²,
 *   m = s + α(t-s),   x_m = x_s + (m-s) v,     v the velocity part of g
 * </pre>
 *
 * α = 1 is trajectory flow matching; at α = 1/2 with the model's own first half for g it is twice
 * the loss of shortcut models; towards 0 the gradient becomes MeanFlow's, which takes over there.
 * The residual of the exact map is of order α². The part of D is ours, and the published adaptive
 * weight is left out: times 1/α it would switch the loss off as α falls.
 */
public final class AlphaFlow implements Objective {

  /**
   * How α falls over a run, 1 - sigmoid( steepness (share - (from+to)/2)/(to-from) ): 1 before,
   * MeanFlow after.
   *
   * @param from share of the run where it begins to fall
   * @param to share where it has fallen
   * @param steepness of the sigmoid
   * @param snap closer to 0 and to 1 than this, α is taken for 0 and for 1
   */
  public record Fall(
      @Interval("[0, 1)") double from,
      @Interval("(0, 1]") double to,
      @Interval("(0, 1000]") double steepness,
      @Interval("[0, 0.5)") double snap) {
    /** Has fallen early enough that the rest of the run is MeanFlow. */
    public static final Fall DEFAULT = new Fall(0.15, 0.6, 25, 5e-3);

    /** Checks the numbers. */
    public Fall {
      MethodOptions.check(Fall.class, from, to, steepness, snap);
      if (from >= to) {
        throw MethodOptions.refused("from", "must be below {to}, got " + from + " and " + to);
      }
    }

    double alpha(double share) {
      double z = steepness * (share - (from + to) / 2) / (to - from);
      double alpha = 1 - 1 / (1 + Math.exp(-z));
      return alpha < snap ? 0 : alpha > 1 - snap ? 1 : alpha;
    }
  }

  /**
   * Options.
   *
   * @param diagonalShare share of rows with t = s; published 0.25 to 0.5
   * @param fall of α over the run
   */
  public record Options(@Interval("[0, 1]") double diagonalShare, Fall fall) {
    /** The choice of this project. */
    public static final Options DEFAULT = new Options(0.4, Fall.DEFAULT);

    /** Checks the share. */
    public Options {
      MethodOptions.check(Options.class, diagonalShare, fall);
    }
  }

  /** From the data. The error at some α, of order 2 in it, is gone when α has fallen to 0. */
  public static final Method METHOD =
      Method.of(
          new MethodInfo(
              "alphaflow",
              "arXiv 2510.20771",
              "from trajectory flow matching to MeanFlow over the run",
              "the divergence; uniform times in both orders; no weight",
              MethodInfo.Source.DATA),
          Options.DEFAULT,
          AlphaFlow::new,
          ExactSolution.NoLoss.at(1),
          ExactSolution.NoGradient.at(1));

  private final Setting setting;
  private final IdentityLoss loss;
  private final Fall fall;
  private final double alpha;
  private final boolean ownSteps;

  /** The loss over a setting, as it is at the start of a run. */
  public AlphaFlow(Setting setting, Options options) {
    this(setting, options.diagonalShare(), options.fall(), options.fall().alpha(0), false);
  }

  /**
   * The loss with a fixed α.
   *
   * @param alpha in [0, 1]; 0 is MeanFlow
   */
  public AlphaFlow(Setting setting, double diagonalShare, double alpha) {
    this(setting, diagonalShare, Fall.DEFAULT, alpha, false);
  }

  /**
   * The loss whose first step is a jump of the model, f(x,s,m) in the place of g: the semigroup
   * identity, twice the loss of Shortcut at α = 1/2.
   *
   * @param alpha in (0, 1]
   */
  public static AlphaFlow withOwnSteps(Setting setting, double diagonalShare, double alpha) {
    if (!(alpha > 0)) {
      throw new IllegalArgumentException("α must lie in (0, 1], got " + alpha);
    }
    return new AlphaFlow(setting, diagonalShare, Fall.DEFAULT, alpha, true);
  }

  private AlphaFlow(
      Setting setting, double diagonalShare, Fall fall, double alpha, boolean ownSteps) {
    if (!(alpha >= 0 && alpha <= 1)) {
      throw new IllegalArgumentException("α must lie in [0, 1], got " + alpha);
    }
    this.setting = setting;
    this.loss = new IdentityLoss(setting, diagonalShare);
    this.fall = fall;
    this.alpha = alpha;
    this.ownSteps = ownSteps;
  }

  @Override
  public Objective at(double share) {
    return new AlphaFlow(setting, loss.diagonalShare(), fall, fall.alpha(share), ownSteps);
  }

  @Override
  public Tensor loss(int rows, Rng rng) {
    return loss.of(rows, rng, this::rows);
  }

  private BatchRows rows(PathBatch b, Tensor t, Rng rng) {
    if (ownSteps) {
      return scaled(BatchRows.semigroup(setting, b, t, b.s().addScaled(t.sub(b.s()), alpha)));
    }
    Instantaneous.Source source = setting.field().source(setting.model(), b, rng);
    if (alpha == 0) {
      return BatchRows.eulerian(setting, b, t, source, source.velocity(), 1);
    }
    Tensor first = t.sub(b.s()).mul(alpha);
    Tensor m = b.s().add(first);
    Tensor between = b.x().addProduct(first, source.velocity());
    List<Query> queries = new ArrayList<>();
    queries.add(new Query(b.x(), b.s(), t, Optional.empty(), Gradients.VALUE));
    queries.add(new Query(between, m, t, Optional.empty(), Gradients.NONE));
    if (source.probe().isPresent()) {
      queries.add(new Query(b.x(), b.s(), b.s(), source.probe(), Gradients.NONE));
    }
    return scaled(
        BatchRows.of(
            queries,
            a -> {
              Tensor left = a.get(0).value();
              Tensor g = source.joint(a.get(a.size() - 1)).narrow(1, 0, left.size(1));
              Tensor target = g.mul(alpha).addScaled(a.get(1).value(), 1 - alpha).detach();
              return new Sides(left, target);
            }));
  }

  /** With the square root of 1/α on both sides. */
  private BatchRows scaled(BatchRows rows) {
    double root = 1 / Math.sqrt(alpha);
    return BatchRows.of(
        rows.queries(),
        answers -> {
          Sides sides = rows.sides(answers);
          return new Sides(sides.left().mul(root), sides.right().mul(root));
        });
  }
}
