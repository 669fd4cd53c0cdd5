package org.f2d2.energy.systems;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.f2d2.energy.EnergyCheck;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The molecule against another program, and what is known of it. */
class AlanineDipeptideTest {

  /** kT in kJ/mol at 300 K: N_A k times the temperature. */
  private static final double KT = 6.02214076e23 * 1.380649e-23 * 300 / 1000;

  private static final int ATOMS = 22;

  /**
   * A geometry with the numbers of OpenMM 8.6.1, platform Reference, for amber99sbildn.xml and
   * amber99_obc.xml; in nm and kJ/mol.
   *
   * @param energies of bonds, angles, torsions, Lennard-Jones, Coulomb, and the two parts of the
   *     solvent
   * @param inVacuum forces
   * @param inSolvent forces
   */
  private record Reference(
      String from,
      double phi,
      double psi,
      double[] energies,
      double[] x,
      double[] inVacuum,
      double[] inSolvent) {
    @Override
    public String toString() {
      return from;
    }
  }

  static List<Reference> references() {
    List<Reference> references = new ArrayList<>();
    int line = 0;
    List<String[]> rows = rows();
    while (line < rows.size()) {
      String[] geometry = rows.get(line);
      double[] energies = numbers(rows.get(line + 1), 1, 8);
      List<String[]> atoms = rows.subList(line + 2, line + 2 + ATOMS);
      references.add(
          new Reference(
              geometry[1],
              Double.parseDouble(geometry[2]),
              Double.parseDouble(geometry[3]),
              energies,
              columns(atoms, 1),
              columns(atoms, 4),
              columns(atoms, 7)));
      line += 2 + ATOMS;
    }
    return references;
  }

