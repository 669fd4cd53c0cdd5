package org.f2d2.energy.systems;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Water as a continuum: what it gains by the charges of a molecule, and what a surface costs.
 *
 * <p>The generalised Born model,
 *
 * <pre>
 *   E_polar   = -C/2 (1 - 1/ε) Σ_i Σ_j q_i q_j / f_ij,
 *   f_ij      = √( r² + R_i R_j exp(-r²/(4 R_i R_j)) ),   f_ii = R_i
 *   E_surface = 4π γ Σ_i (a_i + p)² (a_i/R_i)⁶</pre>
 *
 * <p>(Still et al., J. Am. Chem. Soc. 112 (1990) 6127; Schaefer, Bartels, Karplus, J. Mol. Biol.
 * 284 (1998) 835), with the radii R of Onufriev, Bashford, Case, Proteins 55 (2004) 383, model II,
 *
 * <pre>
 *   1/R_i = 1/ρ_i - tanh(ψ - 0.8 ψ² + 4.85 ψ³)/a_i,   ρ_i = a_i - 0.009 nm,   ψ = ρ_i/2 Σ_j I_ij
 * </pre>
 *
 * <p>a being the radii of the atoms by themselves, ε = 78.3, γ = 2.25936 kJ/mol/nm² and p = 0.14
 * nm, the radius of a molecule of water. I_ij is how much atom j keeps the water from atom i
 * (Hawkins, Cramer, Truhlar, Chem. Phys. Lett. 246 (1995) 122). With s_j = screening times ρ_j, U =
 * r + s_j and L = max(ρ_i, |r - s_j|),
 *
 * <pre>
 *   I_ij = 1/L - 1/U + (r - s_j²/r)(1/U² - 1/L²)/4 + log(L/U)/(2r) + 2 max(0, 1/ρ_i - 1/(s_j - r))
 * </pre>
 *
 * <p>where U &gt; ρ_i, and 0 elsewhere; the last summand only where s_j &gt; r. Lengths are in nm,
 * energies in kJ/mol.
 */
final class BornSolvent {

  /** ε of water. */
  private static final double WATER = 78.3;

  /** γ in kJ/mol/nm², 5.4 cal/mol per square ångström. */
  private static final double TENSION = 2.25936;

  /** p in nm. */
  private static final double PROBE = 0.14;

  /** a - ρ in nm. */
  private static final double OFFSET = 0.009;

  private static final double SQUARE = 0.8;
  private static final double CUBE = 4.85;

  /** In nm; the differences in I of atoms that are nearer than this would be rounding alone. */
  private static final double NEAREST = 1e-8;

  private final int count;
  private final double[] charges;
  private final double[] radii;
  private final double[] reduced;
  private final double[] screens;

  /** C (1 - 1/ε). */
  private final double strength;

  /**
   * Water around atoms.
   *
   * @param coulomb C in kJ/mol nm/e²
   */
  BornSolvent(List<Molecule.Atom> atoms, double coulomb) {
    this.count = atoms.size();
    this.charges = atoms.stream().mapToDouble(Molecule.Atom::charge).toArray();
    this.radii = atoms.stream().mapToDouble(Molecule.Atom::radius).toArray();
    this.reduced = atoms.stream().mapToDouble(a -> a.radius() - OFFSET).toArray();
    this.screens = atoms.stream().mapToDouble(a -> a.screening() * (a.radius() - OFFSET)).toArray();
    this.strength = coulomb * (1 - 1 / WATER);
  }

