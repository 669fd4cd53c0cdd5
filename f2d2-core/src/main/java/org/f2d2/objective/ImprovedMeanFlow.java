package org.f2d2.objective;

import org.f2d2.flow.JointFlowMap;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Tensor;

/**
 * iMF: Improved Mean Flows (arXiv 2512.02012), for the joint rate.
 *
 * <pre>
 *   | V - g(x,s) |²,     V = f(x,s,t) - (t-s) sg JVP[f](v̂, 1, 0),     v̂ = sg u(x,s,s)
 * </pre>
 *
 * V is an estimate of the instantaneous field that is compared with the noisy source g, and the
 * derivative follows the model's own velocity, which is not noisy. With the velocity of the source
 * for v̂ the gradient is MeanFlow's. The part of D is ours.
 */
public final class ImprovedMeanFlow implements Objective {

  /**
   * Options.
   *
   * @param diagonalShare share of rows with t = s; published 0.5
   * @param weight of a row; a power of 0 weighs all alike
   */
  public record Options(@Interval("[0, 1]") double diagonalShare, RowWeight.Adaptive weight) {
    /** Half of the rows are diagonal, and all count the same. */
    public static final Options DEFAULT = new Options(0.5, new RowWeight.Adaptive(0, 1e-2));

    /** Checks the share. */
    public Options {
      MethodOptions.check(Options.class, diagonalShare, weight);
    }
  }

  /** From the data. */
  public static final Method METHOD =
      Method.of(
          new MethodInfo(
              "improved-meanflow",
              "arXiv 2512.02012",
              "MeanFlow identity as a regression on the instantaneous velocity, tangent by the"
                  + " model itself",
              "the divergence; uniform times in both orders",
              MethodInfo.Source.DATA),
          Options.DEFAULT,
          ImprovedMeanFlow::new,
          ExactSolution.NoLoss.at(0),
          ExactSolution.NoGradient.at(0));

  private final Setting setting;
  private final IdentityLoss loss;

  /**
   * The loss over a setting.
   *
   * @param diagonalShare share of rows with t = s, in [0, 1]; published 0.5
   * @param weight of a row
   */
  public ImprovedMeanFlow(Setting setting, double diagonalShare, RowWeight weight) {
    this.setting = setting;
    this.loss = new IdentityLoss(setting, diagonalShare, 1, weight);
  }

  /** The loss over a setting. */
  public ImprovedMeanFlow(Setting setting, Options options) {
    this(setting, options.diagonalShare(), options.weight().simplest());
  }

  @Override
  public Tensor loss(int rows, Rng rng) {
    return loss.of(rows, rng, this::rows);
  }

  // Moving the derivative to the other side changes neither the difference nor its gradient.
  private BatchRows rows(PathBatch b, Tensor t, Rng rng) {
    JointFlowMap model = setting.model();
    Instantaneous.Source source = setting.field().source(model, b, rng);
    Tensor own =
        Autograd.noGrad(
            () -> JointFlowMap.velocity(model.rate(b.x(), b.s(), b.s()), model.dimensions()));
    return BatchRows.eulerian(setting, b, t, source, own, 1);
  }
}