  private static List<String[]> rows() {
    InputStream stream =
        AlanineDipeptideTest.class.getResourceAsStream("alanine-dipeptide-openmm.csv");
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(Objects.requireNonNull(stream), StandardCharsets.UTF_8))) {
      return lines.lines().filter(l -> !l.startsWith("#")).map(l -> l.split(",", -1)).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static double[] columns(List<String[]> atoms, int from) {
    return atoms.stream().flatMapToDouble(a -> Arrays.stream(numbers(a, from, from + 3))).toArray();
  }

  private static double[] numbers(String[] row, int from, int to) {
    return Arrays.stream(row, from, to).mapToDouble(Double::parseDouble).toArray();
  }

  @Test
  void thereAreGeometriesToCompare() {
    assertEquals(7, references().size());
  }

  @ParameterizedTest
  @MethodSource("references")
  void eachTermIsThatOfAnotherProgram(Reference reference) {
    MolecularMechanics.Terms terms = AlanineDipeptide.inWater().terms(reference.x);
    double[] ours = {
      terms.bonds(),
      terms.angles(),
      terms.torsions(),
      terms.lennardJones(),
      terms.coulomb(),
      terms.polar(),
      terms.surface()
    };
    for (int term = 0; term < ours.length; term++) {
      double theirs = reference.energies[term];
      // None is so small that it could be missing.
      assertTrue(Math.abs(theirs) > 1);
      assertEquals(theirs, KT * ours[term], 1e-8 * Math.abs(theirs));
    }
    assertEquals(AlanineDipeptide.inWater().value(reference.x), terms.sum());
    double solvent = terms.polar() + terms.surface();
    assertEquals(AlanineDipeptide.vacuum().value(reference.x), terms.sum() - solvent, 1e-10);
  }

  @ParameterizedTest
  @MethodSource("references")
  void forcesAreThoseOfAnotherProgram(Reference reference) {
    assertForces(AlanineDipeptide.vacuum(), reference.x, reference.inVacuum);
    assertForces(AlanineDipeptide.inWater(), reference.x, reference.inSolvent);
  }

  private static void assertForces(MolecularMechanics energy, double[] x, double[] forces) {
    double[] gradient = new double[x.length];
    energy.value(x, gradient);
    double largest = Arrays.stream(forces).map(Math::abs).max().orElseThrow();
    for (int c = 0; c < x.length; c++) {
      assertEquals(forces[c], -KT * gradient[c], 1e-8 * largest);
    }
  }

  @ParameterizedTest
  @MethodSource("references")
  void anglesAreThoseOfTheBackbone(Reference reference) {
    assertEquals(reference.phi, AlanineDipeptide.phi(reference.x), 1e-6);
    assertEquals(reference.psi, AlanineDipeptide.psi(reference.x), 1e-6);
  }

  static Stream<MolecularMechanics> energies() {
    return Stream.of(AlanineDipeptide.vacuum(), AlanineDipeptide.inWater());
  }

  @ParameterizedTest
  @MethodSource("energies")
  void theContractHoldsForShapesThatAMoleculeHas(MolecularMechanics energy) {
    for (Reference reference : references()) {
      EnergyCheck.require(energy, reference.x, 1e-6);
      for (int trial = 0; trial < 10; trial++) {
        SplittableRandom random = new SplittableRandom(trial);
        assertTrue(EnergyCheck.symmetryError(energy, reference.x, random) < 1e-10);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("energies")
  void anImageInAMirrorHasTheSameEnergyAndOppositeAngles(MolecularMechanics energy) {
    double[] x = AlanineDipeptide.start();
    double[] image = Arrays.stream(x).map(c -> -c).toArray();
    assertEquals(energy.value(x), energy.value(image), 1e-10);
    assertEquals(-AlanineDipeptide.phi(x), AlanineDipeptide.phi(image), 1e-12);
  }

  @Test
  void itStartsAtRest() {
    double[] x = AlanineDipeptide.start();
    double[] gradient = new double[66];
    // OpenMM's minimum in vacuum, -90.942883 kJ/mol.
    assertEquals(-90.942883 / KT, AlanineDipeptide.vacuum().value(x, gradient), 1e-5);
    for (double g : gradient) {
      // Places are rounded to 10⁻⁶ nm.
      assertEquals(0, g, 0.5);
    }
    assertEquals(-77.48, Math.toDegrees(AlanineDipeptide.phi(x)), 0.01);
    assertEquals(54.08, Math.toDegrees(AlanineDipeptide.psi(x)), 0.01);
  }

  @Test
  void itIsTheNaturalForm() {
    // Seen from HA, the groups CO, CB and N follow each other clockwise.
    double[] x = AlanineDipeptide.start();
    double[] h = from(x, 8, 9);
    double[] co = from(x, 8, 14);
    double[] cb = from(x, 8, 10);
    double volume =
        h[0] * (co[1] * cb[2] - co[2] * cb[1])
            + h[1] * (co[2] * cb[0] - co[0] * cb[2])
            + h[2] * (co[0] * cb[1] - co[1] * cb[0]);
    assertTrue(volume < 0);
  }

  private static double[] from(double[] x, int a, int b) {
    return new double[] {
      x[3 * b] - x[3 * a], x[3 * b + 1] - x[3 * a + 1], x[3 * b + 2] - x[3 * a + 2]
    };
  }

  @Test
  void onlyHydrogensOfOneMethylGroupMayChangePlaces() {
    List<Molecule.Atom> atoms = AlanineDipeptide.molecule().atoms();
    List<String> exchangeable =
        AlanineDipeptide.vacuum().particles().orElseThrow().alike().stream()
            .filter(kind -> kind.length > 1)
            .map(
                kind ->
                    String.join(
                        " ",
                        Arrays.stream(kind)
                            .mapToObj(i -> atoms.get(i).residue() + "-" + atoms.get(i).name())
                            .toList()))
            .toList();
    assertEquals(
        List.of(
            "ACE-HH31 ACE-HH32 ACE-HH33", "ALA-HB1 ALA-HB2 ALA-HB3", "NME-HH31 NME-HH32 NME-HH33"),
        exchangeable);
  }

  @Test
  void itIsNeutralAndWeighsWhatItShould() {
    List<Molecule.Atom> atoms = AlanineDipeptide.molecule().atoms();
    assertEquals(0, atoms.stream().mapToDouble(Molecule.Atom::charge).sum(), 1e-12);
    // C6 H12 N2 O2.
    assertEquals(144.174, atoms.stream().mapToDouble(Molecule.Atom::mass).sum(), 1e-2);
  }

  @Test
  void atomsOnALineHaveAnAngleButNoForce() {
    double[] derivative = new double[12];
    double[] line = {0, 0, 0, 1, 0, 0, 2, 0, 0, 2, 1, 0};
    assertEquals(0, new Dihedral(0, 1, 2, 3).angle(line, derivative));
    assertEquals(0, Arrays.stream(derivative).map(Math::abs).max().orElseThrow());
    double[] bent = {0, 1, 0, 0, 0, 0, 1, 0, 0, 1, 0, 1};
    assertEquals(Math.PI / 2, new Dihedral(0, 1, 2, 3).angle(bent), 1e-15);
  }

  @Test
  void whatIsNoMoleculeIsRefused() {
    Molecule.Atom atom = AlanineDipeptide.molecule().atoms().get(0);
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new Molecule(
                List.of(atom, atom),
                List.of(new Molecule.Bond(0, 2, 0.1, 1)),
                List.of(),
                List.of(),
                List.of()));
    assertThrows(
        IllegalArgumentException.class,
        () -> MolecularMechanics.inVacuum("cold", AlanineDipeptide.molecule(), 0));
  }

  @Test
  void chainsAreWatchedInTheAnglesOfTheBackbone() {
    double[] x = AlanineDipeptide.start();
    Map<String, ToDoubleFunction<double[]>> watched =
        AlanineDipeptide.inWater().collectiveVariables();
    assertEquals(List.of("cos φ", "sin φ", "cos ψ", "sin ψ"), List.copyOf(watched.keySet()));
    assertEquals(Math.sin(AlanineDipeptide.phi(x)), watched.get("sin φ").applyAsDouble(x), 1e-12);
    assertEquals(Math.cos(AlanineDipeptide.psi(x)), watched.get("cos ψ").applyAsDouble(x), 1e-12);
  }
}
