package org.f2d2.lab.experiment;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;

/**
 * The squared velocity error taken apart. With E(data, steps, network) the error of a run and B the
 * usual number of steps:
 *
 * <pre>
 *   approximation = E(new rows, 4B, network)                    moved by the network
 *   statistical   = E(n rows, B, ·) - E(new rows, B, ·)         moved by the rows
 *   optimisation  = E(many rows, B, ·) - E(many rows, 8B, ·)    moved by the steps
 * </pre>
 *
 * <p>Each is measured again with each factor changed, on the same seeds, and the change is the mean
 * of the differences: to a smaller network, to other rows, to more steps.
 *
 * @param terms the three
 * @param doubling share of the error of the largest sample that twice the steps take away
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record ErrorTerms(List<Term> terms, Estimate doubling) {

  /** What can be changed. */
  public enum Factor {
    /** The size of the network. */
    NETWORK,
    /** The number of rows. */
    ROWS,
    /** The number of steps. */
    STEPS
  }

  /**
   * One term.
   *
   * @param name its name
   * @param own the factor that it belongs to
   * @param value squared velocity error
   * @param changes of the value by factor; NaN where the term has nothing of the factor
   */
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  public record Term(String name, Factor own, Estimate value, Map<Factor, Estimate> changes) {
    /** Copies the changes. */
    public Term {
      changes = Collections.unmodifiableMap(new EnumMap<>(changes));
    }

    /** The change that a factor makes. */
    public Estimate change(Factor factor) {
      return changes.getOrDefault(factor, Estimate.NONE);
    }

    /** Whether its own factor changes it, beyond two standard errors. */
    public boolean movesWithItsOwn() {
      return change(own).differsFromZero();
    }

    /** The other factors that change it, beyond two standard errors. */
    public List<Factor> alsoMovesWith() {
      return List.of(Factor.values()).stream()
          .filter(f -> f != own && change(f).differsFromZero())
          .toList();
    }
  }

  /** Copies the terms. */
  public ErrorTerms {
    terms = List.copyOf(terms);
  }

  /** The velocity error of a run; NaN if it was not done. */
  @FunctionalInterface
  interface Errors {
    /** The mean of |v̂ - v|². */
    double of(Run run);
  }

  static ErrorTerms of(Design design, Errors errors) {
    return new Arithmetic(design, errors).terms();
  }

  /**
   * The differences.
   *
   * @param design names the runs
   * @param errors of the runs
   */
  private record Arithmetic(Design design, Errors errors) {

    private static final int ONCE = 1;
    private static final int TWICE = 2;

    ErrorTerms terms() {
      NetworkSize base = design.base();
      NetworkSize small = design.small();
      int few = design.few();
      int many = design.many();
      Term approximation =
          term(
              "approximation",
              Factor.NETWORK,
              seed -> approximation(Design.LONG, base, seed),
              seed -> approximation(Design.LONG, small, seed),
              seed -> Double.NaN,
              seed -> approximation(Design.LONGEST, base, seed));
      Term statistical =
          term(
              "statistical",
              Factor.ROWS,
              seed -> statistical(few, ONCE, base, seed),
              seed -> statistical(few, ONCE, small, seed),
              seed -> statistical(many, ONCE, base, seed),
              seed -> statistical(few, Design.LONGEST, base, seed));
      Term optimisation =
          term(
              "optimisation",
              Factor.STEPS,
              seed -> optimisation(many, ONCE, base, seed),
              seed -> optimisation(many, ONCE, small, seed),
              seed -> optimisation(few, ONCE, base, seed),
              seed -> optimisation(many, TWICE, base, seed));
      Estimate doubling =
          estimate(
              seed ->
                  1
                      - errors.of(design.sample(many, TWICE, base, seed))
                          / errors.of(design.sample(many, ONCE, base, seed)));
      return new ErrorTerms(List.of(approximation, statistical, optimisation), doubling);
    }

    private double approximation(int budget, NetworkSize network, long seed) {
      return errors.of(design.fresh(budget, network, seed));
    }

    private double statistical(int rows, int budget, NetworkSize network, long seed) {
      return errors.of(design.sample(rows, budget, network, seed))
          - errors.of(design.fresh(budget, network, seed));
    }

    private double optimisation(int rows, int budget, NetworkSize network, long seed) {
      return errors.of(design.sample(rows, budget, network, seed))
          - errors.of(design.sample(rows, Design.LONGEST, network, seed));
    }

    private Term term(
        String name,
        Factor own,
        LongFunction<Double> value,
        LongFunction<Double> network,
        LongFunction<Double> rows,
        LongFunction<Double> steps) {
      return new Term(
          name,
          own,
          estimate(value),
          Map.of(
              Factor.NETWORK,
              change(value, network),
              Factor.ROWS,
              change(value, rows),
              Factor.STEPS,
              change(value, steps)));
    }

    private Estimate change(LongFunction<Double> from, LongFunction<Double> to) {
      return estimate(seed -> to.apply(seed) - from.apply(seed));
    }

    private Estimate estimate(LongFunction<Double> perSeed) {
      return Estimate.of(
          design.seeds().stream()
              .mapToDouble(seed -> perSeed.apply(seed))
              .filter(value -> !Double.isNaN(value))
              .toArray());
    }
  }
}
