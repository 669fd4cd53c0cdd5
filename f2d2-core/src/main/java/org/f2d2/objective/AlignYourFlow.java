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
   * Options of EMD.
   *
   * @param diagonalShare share of rows with t = s
   * @param lastR r when it has grown
   * @param warmUp share of the run in which it grows
   * @param offset c of the normalisation; published 0.1
   */
  public record EmdOptions(
      @Interval("[0, 1]") double diagonalShare,
      @Interval("[0, 1]") double lastR,
      @Interval("(0, 1]") double warmUp,
      @Interval("[0.000001, 1000]") double offset) {
    /** The choice of this project. */
    public static final EmdOptions DEFAULT = new EmdOptions(0.25, 0.99, 0.25, 0.1);

    /** Checks the numbers. */
    public EmdOptions {
      MethodOptions.check(EmdOptions.class, diagonalShare, lastR, warmUp, offset);
    }
  }

  /**
   * Options of LMD.
   *
   * @param diagonalShare share of rows with t = s
   * @param offset c of the normalisation; published 0.1
   */
  public record LmdOptions(
      @Interval("[0, 1]") double diagonalShare, @Interval("[0.000001, 1000]") double offset) {
    /** The choice of this project. */
    public static final LmdOptions DEFAULT = new LmdOptions(0.25, 0.1);

    /** Checks the numbers. */
    public LmdOptions {
      MethodOptions.check(LmdOptions.class, diagonalShare, offset);
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
          EmdOptions.DEFAULT,
          AlignYourFlow::new,
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
          LmdOptions.DEFAULT,
          AlignYourFlow::new,
          ExactSolution.NoLoss.at(0));

  private final Setting setting;
  private final Kind kind;
  private final Growth growth;
  private final IdentityLoss loss;
  private final double r;

  /** How r grows over a run. */
  private record Growth(double last, double warmUp) {
    double r(double share) {
      return last * Math.min(1, share / warmUp);
    }
  }

  /** EMD over a setting, as it is at the start of a run. */
  public AlignYourFlow(Setting setting, EmdOptions options) {
    this(
        setting,
        Kind.EMD,
        new Growth(options.lastR(), options.warmUp()),
        new IdentityLoss(
            setting, options.diagonalShare(), 1, new RowWeight.Normalized(options.offset())),
        0);
  }

  /** LMD over a setting. */
  public AlignYourFlow(Setting setting, LmdOptions options) {
    this(setting, Kind.LMD, options.diagonalShare(), 1, new RowWeight.Normalized(options.offset()));
  }

  /**
   * The loss with an r that stays as it is.
   *
   * @param diagonalShare share of rows with t = s, in [0, 1]
   * @param r in [0, 1]; 1 is the identity itself; only EMD has it
   * @param weight of a row
   */
  public AlignYourFlow(
      Setting setting, Kind kind, double diagonalShare, double r, RowWeight weight) {
    this(setting, kind, new Growth(r, 0), new IdentityLoss(setting, diagonalShare, 1, weight), r);
  }

  private AlignYourFlow(Setting setting, Kind kind, Growth growth, IdentityLoss loss, double r) {
    if (!(r >= 0 && r <= 1)) {
      throw new IllegalArgumentException("r must lie in [0, 1], got " + r);
    }
    this.setting = setting;
    this.kind = kind;
    this.growth = growth;
    this.loss = loss;
    this.r = r;
  }

  /** Whether a method is one of the two. */
  public static boolean is(Method method) {
    return method.options() instanceof EmdOptions || method.options() instanceof LmdOptions;
  }

  @Override
  public Objective at(double share) {
    return growth.warmUp() == 0
        ? this
        : new AlignYourFlow(setting, kind, growth, loss, growth.r(share));
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
