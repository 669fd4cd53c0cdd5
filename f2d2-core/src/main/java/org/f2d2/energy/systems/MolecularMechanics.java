package org.f2d2.energy.systems;

import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.f2d2.energy.Energy;
import org.f2d2.plain.Particles;
import org.jspecify.annotations.Nullable;

/**
 * A molecule in a classical force field, without cutoff and with all bonds free,
 *
 * <pre>
 *   E = Σ_bonds k/2 (r - r₀)² + Σ_angles k/2 (θ - θ₀)² + Σ_torsions k (1 + cos(n φ - φ₀))
 *     + Σ_pairs 4ε ((σ/r)¹² - (σ/r)⁶) + Σ_pairs C q_i q_j / r</pre>
 *
 * <p>with C = N_A e²/(4π ε₀). A pair of two atoms has σ = (σ_i + σ_j)/2 and ε = √(ε_i ε_j), or what
 * the molecule says of it. The form is that of Cornell et al., J. Am. Chem. Soc. 117 (1995) 5179.
 *
 * <p>Coordinates are in nm, energies in kT of the temperature. Where two atoms are nearer than
 * 10⁻²⁰ nm or further apart than 10¹⁰⁰ nm the energy is infinite: what doubles say there is noise.
 */
public final class MolecularMechanics implements Energy {

  /** N_A k in J/mol/K; exact since 2019. */
  private static final double GAS_CONSTANT = 8.31446261815324;

  /** N_A e²/(4π ε₀) in kJ/mol nm/e², with the ε₀ of CODATA 2018. */
  private static final double COULOMB = 138.93545764438198;

  private static final double NEAREST = 1e-20;
  private static final double FURTHEST = 1e100;

  /**
   * The parts of an energy, in kT; their sum is the energy.
   *
   * @param bonds of all bonds
   * @param angles of all angles
   * @param torsions of all torsions
   * @param lennardJones of all pairs
   * @param coulomb of all pairs
   * @param polar what the solvent gains by the charges; 0 in vacuum
   * @param surface what the surface of the solvent costs; 0 in vacuum
   */
  public record Terms(
      double bonds,
      double angles,
      double torsions,
      double lennardJones,
      double coulomb,
      double polar,
      double surface) {

    /** The energy. */
    public double sum() {
      return bonds + angles + torsions + lennardJones + coulomb + polar + surface;
    }
  }

  private final String name;
  private final Molecule molecule;
  private final double temperature;

  /** Dihedral angles that tell shapes apart, by name. */
  private final Map<String, Dihedral> watched;

  private final Particles particles;
  private final List<Molecule.Bond> bonds;
  private final List<Molecule.Angle> angles;
  private final List<Molecule.Torsion> torsions;

  /** First coordinate of the first and of the second atom of each pair that is not left out. */
  private final int[] firsts;

  private final int[] seconds;

  /** σ² and 4ε of each pair. */
  private final double[] squaredSigmas;

  private final double[] depths;

  /** C q_i q_j of each pair. */
  private final double[] charges;

  private final double kT;
  private final @Nullable BornSolvent solvent;

  private MolecularMechanics(
      String name,
      Molecule molecule,
      double temperature,
      @Nullable BornSolvent solvent,
      Map<String, Dihedral> watched) {
    if (!(temperature > 0)) {
      throw new IllegalArgumentException("a temperature is positive, not " + temperature + " K");
    }
    this.name = name;
    this.molecule = molecule;
    this.temperature = temperature;
    this.watched = Collections.unmodifiableMap(new LinkedHashMap<>(watched));
    this.solvent = solvent;
    this.particles = new Particles(3, molecule.kinds());
    this.bonds = molecule.bonds();
    this.angles = molecule.angles();
    this.torsions = molecule.torsions();
    this.kT = GAS_CONSTANT * temperature / 1000;
    List<Molecule.BondedPair> pairs =
        pairs(molecule).stream().filter(p -> p.charges() != 0 || p.epsilon() != 0).toList();
    this.firsts = pairs.stream().mapToInt(p -> 3 * p.i()).toArray();
    this.seconds = pairs.stream().mapToInt(p -> 3 * p.j()).toArray();
    this.squaredSigmas = pairs.stream().mapToDouble(p -> p.sigma() * p.sigma()).toArray();
    this.depths = pairs.stream().mapToDouble(p -> 4 * p.epsilon()).toArray();
    this.charges = pairs.stream().mapToDouble(p -> COULOMB * p.charges()).toArray();
  }

  /**
   * A molecule by itself.
   *
   * @param temperature of kT, in K
   */
  public static MolecularMechanics inVacuum(String name, Molecule molecule, double temperature) {
    return new MolecularMechanics(name, molecule, temperature, null, Map.of());
  }

