package org.f2d2.energy.systems;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A molecule as a classical force field sees it. Atoms are counted from 0; lengths are in nm,
 * energies in kJ/mol, angles in rad, charges in elementary charges, masses in u.
 *
 * @param atoms in the order in which a point has their coordinates
 * @param bonds springs between two atoms
 * @param angles springs of the angle at the middle one of three atoms
 * @param torsions waves of the angle between two planes
 * @param bonded pairs a few bonds apart, with parameters that take the place of those of the atoms
 */
public record Molecule(
    List<Atom> atoms,
    List<Bond> bonds,
    List<Angle> angles,
    List<Torsion> torsions,
    List<BondedPair> bonded) {

  /**
   * An atom.
   *
   * @param name in its residue
   * @param residue part of the molecule
   * @param element symbol
   * @param mass in u
   * @param charge q in e
   * @param sigma σ in nm, where a Lennard-Jones pair of two such atoms has energy 0
   * @param epsilon ε in kJ/mol, the depth of that pair
   * @param radius in a generalised Born solvent, in nm
   * @param screening factor of the radius by which the atom keeps the solvent from others
   * @param x of a place where the molecule is at rest, in nm
   * @param y of that place
   * @param z of that place
   */
  public record Atom(
      String name,
      String residue,
      String element,
      double mass,
      double charge,
      double sigma,
      double epsilon,
      double radius,
      double screening,
      double x,
      double y,
      double z) {}

  /**
   * E = k/2 (r - r₀)².
   *
   * @param length r₀ in nm
   * @param stiffness k in kJ/mol/nm²
   */
  public record Bond(int i, int j, double length, double stiffness) {}

  /**
   * E = k/2 (θ - θ₀)² of the angle at j.
   *
   * @param angle θ₀ in rad
   * @param stiffness k in kJ/mol/rad²
   */
  public record Angle(int i, int j, int k, double angle, double stiffness) {}

  /**
   * E = k (1 + cos(n φ - φ₀)).
   *
   * @param dihedral φ
   * @param periodicity n
   * @param phase φ₀ in rad
   * @param height k in kJ/mol
   */
  public record Torsion(Dihedral dihedral, int periodicity, double phase, double height) {}

  /**
   * What two atoms a few bonds apart have in place of q_i q_j, σ and ε of their pair.
   *
   * @param charges product of charges in e²
   * @param sigma σ in nm
   * @param epsilon ε in kJ/mol
   */
  public record BondedPair(int i, int j, double charges, double sigma, double epsilon) {}

  /** Checks that all atoms that are spoken of are there. */
  public Molecule {
    atoms = List.copyOf(atoms);
    bonds = List.copyOf(bonds);
    angles = List.copyOf(angles);
    torsions = List.copyOf(torsions);
    bonded = List.copyOf(bonded);
    int count = atoms.size();
    IntStream all =
        Stream.of(
                bonds.stream().flatMapToInt(b -> IntStream.of(b.i, b.j)),
                angles.stream().flatMapToInt(a -> IntStream.of(a.i, a.j, a.k)),
                torsions.stream()
                    .map(Torsion::dihedral)
                    .flatMapToInt(t -> IntStream.of(t.i(), t.j(), t.k(), t.l())),
                bonded.stream().flatMapToInt(p -> IntStream.of(p.i, p.j)))
            .flatMapToInt(s -> s);
    all.forEach(
        i -> {
          if (i < 0 || i >= count) {
            throw new IllegalArgumentException(
                "of " + count + " atoms there is none of index " + i);
          }
        });
  }

  /**
   * Kinds of the atoms. Hydrogens that one atom holds (those of a methyl group) are of one kind;
   * every other atom is of its own, since two that look alike are bonded to different neighbours.
   */
  public List<Integer> kinds() {
    List<Integer> kinds = new ArrayList<>(IntStream.range(0, atoms.size()).boxed().toList());
    for (Bond bond : bonds) {
      // Beyond the numbers of atoms, so that no atom of its own kind has it.
      if (atoms.get(bond.i).element.equals("H")) {
        kinds.set(bond.i, atoms.size() + bond.j);
      }
      if (atoms.get(bond.j).element.equals("H")) {
        kinds.set(bond.j, atoms.size() + bond.i);
      }
    }
    return kinds;
  }

  /** Coordinates of a place where the molecule is at rest, in nm. */
  public double[] places() {
    return atoms.stream().flatMapToDouble(a -> DoubleStream.of(a.x, a.y, a.z)).toArray();
  }

  /**
   * The molecule of a resource of this package. Each line begins with what it is about (atom, bond,
   * angle, torsion, bonded) and goes on with the fields of that record; lines with # are comments.
   */
  static Molecule read(String resource) {
    List<Atom> atoms = new ArrayList<>();
    List<Bond> bonds = new ArrayList<>();
    List<Angle> angles = new ArrayList<>();
    List<Torsion> torsions = new ArrayList<>();
    List<BondedPair> bonded = new ArrayList<>();
    for (String line : lines(resource)) {
      String[] cells = line.split(",", -1);
      switch (cells[0]) {
        case "atom" -> atoms.add(atom(cells));
        case "bond" ->
            bonds.add(
                new Bond(index(cells[1]), index(cells[2]), number(cells[3]), number(cells[4])));
        case "angle" ->
            angles.add(
                new Angle(
                    index(cells[1]),
                    index(cells[2]),
                    index(cells[3]),
                    number(cells[4]),
                    number(cells[5])));
        case "torsion" ->
            torsions.add(
                new Torsion(
                    new Dihedral(
                        index(cells[1]), index(cells[2]), index(cells[3]), index(cells[4])),
                    index(cells[5]),
                    number(cells[6]),
                    number(cells[7])));
        case "bonded" ->
            bonded.add(
                new BondedPair(
                    index(cells[1]),
                    index(cells[2]),
                    number(cells[3]),
                    number(cells[4]),
                    number(cells[5])));
        default -> throw new IllegalArgumentException(resource + " has a line '" + line + "'");
      }
    }
    return new Molecule(atoms, bonds, angles, torsions, bonded);
  }

  private static Atom atom(String[] cells) {
    return new Atom(
        cells[2],
        cells[3],
        cells[4],
        number(cells[5]),
        number(cells[6]),
        number(cells[7]),
        number(cells[8]),
        number(cells[9]),
        number(cells[10]),
        number(cells[11]),
        number(cells[12]),
        number(cells[13]));
  }

  private static List<String> lines(String resource) {
    InputStream stream = Molecule.class.getResourceAsStream(resource);
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(Objects.requireNonNull(stream), StandardCharsets.UTF_8))) {
      return lines.lines().filter(line -> !line.startsWith("#")).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int index(String cell) {
    return Integer.parseInt(cell);
  }

  private static double number(String cell) {
    return Double.parseDouble(cell);
  }
}
