package org.f2d2.energy.systems;

import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.f2d2.energy.Energy;
import org.f2d2.error.F2d2Exception;
import org.f2d2.plain.Particles;

/**
 * A density that samplers are tried on.
 *
 * @param name with the convention
 * @param about what it is, in one line
 * @param energy makes it
 * @param scale standard deviation of a Gaussian in each free coordinate that reaches all of it
 */
public record Target(String name, String about, Supplier<Energy> energy, double scale) {

  private static final List<Target> ALL =
      List.of(
          new Target(
              "GMM8",
              "eight Gaussians of sd 1 on a circle of radius 10",
              GaussianMixtureEnergy::eight,
              10),
          new Target(
              "GMM40",
              "forty Gaussians of sd 1.3133 with means in [-40, 40]²",
              GaussianMixtureEnergy::forty,
              30),
          new Target("MW2", "a double well beside a Gaussian", () -> new ManyWell(1), 2),
          new Target("MW32", "sixteen independent copies of MW2", () -> new ManyWell(16), 2),
          doubleWell("DW4-once", 1),
          doubleWell("DW4-twice", 2),
          lennardJones("LJ13-once", 13, 1, 1),
          lennardJones("LJ13-twice", 13, 2, 1),
          lennardJones("LJ13-free", 13, 1, 0),
          lennardJones("LJ55-once", 55, 1, 1),
          lennardJones("LJ55-twice", 55, 2, 1),
          new Target(
              "ALDP-vacuum",
              "alanine dipeptide, 22 atoms of Amber ff99SB, at 300 K in nm",
              AlanineDipeptide::vacuum,
              0.2),
          new Target(
              "ALDP-obc",
              "ALDP-vacuum in water as a continuum: generalised Born, OBC II, with surface",
              AlanineDipeptide::inWater,
              0.2));

  private static Target doubleWell(String name, int factor) {
    return new Target(
        name,
        "four particles in the plane with two best distances, " + counted(factor),
        () -> new PairEnergy(name, Particles.alike(4, 2), new DoubleWellPair(), factor, 0),
        2);
  }

  private static Target lennardJones(String name, int count, int factor, double spring) {
    return new Target(
        name,
        count
            + " Lennard-Jones atoms, "
            + counted(factor)
            + (spring == 0 ? ", no spring" : ", each on a spring to the centre"),
        () ->
            new PairEnergy(
                name, Particles.alike(count, 3), new LennardJonesPair(0), factor, spring),
        count < 20 ? 0.6 : 1);
  }

  private static String counted(int factor) {
    return factor == 1 ? "each pair once" : "each pair twice, as a sum over ordered pairs has it";
  }

  /** All of them. */
  public static List<Target> all() {
    return ALL;
  }

  /**
   * The one of a name, upper or lower case.
   *
   * @throws F2d2Exception for an unknown one
   */
  public static Target of(String name) {
    return ALL.stream()
        .filter(t -> t.name.toLowerCase(Locale.ROOT).equals(name.toLowerCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(
            () ->
                new F2d2Exception(
                    "unknown target '"
                        + name
                        + "', known are "
                        + String.join(", ", ALL.stream().map(Target::name).toList())));
  }
}
