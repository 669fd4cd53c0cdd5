package org.f2d2.energy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.f2d2.error.F2d2Exception;
import org.f2d2.plain.Particles;
import org.f2d2.tensor.ArrayEigen;

/**
 * How far two configurations are from each other when all particles may be moved and turned
 * together and like ones exchanged,
 *
 * <pre>  d²(x, y) = min over rotations R and exchanges P of |x - R P y|²,   both centred</pre>
 *
 * <p>The best rotation of given partners has a closed form (Horn, "Closed-form solution of absolute
 * orientation using unit quaternions", 1987): with H = Σ y_i x_iᵀ it leaves |x|² + |y|² less twice
 * the largest eigenvalue of a matrix of the elements of H. Reflections are no rotations, although
 * most energies do not tell them apart.
 */
public final class OrbitDistance {

  /** More exchanges than these are not tried one by one. */
  private static final int MOST_EXCHANGES = 6000;

  private final Particles particles;
  private final List<int[]> exchanges;

  /**
   * The distance of particles.
   *
   * @throws F2d2Exception when there are more ways to exchange them than can be tried
   */
  public OrbitDistance(Particles particles) {
    this.particles = particles;
    this.exchanges = new ArrayList<>();
    double ways = 1;
    for (int[] kind : particles.alike()) {
      for (int k = 2; k <= kind.length; k++) {
        ways *= k;
      }
    }
    if (ways > MOST_EXCHANGES) {
      throw new F2d2Exception(
          "there are "
              + ways
              + " ways to exchange these particles, at most "
              + MOST_EXCHANGES
              + " are tried");
    }
    int[] same = new int[particles.count()];
    Arrays.setAll(same, i -> i);
    exchanges.add(same);
    for (int[] kind : particles.alike()) {
      List<int[]> so = List.copyOf(exchanges);
      exchanges.clear();
      so.forEach(partners -> exchange(partners, kind, 0));
    }
  }

  /** Adds all orders of one kind, places from {@code first} on being free. */
  private void exchange(int[] partners, int[] kind, int first) {
    if (first == kind.length) {
      exchanges.add(partners);
      return;
    }
    for (int k = first; k < kind.length; k++) {
      int[] other = partners.clone();
      other[kind[first]] = partners[kind[k]];
      other[kind[k]] = partners[kind[first]];
      exchange(other, kind, first + 1);
    }
  }

  /** d² of two points. */
  public double squared(double[] x, double[] y) {
    double[] a = x.clone();
    double[] b = y.clone();
    particles.centre(a);
    particles.centre(b);
    double squares = 0;
    for (int i = 0; i < a.length; i++) {
      squares += a[i] * a[i] + b[i] * b[i];
    }
    double best = Double.NEGATIVE_INFINITY;
    for (int[] partners : exchanges) {
      best = Math.max(best, turned(a, b, partners));
    }
    return Math.max(0, squares - 2 * best);
  }

  /** The largest Σ x_i · R y_i over rotations. */
  private double turned(double[] x, double[] y, int[] partners) {
    int space = particles.space();
    double[] h = new double[space * space];
    for (int i = 0; i < partners.length; i++) {
      for (int a = 0; a < space; a++) {
        for (int b = 0; b < space; b++) {
          h[a * space + b] += y[partners[i] * space + a] * x[i * space + b];
        }
      }
    }
    if (space == 1) {
      return h[0];
    }
    if (space == 2) {
      return Math.hypot(h[0] + h[3], h[1] - h[2]);
    }
    double[] quaternions = {
      h[0] + h[4] + h[8],
      h[5] - h[7],
      h[6] - h[2],
      h[1] - h[3],
      h[5] - h[7],
      h[0] - h[4] - h[8],
      h[1] + h[3],
      h[6] + h[2],
      h[6] - h[2],
      h[1] + h[3],
      h[4] - h[0] - h[8],
      h[5] + h[7],
      h[1] - h[3],
      h[6] + h[2],
      h[5] + h[7],
      h[8] - h[0] - h[4]
    };
    return Arrays.stream(ArrayEigen.of(quaternions, 4, ArrayEigen.Accuracy.ROUNDING).values())
        .max()
        .orElseThrow();
  }
}
