package org.f2d2.objective;

import org.f2d2.net.Query.Gradients;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Tensor;

/**
 * Align Your Flow (arXiv 2506.14603), distillation of a teacher into the joint rate.
 *
 * <pre>
 *   EMD   | f - sg( f - h ) |²,   h = ( f - g(x,s) - r (t-s) JVP[f](v, 1, 0) ) / ( |its u part| + c )
 *   LMD   the same with h = ( f + (t-s) ∂ₜf - g(X_{s,t}(x), t) ) / ( |its u part| + c )
 * </pre>
 *
 * r grows from 0 to {@value #LAST_R} in the first part of a run; less than 1 pulls f towards the
 * teacher. Both are the limits of the published differences in s and t. Normalising D by the error
 * of u, the length of the growth and the uniform times are ours.
 */
public final class AlignYourFlow implements Objective {

  /** Which end of the jump the derivative is taken at. */
  public enum Kind {
    /** Eulerian map distillation: the start. */
    EMD,
    /** Lagrangian map distillation: the end. */
    LMD
  }

  private static final double LAST_R = 0.99;
  private static final double WARM_UP = 0.25;

  /** c of the normalisation. */
  private static final double OFFSET = 0.1;

  private final Setting setting;
  private final Kind kind;
  private final IdentityLoss loss;
  private final double r;

  /**
   * The loss over a setting, as it is at the start of a run.
   *
   * @param diagonalShare share of rows with t = s, in [0, 1]
   */
  public AlignYourFlow(Setting setting, Kind kind, double diagonalShare) {
    this(setting, kind, diagonalShare, 0, new RowWeight.Normalized(OFFSET));
  }

  /**
   * The loss with a fixed r.
   *
   * @param r in [0, 1]; 1 is the identity itself; only EMD has it
   * @param weight of a row
   */
  public AlignYourFlow(
      Setting setting, Kind kind, double diagonalShare, double r, RowWeight weight) {
    if (!(r >= 0 && r <= 1)) {
      throw new IllegalArgumentException("r must lie in [0, 1], got " + r);
    }
    this.setting = setting;
    this.kind = kind;
    this.loss = new IdentityLoss(setting, diagonalShare, 1, weight);
    this.r = r;
  }

  @Override
  public Objective at(double share) {
    double now = LAST_R * Math.min(1, share / WARM_UP);
    return new AlignYourFlow(setting, kind, loss.diagonalShare(), now, loss.weight());
  }

  @Override
  public Tensor loss(int rows, Rng rng) {
    return loss.of(rows, rng, this::rows);
  }

  private BatchRows rows(PathBatch b, Tensor t, Rng rng) {
    return switch (kind) {
      case EMD -> {
        Instantaneous.Source source = setting.field().source(setting.model(), b, rng);
        yield BatchRows.eulerian(setting, b, t, source, source.velocity(), r);
      }
      case LMD -> BatchRows.lagrangian(setting, b, t, Gradients.VALUE, rng);
    };
  }
}
