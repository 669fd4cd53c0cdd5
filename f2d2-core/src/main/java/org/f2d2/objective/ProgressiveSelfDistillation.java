package org.f2d2.objective;

import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Tensor;

/**
 * PSD: progressive self-distillation (Boffi et al., arXiv 2505.18825) of the joint rate.
 *
 * <pre>
 *   | f(x,s,t) - sg( (1-c) f(x,s,r) + c f(X_{s,r}(x), r, t) ) |²,     r = c s + (1-c) t
 * </pre>
 *
 * PSD-M takes the middle, c = 1/2; PSD-U draws c uniformly. The part of D is ours.
 *
 * <p>With {@link Instantaneous.Teacher} and {@link Rounds} this is progressive flow map matching
 * (PFMM, arXiv 2406.07507): a jump is learned from two jumps of half its length, and the longest
 * jump doubles from round to round. Taking the halves from the model of the moment in place of a
 * copy from the end of the last round is ours.
 *
 * <p>The identity holds at any point, and a share of the points is off the path, ours too: D is
 * otherwise free where no data lie, and the density may grow there.
 */
public final class ProgressiveSelfDistillation implements Objective {

  /** Where a jump is cut in two. */
  public enum Cut {
    /** In the middle: PSD-M. */
    MIDDLE,
    /** Anywhere, uniformly: PSD-U. */
    UNIFORM
  }

  /**
   * Longest jumps over the run.
   *
   * @param count how often the longest jump doubles, until it is 1; 0 for jumps of any length all
   *     along
   */
  public record Rounds(int count) {
    /** Jumps of any length. */
    public static final Rounds NONE = new Rounds(0);

    /** Checks the number. */
    public Rounds {
      if (count < 0 || count > 20) {
        throw new IllegalArgumentException("the rounds must lie in 0..20, got " + count);
      }
    }

    /** The longest jump when a share of the run is done; the last round has one share more. */
    double reach(double share) {
      int round = (int) Math.min(count, Math.floor(share * (count + 2)));
      return Math.scalb(1.0, round - count);
    }
  }

  private final Setting setting;
  private final Cut cut;
  private final Rounds rounds;
  private final IdentityLoss loss;

  /**
   * The loss over a setting, as it is at the start of a run.
   *
   * @param diagonalShare share of rows with t = s, in [0, 1]; published 0.75
   */
  public ProgressiveSelfDistillation(
      Setting setting, double diagonalShare, Cut cut, Rounds rounds) {
    this(setting.offPath(), cut, rounds, new IdentityLoss(setting.offPath(), diagonalShare));
  }

  private ProgressiveSelfDistillation(Setting setting, Cut cut, Rounds rounds, IdentityLoss loss) {
    this.setting = setting;
    this.cut = cut;
    this.rounds = rounds;
    this.loss = loss;
  }

  @Override
  public Objective at(double share) {
    IdentityLoss now =
        new IdentityLoss(setting, loss.diagonalShare(), rounds.reach(share), loss.weight());
    return new ProgressiveSelfDistillation(setting, cut, rounds, now);
  }

  @Override
  public Tensor loss(int rows, Rng rng) {
    return loss.of(rows, rng, this::rows);
  }

  private BatchRows rows(PathBatch b, Tensor t, Rng rng) {
    Tensor c =
        switch (cut) {
          case MIDDLE -> Tensor.full(0.5, t.type(), t.size(0), 1);
          case UNIFORM -> rng.uniform(t.type(), t.size(0), 1);
        };
    return BatchRows.semigroup(setting, b, t, t.addProduct(c, b.s().sub(t)));
  }
}
