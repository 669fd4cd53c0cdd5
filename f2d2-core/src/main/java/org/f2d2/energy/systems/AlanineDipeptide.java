package org.f2d2.energy.systems;

import java.util.Map;
import java.util.TreeMap;

/**
 * Alanine dipeptide, ACE-ALA-NME: an alanine with a cap at each end, 22 atoms, whose two angles φ
 * and ψ of the backbone tell its shapes apart.
 *
 * <p>Force field Amber ff99SB at {@value #TEMPERATURE} K, all bonds free. Coordinates are in nm,
 * energies in kT; {@code alanine-dipeptide.csv} beside this class has all numbers and their
 * sources.
 *
 * <p>The energy of a point and of its image in a mirror are the same, so both L-alanine and
 * D-alanine have their share of the density. {@link #start()} is the L form, which nature has; at
 * this temperature no simulation passes from the one to the other.
 */
public final class AlanineDipeptide {

  /** What the names of its targets begin with. */
  public static final String NAME = "ALDP";

  /** Temperature of kT, in K. */
  public static final double TEMPERATURE = 300;

  /** φ: the turn about the bond from N to CA of the alanine, of the atoms C, N, CA, C. */
  public static final Dihedral PHI = new Dihedral(4, 6, 8, 14);

  /** ψ: the turn about the bond from CA to C of the alanine, of the atoms N, CA, C, N. */
  public static final Dihedral PSI = new Dihedral(6, 8, 14, 16);

  private static final Map<String, Dihedral> ANGLES = new TreeMap<>(Map.of("φ", PHI, "ψ", PSI));

  private AlanineDipeptide() {}

  /** Its atoms, their parameters and what binds them. */
  public static Molecule molecule() {
    return Molecule.read("alanine-dipeptide.csv");
  }

  /** By itself: {@code ALDP-vacuum}. */
  public static MolecularMechanics vacuum() {
    return MolecularMechanics.inVacuum(NAME + "-vacuum", molecule(), TEMPERATURE).watching(ANGLES);
  }

  /** In water as a continuum: {@code ALDP-obc}. */
  public static MolecularMechanics inWater() {
    return MolecularMechanics.inWater(NAME + "-obc", molecule(), TEMPERATURE).watching(ANGLES);
  }

  /** Coordinates of a place where it is at rest in vacuum, with φ = -77° and ψ = 54°. */
  public static double[] start() {
    return molecule().places();
  }

  /** φ of a point, in (-π, π]. */
  public static double phi(double[] x) {
    return PHI.angle(x);
  }

  /** ψ of a point, in (-π, π]. */
  public static double psi(double[] x) {
    return PSI.angle(x);
  }
}
