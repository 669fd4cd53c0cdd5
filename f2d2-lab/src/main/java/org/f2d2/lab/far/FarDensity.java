package org.f2d2.lab.far;

import java.util.List;
import org.f2d2.error.F2d2Exception;
import org.f2d2.lab.Named;
import org.f2d2.lab.TestDensities;
import org.f2d2.lab.TestDensity;
import org.f2d2.lab.density.FlagDensity;
import org.f2d2.lab.density.GaussianDensities;

/**
 * A density that is searched around.
 *
 * @param density with its exact logarithm
 * @param levels how many of the first columns take a few levels only: these keep the levels of
 *     drawn rows, for a value between levels is refused and not scored
 * @param margin how far from a jump of the density a row must be, in units of the columns; 0 for a
 *     density without jumps. What lies a thousandth outside of an edge is certain by the formula
 *     alone: no rows show where the edge is.
 */
public record FarDensity(TestDensity density, int levels, double margin) {

  private static final double DISTANCE = 200;
  private static final double FLAG_RATE = 0.3;
  private static final double CORRELATION = 0.95;

  /** A quarter of the side of a cell of the checkerboard. */
  private static final double EDGE = 0.5;

  /** A density without levels and jumps. */
  FarDensity(TestDensity density) {
    this(density, 0, 0);
  }

  /**
   * The checkerboard, the ring, the mixture in 16 dimensions, the Student t and the curve of the
   * accuracy tables; two clusters 200 sd apart; two flags with four normal columns about them;
   * twenty normal columns with a correlation of .95 from one to the next.
   */
  public static List<FarDensity> all() {
    return List.of(
        new FarDensity(TestDensities.of("checkerboard"), 0, EDGE),
        new FarDensity(TestDensities.of("ring")),
        new FarDensity(TestDensities.of("mixture16")),
        new FarDensity(TestDensities.of("student4")),
        new FarDensity(TestDensities.of("curve")),
        new FarDensity(GaussianDensities.twoClusters("clusters", 2, DISTANCE, 0.5)),
        new FarDensity(new FlagDensity("flags", 2, FLAG_RATE, 4, 1), 2, 0),
        new FarDensity(GaussianDensities.chain("chain20", 20, CORRELATION)));
  }

  /**
   * Those of some names.
   *
   * @param names empty for all
   * @throws F2d2Exception for an unknown one; the message lists the known ones
   */
  public static List<FarDensity> of(List<String> names) {
    List<String> known = all().stream().map(f -> f.density.name()).toList();
    for (String name : names) {
      if (!known.contains(name)) {
        throw Named.unknown("density", name, known);
      }
    }
    return all().stream().filter(f -> names.isEmpty() || names.contains(f.density.name())).toList();
  }
}
