package org.f2d2.energy.systems;

import java.util.Arrays;

/**
 * The angle between the plane of the first three of four atoms and that of the last three.
 *
 * <p>With b₁, b₂, b₃ from each atom to the next it is
 *
 * <pre>  φ = atan2( |b₂| b₁·(b₂×b₃), (b₁×b₂)·(b₂×b₃) )</pre>
 *
 * <p>It has the sign of the IUPAC: 0 where the outer atoms are on one side (cis), ±π where they are
 * on opposite ones (trans), positive where the far atom is turned clockwise from the near one as
 * one looks along the bond in the middle.
 *
 * @param i the first atom, counted from 0
 * @param j the second
 * @param k the third
 * @param l the fourth
 */
public record Dihedral(int i, int j, int k, int l) {

  /** Squared sine of the angle of two bonds below which the atoms are on a line. */
  private static final double ON_A_LINE = 1e-30;

  /**
   * The angle.
   *
   * @param x places of the atoms, three coordinates each
   * @return φ in (-π, π]; 0 where three atoms that follow each other are on a line
   */
  public double angle(double[] x) {
    return angle(x, new double[12]);
  }

  /**
   * The angle and how it changes.
   *
   * <p>With m = b₁×b₂ and n = b₂×b₃, and formulas that need no sine of φ (Blondel and Karplus, J.
   * Comput. Chem. 17 (1996) 1132),
   *
   * <pre>
   *   ∂φ/∂x_i = -|b₂| m/m²      ∂φ/∂x_j = -(1 + b₁·b₂/b₂²) ∂φ/∂x_i + b₂·b₃/b₂² ∂φ/∂x_l
   *   ∂φ/∂x_l =  |b₂| n/n²      and all four add up to zero</pre>
   *
   * @param x places of the atoms, three coordinates each
   * @param derivative where ∂φ/∂x of the four atoms is written, twelve values; zeros where three
   *     atoms are on a line, as φ is not defined there
   * @return {@link #angle(double[])}
   */
  public double angle(double[] x, double[] derivative) {
    int a = 3 * i;
    int b = 3 * j;
    int c = 3 * k;
    int d = 3 * l;
    double length1 = distance(x, a, b);
    double length2 = distance(x, b, c);
    double length3 = distance(x, c, d);
    // Directions, whose products neither overflow nor vanish.
    double x1 = (x[b] - x[a]) / length1;
    double y1 = (x[b + 1] - x[a + 1]) / length1;
    double z1 = (x[b + 2] - x[a + 2]) / length1;
    double x2 = (x[c] - x[b]) / length2;
    double y2 = (x[c + 1] - x[b + 1]) / length2;
    double z2 = (x[c + 2] - x[b + 2]) / length2;
    double x3 = (x[d] - x[c]) / length3;
    double y3 = (x[d + 1] - x[c + 1]) / length3;
    double z3 = (x[d + 2] - x[c + 2]) / length3;
    double mx = y1 * z2 - z1 * y2;
    double my = z1 * x2 - x1 * z2;
    double mz = x1 * y2 - y1 * x2;
    double nx = y2 * z3 - z2 * y3;
    double ny = z2 * x3 - x2 * z3;
    double nz = x2 * y3 - y2 * x3;
    double mm = mx * mx + my * my + mz * mz;
    double nn = nx * nx + ny * ny + nz * nz;
    if (!(mm > ON_A_LINE) || !(nn > ON_A_LINE)) {
      Arrays.fill(derivative, 0);
      return 0;
    }
    double first = -1 / (length1 * mm);
    double last = 1 / (length3 * nn);
    double along1 = (x1 * x2 + y1 * y2 + z1 * z2) * length1 / length2;
    double along3 = (x3 * x2 + y3 * y2 + z3 * z2) * length3 / length2;
    derivative[0] = first * mx;
    derivative[1] = first * my;
    derivative[2] = first * mz;
    derivative[9] = last * nx;
    derivative[10] = last * ny;
    derivative[11] = last * nz;
    for (int e = 0; e < 3; e++) {
      derivative[3 + e] = -(1 + along1) * derivative[e] + along3 * derivative[9 + e];
      derivative[6 + e] = along1 * derivative[e] - (1 + along3) * derivative[9 + e];
    }
    return Math.atan2(x1 * nx + y1 * ny + z1 * nz, mx * nx + my * ny + mz * nz);
  }

  private static double distance(double[] x, int a, int b) {
    double dx = x[b] - x[a];
    double dy = x[b + 1] - x[a + 1];
    double dz = x[b + 2] - x[a + 2];
    return Math.sqrt(dx * dx + dy * dy + dz * dz);
  }
}