  /** The same with dihedral angles that tell its shapes apart, by name. */
  public MolecularMechanics watching(Map<String, Dihedral> dihedrals) {
    return new MolecularMechanics(name, molecule, temperature, solvent, dihedrals);
  }

  /** Cosine and sine of each angle: the angle itself jumps. */
  @Override
  public Map<String, ToDoubleFunction<double[]>> collectiveVariables() {
    Map<String, ToDoubleFunction<double[]>> all = new LinkedHashMap<>();
    watched.forEach(
        (label, dihedral) -> {
          all.put("cos " + label, x -> Math.cos(dihedral.angle(x)));
          all.put("sin " + label, x -> Math.sin(dihedral.angle(x)));
        });
    return all;
  }

  /**
   * A molecule in water as a continuum, {@code E + E_polar + E_surface}: the generalised Born model
   * of Onufriev, Bashford and Case, Proteins 55 (2004) 383, model II, with a term for the surface.
   *
   * @param temperature of kT, in K; the energy of the solvent does not depend on it
   */
  public static MolecularMechanics inWater(String name, Molecule molecule, double temperature) {
    BornSolvent solvent = new BornSolvent(molecule.atoms(), COULOMB);
    return new MolecularMechanics(name, molecule, temperature, solvent, Map.of());
  }

  /** All pairs of atoms. */
  private static Collection<Molecule.BondedPair> pairs(Molecule molecule) {
    int count = molecule.atoms().size();
    Map<List<Integer>, Molecule.BondedPair> pairs = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      for (int j = i + 1; j < count; j++) {
        Molecule.Atom a = molecule.atoms().get(i);
        Molecule.Atom b = molecule.atoms().get(j);
        pairs.put(
            List.of(i, j),
            new Molecule.BondedPair(
                i,
                j,
                a.charge() * b.charge(),
                (a.sigma() + b.sigma()) / 2,
                Math.sqrt(a.epsilon() * b.epsilon())));
      }
    }
    for (Molecule.BondedPair pair : molecule.bonded()) {
      pairs.put(List.of(Math.min(pair.i(), pair.j()), Math.max(pair.i(), pair.j())), pair);
    }
    return pairs.values();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int dimensions() {
    return particles.coordinates();
  }

  /** The atoms; the hydrogens of a methyl group are of one kind. */
  @Override
  public Optional<Particles> particles() {
    return Optional.of(particles);
  }

  @Override
  public double value(double[] x) {
    return inRange(x) ? terms(x, null).sum() : Double.POSITIVE_INFINITY;
  }

  @Override
  public double value(double[] x, double[] gradient) {
    Arrays.fill(gradient, 0);
    if (!inRange(x)) {
      return Double.POSITIVE_INFINITY;
    }
    double energy = terms(x, gradient).sum();
    for (int c = 0; c < gradient.length; c++) {
      gradient[c] /= kT;
    }
    return energy;
  }

  /**
   * The parts of an energy.
   *
   * @param x a point where the energy is finite
   */
  public Terms terms(double[] x) {
    return terms(x, null);
  }

  /** Adds to the gradient in kJ/mol/nm. */
  private Terms terms(double[] x, double @Nullable [] gradient) {
    double polar = 0;
    double surface = 0;
    if (solvent != null) {
      double[] byRadius = new double[particles.count()];
      double[] slopes = gradient == null ? null : new double[particles.count() * particles.count()];
      double[] psi = solvent.screening(x, slopes);
      double[] born = solvent.bornRadii(psi);
      polar = solvent.polar(x, born, gradient, byRadius);
      surface = solvent.surface(born, byRadius);
      if (gradient != null && slopes != null) {
        solvent.addOfRadii(x, psi, slopes, born, byRadius, gradient);
      }
    }
    return new Terms(
        bonds(x, gradient) / kT,
        angles(x, gradient) / kT,
        torsions(x, gradient) / kT,
        lennardJones(x, gradient) / kT,
        coulomb(x, gradient) / kT,
        polar / kT,
        surface / kT);
  }

  private static boolean inRange(double[] x) {
    for (int i = 0; i < x.length; i += 3) {
      for (int j = 0; j < i; j += 3) {
        double squared = squaredDistance(x, i, j);
        if (!(squared >= NEAREST * NEAREST && squared <= FURTHEST * FURTHEST)) {
          return false;
        }
      }
    }
    return true;
  }

  private double bonds(double[] x, double @Nullable [] gradient) {
    double sum = 0;
    for (Molecule.Bond bond : bonds) {
      int i = 3 * bond.i();
      int j = 3 * bond.j();
      double r = Math.sqrt(squaredDistance(x, i, j));
      double away = r - bond.length();
      sum += 0.5 * bond.stiffness() * away * away;
      if (gradient != null) {
        push(x, i, j, bond.stiffness() * away / r, gradient);
      }
    }
    return sum;
  }

