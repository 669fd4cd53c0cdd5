package org.f2d2.objective;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.f2d2.error.F2d2Exception;

/**
 * A published method of training a joint flow map: what is said about it, its options, and how its
 * loss is made. {@link Methods} lists them; each is a constant of the class that has its loss.
 *
 * <p>Immutable. Two are equal that have the same name and the same options.
 */
public final class Method {

  /** Makes the loss of a method. */
  @FunctionalInterface
  public interface Maker<O extends Record> {
    /** The loss over a setting, as it is at the start of a run. */
    Objective of(Setting setting, O options);
  }

  private final MethodInfo info;
  private final Record options;
  private final Record defaults;
  private final Maker<Record> maker;
  private final List<ExactSolution> atExactMap;

  private Method(
      MethodInfo info,
      Record options,
      Record defaults,
      Maker<Record> maker,
      List<ExactSolution> atExactMap) {
    this.info = info;
    this.options = options;
    this.defaults = defaults;
    this.maker = maker;
    this.atExactMap = atExactMap;
  }

  /**
   * A method whose loss is made from a {@link Setting}.
   *
   * @param defaults its options where nobody sets them; the paper's where it states them
   * @param atExactMap what holds where the model is the exact map of a flow, at least one statement
   */
  public static <O extends Record> Method of(
      MethodInfo info, O defaults, Maker<O> maker, ExactSolution... atExactMap) {
    if (atExactMap.length == 0) {
      throw new IllegalArgumentException(
          info.id() + " must state what holds at the exact map, or that nothing does and why");
    }
    @SuppressWarnings("unchecked") // with() lets no other class of options in.
    Maker<Record> general = (setting, options) -> maker.of(setting, (O) options);
    return new Method(info, defaults, defaults, general, List.of(atExactMap));
  }

  /** What is said about it. */
  public MethodInfo info() {
    return info;
  }

  /** The name on the command line and in files. */
  public String id() {
    return info.id();
  }

  /** Whether a teacher is trained first. */
  public boolean distilled() {
    return info.distilled();
  }

  /** Whether it learns from solved trajectories of the teacher. */
  public boolean fromTrajectories() {
    return info.source() == MethodInfo.Source.TRAJECTORIES;
  }

  /** What holds where the model is the exact map of a flow. */
  public List<ExactSolution> atExactMap() {
    return atExactMap;
  }

  /** The options, a record of the class that has the loss. */
  public Record options() {
    return options;
  }

  /** The options one by one: name, possible values, value. */
  public List<MethodOptions.Described> optionList() {
    return MethodOptions.of(options);
  }

  /** The values of the options by name, numbers, booleans and texts. */
  public Map<String, Object> optionValues() {
    return MethodOptions.values(options);
  }

  /** This method with the options that it has where nobody sets them. */
  public Method withDefaults() {
    return with(defaults);
  }

  /**
   * This method with other options.
   *
   * @throws IllegalArgumentException for the options of another class
   */
  public Method with(Record other) {
    if (other.getClass() != options.getClass()) {
      throw new IllegalArgumentException(
          id() + " has options of " + options.getClass() + ", not of " + other.getClass());
    }
    return new Method(info, other, defaults, maker, atExactMap);
  }

  /**
   * This method with another value of one option.
   *
   * @param name as in {@link #optionList}; {@code diagonalShare} is understood as well
   * @param value a number, a boolean, or a text
   * @throws F2d2Exception for an unknown name or an impossible value; the message lists the options
   */
  public Method with(String name, Object value) {
    return with(Map.of(name, value));
  }

  /** This method with other values of some options; see {@link #with(String, Object)}. */
  public Method with(Map<String, ?> values) {
    try {
      return with(MethodOptions.with(options, values));
    } catch (F2d2Exception e) {
      throw new F2d2Exception(id() + ": " + e.getMessage(), e);
    }
  }

  /**
   * What is minimised, as it is at the start of a run.
   *
   * @throws IllegalArgumentException for a method that learns from trajectories
   */
  public Objective objective(Setting setting) {
    return maker.of(setting, options);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Method m && id().equals(m.id()) && options.equals(m.options);
  }

  @Override
  public int hashCode() {
    return 31 * id().hashCode() + options.hashCode();
  }

  /** The name, and the options that are not the usual ones. */
  @Override
  public String toString() {
    Map<String, Object> usual = MethodOptions.values(defaults);
    String changed =
        optionList().stream()
            .filter(d -> !d.value().equals(usual.get(d.name())))
            .map(d -> d.name() + "=" + d.value())
            .collect(Collectors.joining(", "));
    return changed.isEmpty() ? id() : id() + " (" + changed + ")";
  }
}
