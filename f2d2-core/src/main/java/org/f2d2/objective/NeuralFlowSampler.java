package org.f2d2.objective;

import org.f2d2.flow.DiagonalVelocity;
import org.f2d2.flow.JointFlowMap;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Tensor;

/**
 * Neural flow samplers with shortcuts, NFS²: a velocity that carries a {@link
 * org.f2d2.energy.GeometricPath} is learned from its densities alone ("Neural Flow Samplers with
 * Shortcut Models", arXiv 2502.07337).
 *
 * <pre>
 *   ξ_t(x) = ∂ₜ log r_t(x) + div v(x,t) + v(x,t) · ∇ log r_t(x)
 *   L = E_{t, x~q_t} ω(x,t) ( ξ_t(x) - c_t )²,     c_t = Σ ω ξ_t / Σ ω
 * </pre>
 *
 * <p>Continuity holds where ξ is the same everywhere, and is then ∂ₜ log Z; that is so for points
 * of any law q, and ξ of the exact velocity does not vary at all. c_t is the mean over the rows of
 * a group, which have one time; taking it as it is there is the same as holding it fixed, since the
 * loss is least in it. The weight ω keeps rows whose density changes by hundreds of nats from
 * ruling the others. It, and the law of the times, are ours.
 *
 * <p>The velocity is the diagonal u(x,t,t) of a flow map, whose jumps are trained beside it by any
 * method: with {@link ShortcutF2d2}, by halves.
 */
public final class NeuralFlowSampler implements Objective {

  /**
   * Options.
   *
   * @param group rows of one time, where there are enough
   * @param share of the rows that train the velocity, in (0, 1]
   * @param nats change along a path beyond which a row weighs less, κ
   * @param jumpWeight of the loss of the jumps
   */
  public record Options(int group, double share, double nats, double jumpWeight) {
    /** Groups of 32, half of the rows. */
    public static final Options DEFAULT = new Options(32, 0.5, 30, 1);

    /** Checks the numbers. */
    public Options {
      if (group < 2 || !(share > 0 && share <= 1) || !(nats > 0) || !(jumpWeight >= 0)) {
        throw new IllegalArgumentException(
            "groups need two rows, a share in (0, 1] and positive weights");
      }
    }
  }

  private final JointFlowMap model;
  private final ReplayBuffer buffer;
  private final Objective jumps;
  private final Options options;

  /**
   * The loss.
   *
   * @param jumps of the same map
   */
  public NeuralFlowSampler(
      JointFlowMap model, ReplayBuffer buffer, Objective jumps, Options options) {
    this.model = model;
    this.buffer = buffer;
    this.jumps = jumps;
    this.options = options;
  }

  @Override
  public Objective at(double share) {
    return new NeuralFlowSampler(model, buffer, jumps.at(share), options);
  }

  @Override
  public Tensor loss(int rows, Rng rng) {
    // A worker may have few rows: groups then shrink, and the jumps keep their share.
    int ofVelocity = Math.max(2, (int) Math.round(options.share() * rows));
    int groups = Math.max(1, (int) Math.round((double) ofVelocity / options.group()));
    int each = Math.max(2, ofVelocity / groups);
    Tensor loss = velocityLoss(groups, each, rng);
    int others = rows - groups * each;
    return others < 1 || options.jumpWeight() == 0
        ? loss
        : loss.addScaled(jumps.loss(others, rng), options.jumpWeight());
  }

  private Tensor velocityLoss(int groups, int m, Rng rng) {
    Tensor times = rng.uniform(buffer.points().type(), groups, 1);
    Tensor t = times.expand(groups, m).reshape((long) groups * m, 1);
    ReplayBuffer.Rows rows = buffer.rows(t, rng);
    Tensor weight = weight(rows, options.nats());
    Tensor xi = xi(model, rows).reshape(groups, m);
    Tensor w = weight.reshape(groups, m);
    Tensor c = xi.mul(w).sumKeep(1).div(w.sumKeep(1));
    // As many rows as have settled c are missing from the mean of the squares.
    return xi.sub(c).square().mul(w).sum().mul(1.0 / (groups * (m - 1.0)));
  }

  /**
   * ξ of the map's diagonal.
   *
   * @return [n, 1]
   */
  public static Tensor xi(JointFlowMap model, ReplayBuffer.Rows rows) {
    Tensor joint = new DiagonalVelocity(model).joint(rows.x(), rows.t());
    int d = model.dimensions();
    Tensor along = JointFlowMap.velocity(joint, d).mul(rows.score()).sumKeep(1);
    return rows.rate().add(JointFlowMap.divergence(joint, d)).add(along);
  }

  /** ω = 1 / (1 + ((|∂ₜ log r| + |∇ log r|) / κ)²), without gradients. */
  private static Tensor weight(ReplayBuffer.Rows rows, double nats) {
    Tensor change = rows.rate().abs().add(rows.score().square().sumKeep(1).sqrt());
    return change.mul(1 / nats).square().add(1).reciprocal().detach();
  }
}
