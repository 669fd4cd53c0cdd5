package org.f2d2.objective;

import java.util.Optional;
import org.f2d2.flow.JointFlowMap;
import org.f2d2.flow.VelocityField;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Tensor;

/**
 * FlowConsist (arXiv 2602.06346): MeanFlow's identity with the model's own velocity for source and
 * for tangent, flow matching on the diagonal, and {@link Rectification} of the samples.
 *
 * <pre>
 *   diagonal      | u(x,s,s) - w |²
 *   off-diagonal  | f(x,s,t) - sg( (v, T) + (t-s) JVP[f](v, 1, 0) ) |²,     v = sg u(x,s,s)
 * </pre>
 *
 * Reconstructed from the paper's abstract: the part of D, the shares, the weights, and that the
 * second flow is a branch of the same network.
 */
public final class FlowConsist implements Objective {

  /**
   * Options.
   *
   * @param diagonalShare share of rows with t = s among those of the map
   * @param rectification of the samples
   */
  public record Options(
      @Interval("[0, 1]") double diagonalShare, Rectification.Options rectification) {
    /** The choice of this project; the paper's numbers are not known to us. */
    public static final Options DEFAULT = new Options(0.75, Rectification.Options.FLOW_CONSIST);

    /** Checks the share. */
    public Options {
      MethodOptions.check(Options.class, diagonalShare, rectification);
    }
  }

  /**
   * From the data. At the exact map, whose second branch is the flow to its samples, those are the
   * data: both velocities of the rectification are the same, and nothing is moved. The identity
   * then holds along the map's own velocity, which is the field's. What is left is the variance of
   * the second flow's targets, which no weight brings to zero.
   */
  public static final Method METHOD =
      Method.of(
          new MethodInfo(
              "flowconsist",
              "arXiv 2602.06346",
              "MeanFlow identity along the model's own velocity, samples rectified against their"
                  + " own flow",
              "all but the idea: settings, the divergence, one network for both flows",
              MethodInfo.Source.DATA),
          Options.DEFAULT,
          (setting, options) -> new FlowConsist(setting, options, setting.model().secondBranch()),
          ExactSolution.NoLoss.with(1, "rectification-fake-weight", "0"),
          ExactSolution.NoGradient.at(1));

  private final Objective base;
  private final RectifiedLoss rectified;

  /**
   * The loss over a setting, as it is at the start of a run.
   *
   * @param fake velocity of the flow to the samples, which is trained along
   */
  public FlowConsist(Setting setting, Options options, VelocityField fake) {
    this(
        new OwnTangent(setting, new IdentityLoss(setting, options.diagonalShare())),
        RectifiedLoss.of(setting, fake, options.rectification()));
  }

  private FlowConsist(Objective base, RectifiedLoss rectified) {
    this.base = base;
    this.rectified = rectified;
  }

  @Override
  public Objective at(double share) {
    return new FlowConsist(base, rectified.at(share));
  }

  @Override
  public Tensor loss(int rows, Rng rng) {
    return rectified.of(rows, rng, base);
  }

  /** The loss of the map without rectification. */
  private record OwnTangent(Setting setting, IdentityLoss loss) implements Objective {
    @Override
    public Tensor loss(int rows, Rng rng) {
      return loss.of(rows, rng, this::rows);
    }

    private BatchRows rows(PathBatch b, Tensor t, Rng rng) {
      JointFlowMap model = setting.model();
      int d = model.dimensions();
      Tensor v = Autograd.noGrad(() -> JointFlowMap.velocity(model.rate(b.x(), b.s(), b.s()), d));
      Instantaneous.Source given = setting.field().source(model, b, rng);
      Instantaneous.Source own =
          new Instantaneous.Source(
              v,
              given.probe(),
              (Optional<Tensor> tangent) -> {
                Tensor divergence = JointFlowMap.divergence(given.target().apply(tangent), d);
                return Tensor.cat(1, v, divergence);
              });
      return BatchRows.eulerian(setting, b, t, own, v, 1);
    }
  }
}