  /**
   * With the directions u and v from the middle to the others, θ = atan2(|u×v|, u·v), and θ changes
   * with the place of the first by (u cos θ - v) / (r sin θ).
   */
  private double angles(double[] x, double @Nullable [] gradient) {
    double sum = 0;
    for (Molecule.Angle angle : angles) {
      int i = 3 * angle.i();
      int j = 3 * angle.j();
      int k = 3 * angle.k();
      double r = Math.sqrt(squaredDistance(x, i, j));
      double s = Math.sqrt(squaredDistance(x, k, j));
      double ux = (x[i] - x[j]) / r;
      double uy = (x[i + 1] - x[j + 1]) / r;
      double uz = (x[i + 2] - x[j + 2]) / r;
      double vx = (x[k] - x[j]) / s;
      double vy = (x[k + 1] - x[j + 1]) / s;
      double vz = (x[k + 2] - x[j + 2]) / s;
      double cx = uy * vz - uz * vy;
      double cy = uz * vx - ux * vz;
      double cz = ux * vy - uy * vx;
      double sin = Math.sqrt(cx * cx + cy * cy + cz * cz);
      double cos = ux * vx + uy * vy + uz * vz;
      double away = Math.atan2(sin, cos) - angle.angle();
      sum += 0.5 * angle.stiffness() * away * away;
      // Atoms on a line are pushed in no direction.
      if (gradient != null && sin > 0) {
        double first = angle.stiffness() * away / (sin * r);
        double last = angle.stiffness() * away / (sin * s);
        add(gradient, i, j, first * (ux * cos - vx), last * (vx * cos - ux), k);
        add(gradient, i + 1, j + 1, first * (uy * cos - vy), last * (vy * cos - uy), k + 1);
        add(gradient, i + 2, j + 2, first * (uz * cos - vz), last * (vz * cos - uz), k + 2);
      }
    }
    return sum;
  }

  private static void add(double[] gradient, int i, int j, double ofI, double ofK, int k) {
    gradient[i] += ofI;
    gradient[j] -= ofI + ofK;
    gradient[k] += ofK;
  }

  private double torsions(double[] x, double @Nullable [] gradient) {
    double sum = 0;
    double phi = 0;
    double[] derivative = new double[12];
    for (int t = 0; t < torsions.size(); t++) {
      Molecule.Torsion torsion = torsions.get(t);
      Dihedral dihedral = torsion.dihedral();
      // Waves of one angle follow each other.
      if (t == 0 || !dihedral.equals(torsions.get(t - 1).dihedral())) {
        phi = dihedral.angle(x, derivative);
      }
      double at = torsion.periodicity() * phi - torsion.phase();
      sum += torsion.height() * (1 + Math.cos(at));
      if (gradient != null) {
        double slope = -torsion.height() * torsion.periodicity() * Math.sin(at);
        for (int c = 0; c < 3; c++) {
          gradient[3 * dihedral.i() + c] += slope * derivative[c];
          gradient[3 * dihedral.j() + c] += slope * derivative[3 + c];
          gradient[3 * dihedral.k() + c] += slope * derivative[6 + c];
          gradient[3 * dihedral.l() + c] += slope * derivative[9 + c];
        }
      }
    }
    return sum;
  }

  private double lennardJones(double[] x, double @Nullable [] gradient) {
    double sum = 0;
    for (int p = 0; p < firsts.length; p++) {
      double squared = squaredDistance(x, firsts[p], seconds[p]);
      double second = squaredSigmas[p] / squared;
      double sixth = second * second * second;
      sum += depths[p] * sixth * (sixth - 1);
      if (gradient != null) {
        double slope = depths[p] * sixth * (6 - 12 * sixth) / squared;
        push(x, firsts[p], seconds[p], slope, gradient);
      }
    }
    return sum;
  }

  private double coulomb(double[] x, double @Nullable [] gradient) {
    double sum = 0;
    for (int p = 0; p < firsts.length; p++) {
      double squared = squaredDistance(x, firsts[p], seconds[p]);
      double energy = charges[p] / Math.sqrt(squared);
      sum += energy;
      if (gradient != null) {
        push(x, firsts[p], seconds[p], -energy / squared, gradient);
      }
    }
    return sum;
  }

  /** r² of the atoms whose coordinates begin at i and j. */
  static double squaredDistance(double[] x, int i, int j) {
    double dx = x[i] - x[j];
    double dy = x[i + 1] - x[j + 1];
    double dz = x[i + 2] - x[j + 2];
    return dx * dx + dy * dy + dz * dz;
  }

  /**
   * Adds the gradient of an energy of the distance of two atoms.
   *
   * @param slope dE/dr / r
   */
  static void push(double[] x, int i, int j, double slope, double[] gradient) {
    for (int c = 0; c < 3; c++) {
      double part = slope * (x[i + c] - x[j + c]);
      gradient[i + c] += part;
      gradient[j + c] -= part;
    }
  }
}
