package org.f2d2.data;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.List;

/**
 * Which steps a {@link Preprocessing} may use.
 *
 * @param lattices whether columns of rounded values are looked for and spread over their cells
 * @param tails whether long tails may be pulled in; otherwise every column's map is linear
 * @param decorrelation the last step
 * @param conditions columns of classes that the density is conditioned on
 */
@JsonNaming(PropertyNamingStrategies.KebabCaseStrategy.class)
public record PreprocessingOptions(
    boolean lattices, boolean tails, Decorrelation decorrelation, List<String> conditions) {

  /** Without conditions. */
  public PreprocessingOptions(boolean lattices, boolean tails, Decorrelation decorrelation) {
    this(lattices, tails, decorrelation, List.of());
  }

  /** Takes a copy of the list. */
  public PreprocessingOptions {
    conditions = List.copyOf(conditions);
  }

  /** Lattices and tails are treated; columns are not decorrelated. */
  public static PreprocessingOptions defaults() {
    return new PreprocessingOptions(true, true, Decorrelation.NONE);
  }

  /** The same with another last step. */
  public PreprocessingOptions withDecorrelation(Decorrelation choice) {
    return new PreprocessingOptions(lattices, tails, choice, conditions);
  }

  /** The same with other conditions. */
  public PreprocessingOptions withConditions(List<String> columns) {
    return new PreprocessingOptions(lattices, tails, decorrelation, columns);
  }
}
