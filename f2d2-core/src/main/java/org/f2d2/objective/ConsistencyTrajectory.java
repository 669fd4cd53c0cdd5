package org.f2d2.objective;

import org.f2d2.flow.JointFlowMap;
import org.f2d2.flow.ProbabilityPath;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Tensor;

/**
 * CTM: Consistency Trajectory Models (arXiv 2310.02279), for the joint rate.
 *
 * <p>The paper's time is the noise level σ = (1-s)/s of y = x/s, and its jump is G(y,a,b) = (b/a) y
 * + (1-b/a) g(y,a,b) with a network g. Here that is x ↦ x + (t-s) u with
 *
 * <pre>  u(x,s,t) = ( g(x/s, σ_s, σ_t) - x )/(1-s)</pre>
 *
 * so g and u are the same function, g of the diagonal is the denoiser, and denoising score matching
 * is flow matching. With r between s and t, reached from s by Heun steps on the teacher, and X̄ a
 * jump by weights without gradients,
 *
 * <pre>
 *   soft consistency   | X̄_{t,1}( X_{s,t}(x_s) ) - sg X̄_{t,1}( X_{r,t}( Heun_{s→r}(x_s) ) ) |²
 *   of D               | D(x_s,s,t) - sg( ( A_Heun + (t-r) D(x_r,r,t) )/(t-s) ) |²
 *   denoising          | u(x,s,s) - v |² on the other rows
 * </pre>
 *
 * The nodes of times lie as Karras et al. (arXiv 2206.00364) place noise levels, with noise and
 * data themselves at the ends; Heun steps are in s. Jumps from data to noise, which a density
 * needs, are trained too, and carried back to the noise in place of the data. Ours: that direction,
 * D, the weights of the moment for X̄ where the paper has their running average, and equal shares
 * of the two losses. There is no adversarial part.
 */
public final class ConsistencyTrajectory implements Objective {

  /**
   * Options.
   *
   * @param nodes times of the grid, at least 4; published 18 and 40
   * @param mostSteps most Heun steps of the teacher, at least 1; k of them are drawn with a chance
   *     proportional to k
   * @param denoisingShare share of rows that are for the diagonal, in (0, 1)
   */
  public record Options(
      @Interval("[4, 1000]") int nodes,
      @Interval("[1, 998]") int mostSteps,
      @Interval("(0, 1)") double denoisingShare) {
    /** Few steps of the teacher, since each costs two evaluations of it. */
    public static final Options DEFAULT = new Options(18, 2, 0.5);

    /** Checks the numbers. */
    public Options {
      MethodOptions.check(Options.class, nodes, mostSteps, denoisingShare);
      if (mostSteps > nodes - 2) {
        throw MethodOptions.refused(
            "mostSteps", "must be at most {nodes} - 2, got " + mostSteps + " and " + nodes);
      }
    }
  }

  /**
   * From a teacher. A Heun step of length h is off by h³, which (t-s) divides for D: at the exact
   * map the order is 3 for where a jump ends and 2 for D, and between them for both.
   */
  public static final Method METHOD =
      Method.of(
          new MethodInfo(
              "ctm",
              "arXiv 2310.02279",
              "soft consistency of jumps with Heun steps of a frozen teacher, and denoising",
              "the divergence; jumps to noise; the weights of the moment for the outer jump",
              MethodInfo.Source.TEACHER),
          Options.DEFAULT,
          (setting, options) ->
              new ConsistencyTrajectory(setting, setting.model().apart(), options),
          ExactSolution.Order.in("nodes", "101", "201", 2.2, 0.55).with("most-steps", "1"));

  private final Setting setting;
  private final JointFlowMap outer;
  private final KarrasGrid grid;
  private final double denoisingShare;
  private final IdentityLoss batches;

