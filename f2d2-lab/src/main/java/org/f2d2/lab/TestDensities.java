package org.f2d2.lab;

import java.util.List;
import org.f2d2.error.F2d2Exception;

/** The densities of the accuracy tables, by name. */
public final class TestDensities {

  private static final double CURVE_NOISE = 0.3;
  private static final double SPREAD = 1.5;

  private TestDensities() {}

  /**
   * All of them: the checkerboard; a ring of eight Gaussians; mixtures with four full covariances
   * in 6 and eight in 16 dimensions; a Student t in 4 dimensions; a curve with noise.
   */
  public static List<TestDensity> all() {
    return List.of(
        new CheckerboardDensity(),
        MixtureDensity.ring(),
        MixtureDensity.random("mixture6", 6, 4, SPREAD, 1),
        MixtureDensity.random("mixture16", 16, 8, SPREAD, 2),
        new StudentDensity(4, 4),
        new CurveDensity(CURVE_NOISE));
  }

  /**
   * One by name.
   *
   * @throws F2d2Exception for an unknown name; the message lists the known ones
   */
  public static TestDensity of(String name) {
    return Named.of("density", name, all(), TestDensity::name);
  }
}
