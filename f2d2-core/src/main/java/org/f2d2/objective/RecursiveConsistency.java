package org.f2d2.objective;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.f2d2.flow.FlowMapIdentities.Sides;
import org.f2d2.flow.JointFlowMap;
import org.f2d2.net.Query;
import org.f2d2.net.Query.Gradients;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Tensor;

/**
 * RCGM, the base of TwinFlow (arXiv 2512.05150): the Eulerian identity by a short first step and a
 * few jumps over the rest, without a derivative. With g = (v, div v) and Δ signed like t-s,
 *
 * <pre>
 *   m = s + Δ,   x' = x_s + Δ v,   I = Σ over equal jumps from m to t of length · f
 *   e = ( (t-s) f(x_s,s,t) - I )/Δ - g(x_s,s),   e = f - g where |t-s| &lt; |Δ|
 *   | f - sg( f - e ) |²,   the part of u of e clamped to [-1, 1]
 * </pre>
 *
 * At the exact map e is of order Δ. The part of D, which is not clamped, is ours, and so are
 * uniform times in both orders.
 *
 * <p>e is |t-s|/Δ times the distance of f from what its rows say it is, a factor of up to 100 that
 * makes long jumps rule the network. {@link Weight#STEP} takes it away again; the fixed point is
 * the same.
 */
public final class RecursiveConsistency implements Objective {

  /** How much the error of a row counts. */
  public enum Weight {
    /** e as it is, the part of u clamped. */
    PUBLISHED,
    /** e Δ/|t-s|, not clamped; e itself where |t-s| is less than Δ. Ours. */
    STEP
  }

  /**
   * Options.
   *
   * @param diagonalShare share of rows with t = s
   * @param delta |Δ|; published 0.01
   * @param jumps over the rest of the way; published 2
   * @param weight of a row
   */
  public record Options(
      @Interval("[0, 1]") double diagonalShare,
      @Interval("[0.0001, 1)") double delta,
      @Interval("[1, 64]") int jumps,
      Weight weight) {
    /** The paper's numbers and our weight. */
    public static final Options DEFAULT = new Options(0.5, 0.01, 2, Weight.STEP);

    /** Checks the numbers. */
    public Options {
      MethodOptions.check(Options.class, diagonalShare, delta, jumps, weight);
    }
  }

  /** What is left at the exact map. */
  static final ExactSolution.Order STEP_ERROR =
      ExactSolution.Order.in("delta", "0.01", "0.005", 1, 0.1);

  /** From the data. */
  public static final Method METHOD =
      Method.of(
          new MethodInfo(
              "rcgm",
              "arXiv 2512.05150",
              "the base of TwinFlow: a short step and two jumps in place of a derivative, from the"
                  + " data",
              "the divergence; uniform times in both orders",
              MethodInfo.Source.DATA),
          Options.DEFAULT,
          RecursiveConsistency::new,
          STEP_ERROR.with("weight", "published", "diagonal-share", "0"));

  private static final double LARGEST = 1;

  private final Setting setting;
  private final Options options;
  private final IdentityLoss loss;

  /** The loss over a setting. */
  public RecursiveConsistency(Setting setting, Options options) {
    this.setting = setting;
    this.options = options;
    this.loss = new IdentityLoss(setting, options.diagonalShare());
  }

  @Override
  public Tensor loss(int rows, Rng rng) {
    return loss.of(rows, rng, this::rows);
  }

  /** Rows of points and target times. */
  BatchRows rows(PathBatch b, Tensor t, Rng rng) {
    Instantaneous.Source source = setting.field().source(setting.model(), b, rng);
    List<Query> queries = new ArrayList<>();
    queries.add(new Query(b.x(), b.s(), t, Optional.empty(), Gradients.VALUE));
    if (source.probe().isPresent()) {
      queries.add(new Query(b.x(), b.s(), b.s(), source.probe(), Gradients.NONE));
    }
    return BatchRows.of(
        queries,
        a -> {
          Tensor f = a.get(0).value();
          Tensor g = source.joint(a.get(a.size() - 1)).narrow(1, 0, f.size(1)).detach();
          Tensor e = Autograd.noGrad(() -> residual(b, t, source.velocity(), f.detach(), g));
          return new Sides(f, f.detach().sub(e));
        });
  }

  private Tensor residual(PathBatch b, Tensor t, Tensor v, Tensor f, Tensor g) {
    int d = setting.model().dimensions();
    double delta = options.delta();
    int jumps = options.jumps();
    Tensor step = t.sub(b.s());
    Tensor first =
        Tensor.where(step.lessThan(0), step.zerosLike().sub(delta), step.zerosLike().add(delta));
    Tensor m = b.s().add(first);
    Tensor x = b.x().addProduct(first, v);
    Tensor length = t.sub(m).div(jumps);
    Tensor integral = f.zerosLike();
    for (int j = 0; j < jumps; j++) {
      Tensor from = m.addScaled(length, j);
      Tensor to = j == jumps - 1 ? t : m.addScaled(length, j + 1);
      Tensor rate = setting.model().rate(x, from, to);
      integral = integral.addProduct(length, rate);
      x = JointFlowMap.jump(x, from, to, rate);
    }
    Tensor e = step.mul(f).sub(integral).div(first).sub(g);
    Tensor plain = f.sub(g);
    Tensor all = Tensor.where(step.abs().lessThan(delta), plain, e);
    if (options.weight() == Weight.STEP) {
      return all.mul(step.abs().clamp(delta, 1).reciprocal().mul(delta));
    }
    Tensor u = JointFlowMap.velocity(all, d).clamp(-LARGEST, LARGEST);
    return setting.model().hasDivergence() ? Tensor.cat(1, u, JointFlowMap.divergence(all, d)) : u;
  }
}
