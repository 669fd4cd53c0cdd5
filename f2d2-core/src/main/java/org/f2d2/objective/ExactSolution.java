package org.f2d2.objective;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a method states about its loss where the model is the exact map of a flow. The statements of
 * all methods are measured, on flows with a closed form, by the contract test and by {@code f2d2
 * verify}.
 *
 * <p>The kinds are few and each needs its own way of measuring, so that no other can be added from
 * outside.
 */
public sealed interface ExactSolution {

  /**
   * Learning from the exact field, the loss of every batch is zero.
   *
   * @param options under which, changes to the method's own
   * @param share of the run at which, in [0, 1]
   * @param limit largest root of the loss that counts as zero; rounding alone stays below {@link
   *     #ROUNDING}
   */
  record NoLoss(Map<String, String> options, double share, double limit) implements ExactSolution {
    /** Copies the map. */
    public NoLoss {
      options = Map.copyOf(options);
    }

    /** With the method's own options, at a share of the run. */
    public static NoLoss at(double share) {
      return new NoLoss(Map.of(), share, ROUNDING);
    }

    /** With other options. */
    public static NoLoss with(double share, String... namesAndValues) {
      return new NoLoss(pairs(namesAndValues), share, ROUNDING);
    }
  }

  /**
   * Learning from the data alone, the gradient of the loss is zero on average; the loss itself
   * keeps the variance of what is random in its targets.
   *
   * @param options under which, changes to the method's own
   * @param share of the run at which, in [0, 1]
   */
  record NoGradient(Map<String, String> options, double share) implements ExactSolution {
    /** Copies the map. */
    public NoGradient {
      options = Map.copyOf(options);
    }

    /** With the method's own options, at a share of the run. */
    public static NoGradient at(double share) {
      return new NoGradient(Map.of(), share);
    }

    /** With other options. */
    public static NoGradient with(double share, String... namesAndValues) {
      return new NoGradient(pairs(namesAndValues), share);
    }
  }

  /**
   * Learning from the exact field, what is left is the error of a finite step: the root of the loss
   * is proportional to a power of it.
   *
   * @param order the power
   * @param tolerance largest distance of the measured power from it
   * @param options that hold for both
   * @param coarse options of some step
   * @param fine options of half of it
   * @param share of the run at which, in [0, 1]
   */
  record Order(
      double order,
      double tolerance,
      Map<String, String> options,
      Map<String, String> coarse,
      Map<String, String> fine,
      double share)
      implements ExactSolution {
    /** Copies the maps. */
    public Order {
      options = Map.copyOf(options);
      coarse = Map.copyOf(coarse);
      fine = Map.copyOf(fine);
    }

    /**
     * In one option.
     *
     * @param option whose value the step follows from
     */
    public static Order in(
        String option, String coarse, String fine, double order, double tolerance) {
      return new Order(order, tolerance, Map.of(), Map.of(option, coarse), Map.of(option, fine), 1);
    }

    /** The same with other options. */
    public Order with(String... namesAndValues) {
      return new Order(order, tolerance, pairs(namesAndValues), coarse, fine, share);
    }
  }

  /**
   * Nothing that can be measured in this way.
   *
   * @param why the reason
   */
  record Nothing(String why) implements ExactSolution {}

  /** Root of a loss that is zero but for rounding. */
  double ROUNDING = 1e-8;

  private static Map<String, String> pairs(String... namesAndValues) {
    Map<String, String> pairs = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      pairs.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return pairs;
  }
}
