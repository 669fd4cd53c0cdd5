package org.f2d2.objective;

import java.util.Map;
import org.f2d2.flow.FlowMapIdentities;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Tensor;

/**
 * Shortcut-F2D2: a jump equals the mean of its two halves (Frans et al., arXiv 2410.12557), for the
 * joint rate (arXiv 2512.02636).
 *
 * <pre>
 *   flow rows   | f(x_t,t,t) - sg g(x_t,t) |²                        and the same with t' = t ± 2^-(I+1)
 *   jump rows   | f(x_s,s,t) - sg ½( f(x_s,s,m) + f(X_{s,m},m,t) ) |²,  m = (s+t)/2, |t-s| = 2^-i, i ≤ I
 * </pre>
 *
 * Jumps run in both directions. The halves of the shortest jumps, of length 2^-(I+1), are anchored
 * by every second flow row, so that each length a target asks for is itself trained. Ours: the
 * published code leaves that length untrained.
 *
 * <p>With {@link Instantaneous.Teacher} this is Shortcut-Distill-F2D2, with {@link
 * Instantaneous.Data} the teacher-free Shortcut-F2D2.
 */
public final class ShortcutF2d2 implements Objective {

  /**
   * Options.
   *
   * @param levels I: the shortest trained jump is 2^-I; its halves must be short enough to stand
   *     for the instantaneous field, so at least 4; published 7
   */
  public record Options(@Interval("[4, 20]") int levels) {
    /** The choice of this project. */
    public static final Options DEFAULT = new Options(6);

    /** Checks the number. */
    public Options {
      MethodOptions.check(Options.class, levels);
    }
  }

  /** An anchor of length h stands for the field at its start, which is wrong by h/2 dg/dt. */
  private static final ExactSolution ANCHOR = ExactSolution.Order.in("levels", "9", "10", 1, 0.05);

  /** From the data. */
  public static final Method SHORTCUT_F2D2 =
      Method.of(
          new MethodInfo(
              "shortcut-f2d2",
              "arXiv 2512.02636, arXiv 2410.12557",
              "two half jumps make one whole; the instantaneous field is learned from the data",
              "the anchor of the shortest half jumps",
              MethodInfo.Source.DATA),
          Options.DEFAULT,
          ShortcutF2d2::new,
          ANCHOR,
          ExactSolution.NoGradient.with(0, "levels", "20"));

  /** From a teacher. */
  public static final Method SHORTCUT_DISTILL_F2D2 =
      Method.of(
          new MethodInfo(
              "shortcut-distill-f2d2",
              "arXiv 2512.02636",
              "two half jumps make one whole; the instantaneous field is a frozen teacher's",
              "the anchor of the shortest half jumps",
              MethodInfo.Source.TEACHER),
          Options.DEFAULT,
          ShortcutF2d2::new,
          ANCHOR,
          new ExactSolution.NoLoss(Map.of("levels", "20"), 0, 1e-4));

  private final Setting setting;
  private final int levels;
  private final TimeLaw uniform = new TimeLaw.Uniform();

  /** The loss over a setting. */
  public ShortcutF2d2(Setting setting, Options options) {
    this.setting = setting;
    this.levels = options.levels();
  }

  @Override
  public Tensor loss(int rows, Rng rng) {
    int flow = (rows + 1) / 2;
    Tensor loss = flowRows(flow, rng);
    return rows > flow ? loss.add(jumpRows(rows - flow, rng)) : loss;
  }

  private Tensor flowRows(int rows, Rng rng) {
    DType type = setting.data().type();
    PathBatch b = draw(uniform.draw(rows, type, rng), rng);
    Tensor target = Autograd.noGrad(() -> setting.field().onPath(b.x(), b.s(), b.w(), rng));
    double shortest = Math.scalb(1.0, -(levels + 1));
    Tensor sign = rng.rademacher(type, rows, 1);
    Tensor anchored = rng.uniform(type, rows, 1).lessThan(0.5);
    Tensor end = b.s().addScaled(sign, shortest).clamp(0, 1);
    Tensor t = Tensor.where(anchored, end, b.s());
    return error(b, t, target);
  }

  private Tensor jumpRows(int rows, Rng rng) {
    DType type = setting.data().type();
    Tensor level = rng.integers(levels + 1L, rows, 1).to(type);
    Tensor length = level.mul(-Math.log(2)).exp();
    Tensor slots = length.reciprocal();
    Tensor slot = rng.uniform(type, rows, 1).mul(slots).to(DType.INT64).to(type);
    Tensor low = slot.mul(length);
    Tensor high = low.add(length).clamp(0, 1);
    Tensor backward = rng.uniform(type, rows, 1).lessThan(0.5);
    Tensor s = Tensor.where(backward, high, low);
    Tensor t = Tensor.where(backward, low, high);
    PathBatch b = draw(s, rng);
    Tensor middle = s.add(t).mul(0.5);
    Tensor target =
        Autograd.noGrad(
            () -> FlowMapIdentities.semigroupTarget(setting.model(), b.x(), s, t, middle));
    return error(b, t, target);
  }

  private PathBatch draw(Tensor s, Rng rng) {
    return setting.draw(s, rng);
  }

  private Tensor error(PathBatch b, Tensor t, Tensor target) {
    Tensor rate = setting.model().rate(b.x(), b.s(), t);
    return setting.error().of(rate, target, setting.model().coordinates());
  }
}