  /**
   * ψ of each atom.
   *
   * @param x places
   * @param slopes where dI_ij/dr / r is written if present, row i, column j
   */
  double[] screening(double[] x, double @Nullable [] slopes) {
    double[] psi = new double[count];
    for (int i = 0; i < count; i++) {
      double sum = 0;
      for (int j = 0; j < count; j++) {
        double r = distance(x, i, j);
        double screen = screens[j];
        double upper = r + screen;
        if (i == j || upper <= reduced[i]) {
          continue;
        }
        double lower = Math.max(reduced[i], Math.abs(r - screen));
        double ofUpper = 1 / upper;
        double ofLower = 1 / lower;
        double ofR = 1 / r;
        double squares = 0.25 * (ofUpper * ofUpper - ofLower * ofLower);
        double log = 0.5 * ofR * Math.log(lower * ofUpper);
        double ratio = screen * ofR;
        sum += ofLower - ofUpper + (r - screen * ratio) * squares + log;
        if (screen - r > reduced[i]) {
          sum += 2 * (1 / reduced[i] - ofLower);
        }
        if (slopes != null) {
          // What L, U and the last summand change with r adds up to nothing.
          slopes[i * count + j] = ofR * ((1 + ratio * ratio) * squares - ofR * log);
        }
      }
      psi[i] = 0.5 * reduced[i] * sum;
    }
    return psi;
  }

  /** R of each atom. */
  double[] bornRadii(double[] psi) {
    double[] born = new double[count];
    for (int i = 0; i < count; i++) {
      born[i] = 1 / (1 / reduced[i] - Math.tanh(bent(psi[i])) / radii[i]);
    }
    return born;
  }

  private static double bent(double psi) {
    return psi * (1 + psi * (CUBE * psi - SQUARE));
  }

  private static double distance(double[] x, int i, int j) {
    return Math.max(NEAREST, Math.sqrt(MolecularMechanics.squaredDistance(x, 3 * i, 3 * j)));
  }

  /**
   * E_polar.
   *
   * @param gradient to which ∂E/∂x at fixed R is added, if present
   * @param byRadius to which ∂E/∂R is added
   */
  double polar(double[] x, double[] born, double @Nullable [] gradient, double[] byRadius) {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      double own = 0.5 * strength * charges[i] * charges[i] / born[i];
      sum -= own;
      byRadius[i] += own / born[i];
      for (int j = 0; j < i; j++) {
        double squared = MolecularMechanics.squaredDistance(x, 3 * i, 3 * j);
        double product = born[i] * born[j];
        double near = Math.exp(-squared / (4 * product));
        double f2 = squared + product * near;
        double energy = strength * charges[i] * charges[j] / Math.sqrt(f2);
        sum -= energy;
        if (gradient != null) {
          double each = energy / f2;
          MolecularMechanics.push(x, 3 * i, 3 * j, each * (1 - near / 4), gradient);
          byRadius[i] += 0.5 * each * near * (born[j] + squared / (4 * born[i]));
          byRadius[j] += 0.5 * each * near * (born[i] + squared / (4 * born[j]));
        }
      }
    }
    return sum;
  }

  /**
   * E_surface.
   *
   * @param byRadius to which ∂E/∂R is added
   */
  double surface(double[] born, double[] byRadius) {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      double reach = radii[i] + PROBE;
      double ratio = radii[i] / born[i];
      double cube = ratio * ratio * ratio;
      double energy = 4 * Math.PI * TENSION * reach * reach * cube * cube;
      sum += energy;
      byRadius[i] -= 6 * energy / born[i];
    }
    return sum;
  }

  /**
   * Adds to the gradient what comes of the radii R.
   *
   * @param slopes dI_ij/dr / r
   * @param byRadius ∂E/∂R
   */
  void addOfRadii(
      double[] x,
      double[] psi,
      double[] slopes,
      double[] born,
      double[] byRadius,
      double[] gradient) {
    for (int i = 0; i < count; i++) {
      double tanh = Math.tanh(bent(psi[i]));
      double bending = 1 + psi[i] * (3 * CUBE * psi[i] - 2 * SQUARE);
      double byPsi = byRadius[i] * born[i] * born[i] * (1 - tanh * tanh) * bending / radii[i];
      for (int j = 0; j < count; j++) {
        double slope = 0.5 * reduced[i] * byPsi * slopes[i * count + j];
        MolecularMechanics.push(x, 3 * i, 3 * j, slope, gradient);
      }
    }
  }
}
