package org.f2d2.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.f2d2.objective.ExactSolution;
import org.f2d2.objective.Method;
import org.f2d2.objective.Setting;
import org.f2d2.verify.ExactMap.Make;
import org.f2d2.verify.TestGrid.Kind;

/**
 * What each method states about the exact map, measured, and mistakes that its loss there must
 * notice: something is wrong with the field that it learns from, or with the map.
 */
final class MethodGroup {

  private static final double SCORE_LIMIT = 4;
  private static final Kind[] KINDS = {Kind.MIXTURE, Kind.ROTATED};

  private final List<Supplier<Check>> checks = new ArrayList<>();
  private final List<Supplier<Mutant>> mutants = new ArrayList<>();

  private MethodGroup() {}

  static Verification.Group of(List<Method> methods) {
    MethodGroup group = new MethodGroup();
    for (Method method : methods) {
      for (Kind kind : KINDS) {
        method.atExactMap().forEach(s -> group.add(method, kind, s));
      }
      method.atExactMap().stream()
          .filter(
              s -> !(s instanceof ExactSolution.NoGradient || s instanceof ExactSolution.Nothing))
          .findFirst()
          .ifPresent(s -> group.addMistakes(method, s));
    }
    return new Verification.Group("methods at the exact map", group.checks, group.mutants);
  }

  private void add(Method method, Kind kind, ExactSolution statement) {
    if (statement instanceof ExactSolution.NoLoss none) {
      String name = named(method, none.options(), none.share());
      checks.add(
          () ->
              Check.of(
                  name + ": root of the loss at the exact map, taught by the exact field",
                  ExactMap.on(kind),
                  ExactMap.taught(kind, make(method, none.options(), none.share())),
                  none.limit()));
    } else if (statement instanceof ExactSolution.NoGradient none) {
      String name = named(method, none.options(), none.share());
      checks.add(
          () ->
              Check.of(
                  name + ": gradient at the exact map, from the data alone, in standard errors",
                  ExactMap.batches(kind),
                  ExactMap.gradient(kind, make(method, none.options(), none.share()))
                      .largestScore(),
                  SCORE_LIMIT));
    } else if (statement instanceof ExactSolution.Order order) {
      checks.add(() -> measured(method, kind, order));
    }
  }

  private static Check measured(Method method, Kind kind, ExactSolution.Order order) {
    double coarse =
        ExactMap.taught(kind, make(method.with(order.options()), order.coarse(), order.share()));
    double fine =
        ExactMap.taught(kind, make(method.with(order.options()), order.fine(), order.share()));
    return Check.of(
        named(method, order.options(), order.share())
            + ": error at the exact map of order "
            + order.order()
            + ", from "
            + text(order.coarse())
            + " to "
            + text(order.fine()),
        ExactMap.on(kind),
        Math.abs(ExactMap.log2(coarse / fine) - order.order()),
        order.tolerance());
  }

  private static Make make(Method method, Map<String, String> options, double share) {
    Method with = method.with(options);
    return setting -> with.objective(setting).at(share);
  }

  private static String named(Method method, Map<String, String> options, double share) {
    String with = options.isEmpty() ? "" : " with " + text(options);
    return method.id() + with + (share == 0 ? "" : " at " + share + " of the run");
  }

  private static String text(Map<String, String> options) {
    return options.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(o -> o.getKey() + "=" + o.getValue())
        .collect(Collectors.joining(", "));
  }

  private void addMistakes(Method method, ExactSolution statement) {
    Make make;
    if (statement instanceof ExactSolution.NoLoss none) {
      make = make(method, none.options(), none.share());
    } else {
      ExactSolution.Order order = (ExactSolution.Order) statement;
      make = make(method, order.options(), order.share());
    }
    addMistake(
        method,
        make,
        "the field's divergence missing",
        s ->
            Broken.field(s, (field, x, t, rng) -> Broken.columns(field.anywhere(x, t, rng), 1, 0)));
    addMistake(
        method,
        make,
        "the field at time 1-t",
        s -> Broken.field(s, (field, x, t, rng) -> field.anywhere(x, t.subtractFrom(1), rng)));
    addMistake(
        method,
        make,
        "the map's D with the sign turned",
        s -> Broken.map(s, (exact, q, before) -> Broken.columns(exact.answer(q), 1, -1)));
    addMistake(
        method,
        make,
        "the map of half the jump",
        s ->
            Broken.map(
                s, (exact, q, before) -> exact.answer(Broken.to(q, q.s().add(q.t()).mul(0.5)))));
  }

  private void addMistake(Method method, Make make, String what, UnaryOperator<Setting> mistake) {
    mutants.add(
        () ->
            Mutant.of(
                method.id() + ": " + what,
                ExactMap.taught(Kind.MIXTURE, make, mistake)
                    - ExactMap.taught(Kind.MIXTURE, make)));
  }
}
