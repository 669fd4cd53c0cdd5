package org.f2d2.train;

import java.util.List;
import org.f2d2.error.F2d2Exception;
import org.f2d2.error.OptionException;

/**
 * What the density is conditioned on.
 *
 * @param column of classes; empty for none
 * @param dropped share of training rows whose class is hidden, so that the model knows the density
 *     of all rows too; published 0.1
 * @param guidance ω of classifier-free guidance, see {@link org.f2d2.flow.GuidedVelocity}; 1 for
 *     none. The density is then that of the guided flow, not of the data.
 * @param guidanceMix κ of {@link org.f2d2.objective.Instantaneous.Guided}, for methods without a
 *     teacher; 0 for none
 */
public record ConditionOptions(String column, double dropped, double guidance, double guidanceMix) {

  private static final int MOST_GUIDANCE = 100;

  /** No condition. */
  public static final ConditionOptions NONE = new ConditionOptions("", 0.1, 1, 0);

  /** Checks the numbers. */
  public ConditionOptions {
    if (!(dropped >= 0 && dropped < 1)) {
      throw new F2d2Exception("the share without a class must lie in [0, 1), got " + dropped);
    }
    if (!(guidance >= 0 && guidance <= MOST_GUIDANCE)) {
      throw new OptionException(
          "guidance", "must lie in [0, " + MOST_GUIDANCE + "], got " + guidance);
    }
    if (!(guidanceMix >= 0 && guidanceMix < 1)) {
      throw new OptionException("guidanceMix", "must lie in [0, 1), got " + guidanceMix);
    }
    if (guidance / (1 - guidanceMix) > MOST_GUIDANCE) {
      throw new OptionException(
          "guidanceMix",
          "makes a {guidance} of W/(1-K) = "
              + guidance / (1 - guidanceMix)
              + ", at most "
              + MOST_GUIDANCE
              + " can be learned");
    }
    if (column.isEmpty() && (guidance != 1 || guidanceMix != 0)) {
      throw new OptionException("guidance", "needs {condition}, a column of classes");
    }
  }

  /** Classes of a column, without guidance. */
  public static ConditionOptions on(String column) {
    return new ConditionOptions(column, NONE.dropped, 1, 0);
  }

  /** These options with guidance. */
  public ConditionOptions withGuidance(double scale, double mix) {
    return new ConditionOptions(column, dropped, scale, mix);
  }

  /** Whether the density is that of a guided flow. */
  public boolean guided() {
    return guidance / (1 - guidanceMix) != 1;
  }

  /** The columns that are conditions. */
  List<String> columns() {
    return column.isEmpty() ? List.of() : List.of(column);
  }
}