  /**
   * The loss over a setting whose field is a teacher.
   *
   * @param outer X̄: the same map, through whose parameters no gradient passes
   * @throws IllegalArgumentException unless the path is linear, as the relation of g and u is
   */
  public ConsistencyTrajectory(Setting setting, JointFlowMap outer, Options options) {
    if (!(setting.path() instanceof ProbabilityPath.Linear)) {
      throw new IllegalArgumentException("a jump between noise levels needs the linear path");
    }
    this.setting = setting;
    this.outer = outer;
    this.grid = new KarrasGrid(options.nodes(), options.mostSteps());
    this.denoisingShare = options.denoisingShare();
    this.batches = new IdentityLoss(setting, 1);
  }

  @Override
  public Tensor loss(int rows, Rng rng) {
    int denoising = (int) Math.ceil(denoisingShare * rows);
    Tensor loss = batches.of(denoising, rng, (b, t, r) -> BatchRows.diagonal(setting, b, r));
    return denoising == rows ? loss : loss.add(consistency(rows - denoising, rng));
  }

  private Tensor consistency(int rows, Rng rng) {
    JointFlowMap model = setting.model();
    int d = model.dimensions();
    DType type = setting.data().type();
    Tensor table = grid.table(type);
    KarrasGrid.Way nodes = Autograd.noGrad(() -> grid.draw(rows, type, rng));
    Tensor s = KarrasGrid.at(table, nodes.start());
    Tensor r = KarrasGrid.at(table, nodes.middle());
    Tensor t = KarrasGrid.at(table, nodes.end());
    PathBatch b = setting.draw(s, rng);
    Tensor rate = model.rate(b.x(), s, t);
    Tensor landed = JointFlowMap.jump(b.x(), s, t, rate);
    // Towards the data a landing is judged by where it ends there, towards the noise likewise.
    Tensor home = Tensor.where(nodes.sign().lessThan(0), t.zerosLike(), t.onesLike());
    Target target = Autograd.noGrad(() -> target(table, nodes, b.x(), r, t, home, rng));
    Tensor miss =
        JointFlowMap.jump(landed, t, home, outer.rate(landed, t, home)).sub(target.home());
    if (!model.hasDivergence()) {
      return setting.error().of(miss, setting.model().coordinates());
    }
    Tensor step = t.sub(s);
    Tensor divergence = JointFlowMap.divergence(rate, d).sub(target.accumulated().div(step));
    return setting.error().of(Tensor.cat(1, miss, divergence), setting.model().coordinates());
  }

  /** Where the target ends, and the divergence over its way from s to t. */
  private record Target(Tensor home, Tensor accumulated) {}

  private Target target(
      Tensor table, KarrasGrid.Way nodes, Tensor x, Tensor r, Tensor t, Tensor home, Rng rng) {
    JointFlowMap model = setting.model();
    int d = model.dimensions();
    Tensor y = Tensor.cat(1, x, Tensor.zeros(x.type(), x.size(0), 1));
    Tensor at = nodes.start();
    for (int k = 0; k < grid.mostSteps(); k++) {
      Tensor left = nodes.middle().sub(at).mul(nodes.sign());
      Tensor ended = left.lessThan(0.5);
      Tensor next = Tensor.where(ended, at, at.add(nodes.sign()));
      y = heun(y, KarrasGrid.at(table, at), KarrasGrid.at(table, next), rng);
      at = next;
    }
    Tensor point = y.narrow(1, 0, d);
    Tensor rest = model.rate(point, r, t);
    Tensor landed = JointFlowMap.jump(point, r, t, rest);
    Tensor end = JointFlowMap.jump(landed, t, home, outer.rate(landed, t, home));
    Tensor accumulated = y.narrow(1, d, 1);
    return new Target(
        end,
        model.hasDivergence()
            ? accumulated.addProduct(t.sub(r), JointFlowMap.divergence(rest, d))
            : accumulated);
  }

  /** One Heun step of (x, A) by the teacher; none where both times are the same. */
  private Tensor heun(Tensor y, Tensor from, Tensor to, Rng rng) {
    int d = setting.model().dimensions();
    Tensor h = to.sub(from);
    Tensor first = setting.field().anywhere(y.narrow(1, 0, d), from, rng);
    Tensor ahead = y.addProduct(h, first);
    Tensor second = setting.field().anywhere(ahead.narrow(1, 0, d), to, rng);
    return y.addProduct(h, first.add(second).mul(0.5));
  }
}
