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
 * r grows from 0 to almost 1 in the first part of a run; less than 1 pulls f towards the teacher.
 * Both are the limits of the published differences in s and t. Normalising D by the error of u, the
 * length of the growth and the uniform times are ours.
 */
public final class AlignYourFlow implements Objective {

  /** Which end of the jump the derivative is taken at. */
  public enum Kind {
    /** Eulerian map distillation: the start. */
    EMD,
    /** Lagrangian map distillation: the end. */
    LMD
  }

  /**
   * Options.
   *
   * @param diagonalShare share of rows with t = s
   * @param lastR r when it has grown; only EMD has it
   * @param warmUp share of the run in which it grows
   * @param offset c of the normalisation; published 0.1
   */
  public record Options(
      @Interval("[0, 1]") double diagonalShare,
      @Interval("[0, 1]") double lastR,
      @Interval("(0, 1]") double warmUp,
      @Interval("(0, inf)") double offset) {
    /** The choice of this project. */
    public static final Options DEFAULT = new Options(0.25, 0.99, 0.25, 0.1);

    /** Checks the numbers. */
    public Options {
      MethodOptions.check(Options.class, diagonalShare, lastR, warmUp, offset);
    }
  }

  /** Eulerian. */
  public static final Method AYF_EMD =
      Method.of(
          new MethodInfo(
              "ayf-emd",
              "arXiv 2506.14603",
              "Align Your Flow, Eulerian: normalised tangents from a frozen teacher",
              "the divergence; length of the warm-up; uniform times",
              MethodInfo.Source.TEACHER),
          Options.DEFAULT,
          (setting, options) -> new AlignYourFlow(setting, Kind.EMD, options),
          ExactSolution.NoLoss.with(1, "last-r", "1"));

  /** Lagrangian. */
  public static final Method AYF_LMD =
      Method.of(
          new MethodInfo(
              "ayf-lmd",
              "arXiv 2506.14603",
              "Align Your Flow, Lagrangian: normalised tangents from a frozen teacher",
              "the divergence; uniform times",
              MethodInfo.Source.TEACHER),
          Options.DEFAULT,
          (setting, options) -> new AlignYourFlow(setting, Kind.LMD, options),
          ExactSolution.NoLoss.at(1));

  private final Setting setting;
  private final Kind kind;
  private final Options options;
  private final IdentityLoss loss;
  private final double r;

  /** The loss over a setting, as it is at the start of a run. */
  public AlignYourFlow(Setting setting, Kind kind, Options options) {
    this(setting, kind, options, 0, new RowWeight.Normalized(options.offset()));
  }

  /**
   * The loss with a fixed r, at the start of a run.
   *
   * @param diagonalShare share of rows with t = s, in [0, 1]
   * @param r in [0, 1]; 1 is the identity itself; only EMD has it
   * @param weight of a row
   */
  public AlignYourFlow(
      Setting setting, Kind kind, double diagonalShare, double r, RowWeight weight) {
    this(
        setting,
        kind,
        new Options(
            diagonalShare,
            Options.DEFAULT.lastR(),
            Options.DEFAULT.warmUp(),
            Options.DEFAULT.offset()),
        r,
        weight);
  }

  private AlignYourFlow(Setting setting, Kind kind, Options options, double r, RowWeight weight) {
    if (!(r >= 0 && r <= 1)) {
      throw new IllegalArgumentException("r must lie in [0, 1], got " + r);
    }
    this.setting = setting;
    this.kind = kind;
    this.options = options;
    this.loss = new IdentityLoss(setting, options.diagonalShare(), 1, weight);
    this.r = r;
  }

  @Override
  public Objective at(double share) {
    double now = options.lastR() * Math.min(1, share / options.warmUp());
    return new AlignYourFlow(setting, kind, options, now, loss.weight());
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
