package org.f2d2.objective;

import org.f2d2.flow.JointFlowMap;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Tensor;

/**
 * FALCON: few-step maps that can be inverted, so that their exact change of variables is a density
 * (arXiv 2512.09914).
 *
 * <pre>
 *   L = L_cfm + λ_avg L_avg + λ_inv L_inv
 *   L_cfm = | u(x_s,s,s) - w |²                                      w the velocity of the pair
 *   L_avg = | u(x_s,s,t) - sg( v* + (t-s) JVP[u](v*, 1, 0) ) |²      v* = sg u(x_s,s,s), or w
 *   L_inv = | x_s - X_{t,s}( X_{s,t}(x_s) ) |²                       gradients through both jumps
 * </pre>
 *
 * s and t come in either order. A perfect L_avg makes the map that of the flow; L_inv alone makes
 * it one to one, which is all that the determinant of its Jacobian needs. The weights, the share of
 * diagonal rows and the law of the times are ours, as they are not published; so is the part of D,
 * which follows the same identity.
 */
public final class Falcon implements Objective {

  /** Rows of L_inv for each row of the others. */
  private static final double INVERSE_SHARE = 0.25;

  /** What the derivative of L_avg follows. */
  public enum Tangent {
    /** The model's own velocity, which has no noise. */
    MODEL,
    /** The velocity of the pair, as MeanFlow does. */
    PAIR
  }

  /**
   * Options.
   *
   * @param diagonalShare share of rows of L_cfm
   * @param averageWeight λ_avg
   * @param inverseWeight λ_inv
   * @param tangent v*
   */
  public record Options(
      @Interval("[0, 1]") double diagonalShare,
      @Interval("[0, 1000]") double averageWeight,
      @Interval("[0, 1000]") double inverseWeight,
      Tangent tangent) {
    /** Half of the rows are diagonal, and all parts count the same. */
    public static final Options DEFAULT = new Options(0.5, 1, 1, Tangent.MODEL);

    /** Checks the numbers. */
    public Options {
      MethodOptions.check(Options.class, diagonalShare, averageWeight, inverseWeight, tangent);
    }
  }

  /** From the data. */
  public static final Method METHOD =
      Method.of(
          new MethodInfo(
              "falcon",
              "arXiv 2512.09914",
              "average velocities and a jump back that ends where the jump began: maps whose"
                  + " determinant is a density",
              "the divergence; the weights, the share of diagonal rows and the law of the times",
              MethodInfo.Source.DATA),
          Options.DEFAULT,
          Falcon::new,
          ExactSolution.NoLoss.at(0),
          ExactSolution.NoGradient.at(0));

  private final Setting setting;
  private final Options options;
  private final IdentityLoss loss;
  private final WeightedSum.Extra inverse;

  /** The loss over a setting. */
  public Falcon(Setting setting, Options options) {
    this.setting = setting;
    this.options = options;
    this.loss =
        new IdentityLoss(
            setting,
            options.diagonalShare(),
            1,
            new RowWeight.Constant(options.averageWeight()).simplest(),
            RowWeight.EQUAL);
    this.inverse =
        new WeightedSum.Extra(
            new CycleConsistency(setting), options.inverseWeight(), INVERSE_SHARE);
  }

  @Override
  public Tensor loss(int rows, Rng rng) {
    Tensor sum = loss.of(rows, rng, this::rows);
    return options.inverseWeight() == 0 ? sum : inverse.addedTo(sum, rows, rng);
  }

  private BatchRows rows(PathBatch b, Tensor t, Rng rng) {
    Instantaneous.Source source = setting.field().source(setting.model(), b, rng);
    if (options.tangent() == Tangent.PAIR) {
      return BatchRows.eulerian(setting, b, t, source, source.velocity(), 1);
    }
    JointFlowMap model = setting.model();
    int d = model.dimensions();
    Tensor own = Autograd.noGrad(() -> JointFlowMap.velocity(model.rate(b.x(), b.s(), b.s()), d));
    return BatchRows.eulerian(setting, b, t, source.withVelocity(own), own, 1);
  }
}
