package org.f2d2.objective;

import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Tensor;

/**
 * Learns a jump from two, cut at a fixed place, and the instantaneous field from a teacher.
 *
 * <pre>  | f(x,s,t) - sg( (1-c) f(x,s,r) + c f(X_{s,r}(x), r, t) ) |²,     r = c s + (1-c) t</pre>
 *
 * Ours: everything; it is the example of {@code docs/extending.md}.
 */
public final class FixedCut implements Objective {

  /**
   * Options.
   *
   * @param diagonalShare share of rows with t = s
   * @param cut c
   */
  public record Options(@Interval("[0, 1]") double diagonalShare, @Interval("(0, 1)") double cut) {
    /** The golden section. */
    public static final Options DEFAULT = new Options(0.5, 0.618);

    /** Checks the numbers. */
    public Options {
      MethodOptions.check(Options.class, diagonalShare, cut);
    }
  }

  /** The line of {@link Methods} names this. */
  public static final Method METHOD =
      Method.of(
          new MethodInfo(
              "fixed-cut",
              "this project",
              "one jump from two, cut at a fixed place",
              "everything",
              MethodInfo.Source.TEACHER),
          Options.DEFAULT,
          FixedCut::new,
          ExactSolution.NoLoss.at(0));

  private final Setting setting;
  private final Options options;
  private final IdentityLoss loss;

  /** The loss over a setting. */
  public FixedCut(Setting setting, Options options) {
    this.setting = setting;
    this.options = options;
    this.loss = new IdentityLoss(setting, options.diagonalShare());
  }

  @Override
  public Tensor loss(int rows, Rng rng) {
    return loss.of(rows, rng, this::rows);
  }

  private BatchRows rows(PathBatch b, Tensor t, Rng rng) {
    Tensor r = t.addScaled(b.s().sub(t), options.cut());
    return BatchRows.semigroup(setting, b, t, r);
  }
}
