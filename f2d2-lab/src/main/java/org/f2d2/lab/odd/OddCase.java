package org.f2d2.lab.odd;

import java.util.List;
import java.util.function.LongFunction;
import java.util.stream.Stream;
import org.f2d2.error.F2d2Exception;
import org.f2d2.lab.Named;

/**
 * A kind of input that is easily got wrong.
 *
 * @param id short, for options
 * @param name what the rows are
 * @param inputs the rows and what to measure, from a seed
 */
public record OddCase(String id, String name, LongFunction<Inputs> inputs) {

  /** All cases, in the order of the table. */
  public static List<OddCase> all() {
    return Stream.of(
            RoundedCases.all(),
            ClusterCases.all(),
            FewRowsCases.all(),
            DependenceCases.all(),
            ShapeCases.all())
        .flatMap(List::stream)
        .toList();
  }

  /**
   * Those of some ids, or whose id begins with one: {@code clusters} names all of its kind.
   *
   * @param ids empty for all
   * @throws F2d2Exception for an id that names none; the message lists the known ones
   */
  public static List<OddCase> of(List<String> ids) {
    for (String id : ids) {
      if (all().stream().noneMatch(c -> c.id.startsWith(id))) {
        throw Named.unknown("case", id, all().stream().map(OddCase::id).toList());
      }
    }
    return all().stream()
        .filter(c -> ids.isEmpty() || ids.stream().anyMatch(c.id::startsWith))
        .toList();
  }
}
