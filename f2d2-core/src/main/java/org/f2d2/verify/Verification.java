package org.f2d2.verify;

import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.f2d2.objective.Method;
import org.f2d2.objective.Methods;
import org.f2d2.tensor.Scope;

/** Runs checks and mutants. */
public final class Verification {

  private Verification() {}

  /**
   * Checks and mutants about one subject.
   *
   * @param name the subject
   * @param checks what must hold
   * @param mutants what must fail
   */
  public record Group(String name, List<Supplier<Check>> checks, List<Supplier<Mutant>> mutants) {
    /** Copies the lists. */
    public Group {
      checks = List.copyOf(checks);
      mutants = List.copyOf(mutants);
    }
  }

  /**
   * What a run found.
   *
   * @param checks in the order of the groups
   * @param mutants in the order of the groups
   * @param seconds wall-clock time of the run
   */
  public record Report(List<Check> checks, List<Mutant> mutants, double seconds) {
    /** Copies the lists. */
    public Report {
      checks = List.copyOf(checks);
      mutants = List.copyOf(mutants);
    }

    /** Whether every check passed and every mutant was caught. */
    public boolean passed() {
      return checks.stream().allMatch(Check::passed) && mutants.stream().allMatch(Mutant::caught);
    }
  }

  /** All groups that this build knows. */
  public static List<Group> groups() {
    return List.of(
        IdentityGroup.create(),
        LikelihoodGroup.create(),
        ReferenceGroup.create(),
        BaselineGroup.create(),
        DiagonalGroup.create(),
        TraceGroup.create(),
        FlowMatchingGroup.create(),
        ofMethods(Methods.all()),
        MethodMutants.create(),
        FlowMapGroup.create(),
        EnergyGroup.create(),
        TrajectoryGroup.create());
  }

  /**
   * What methods state of themselves, measured, and mistakes in what their losses are made of.
   *
   * @param methods those of {@link Methods}, or others that want to be checked before they are
   *     there
   */
  public static Group ofMethods(List<Method> methods) {
    return MethodGroup.of(methods);
  }

  /** Runs all groups. */
  public static Report run() {
    return run(groups());
  }

  /** Runs the given groups on all cores: no check or mutant depends on another. */
  public static Report run(List<Group> groups) {
    long start = System.nanoTime();
    List<Check> checks = all(groups, Group::checks);
    List<Mutant> mutants = all(groups, Group::mutants);
    return new Report(checks, mutants, (System.nanoTime() - start) * 1e-9);
  }

  private static <T> List<T> all(List<Group> groups, Function<Group, List<Supplier<T>>> of) {
    return groups.stream().flatMap(group -> of.apply(group).stream()).toList().parallelStream()
        .map(Verification::inScope)
        .toList();
  }

  private static <T> T inScope(Supplier<T> body) {
    try (Scope scope = Scope.open()) {
      return body.get();
    }
  }
}
