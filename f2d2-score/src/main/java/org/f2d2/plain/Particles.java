package org.f2d2.plain;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.f2d2.error.F2d2Exception;

/**
 * Particles whose energy stays when all are moved or turned together, or two of a kind change
 * places. A point has the coordinates of the first particle, then those of the second, and so on.
 *
 * @param space dimensions of the space they are in, 1 to 3
 * @param kinds of each particle; equal numbers are particles that may change places
 */
public record Particles(int space, List<Integer> kinds) {

  /** Checks the numbers. */
  public Particles {
    kinds = List.copyOf(kinds);
    if (space < 1 || space > 3) {
      throw new F2d2Exception("particles are in a space of 1 to 3 dimensions, not " + space);
    }
    if (kinds.size() < 2) {
      throw new F2d2Exception(
          "a system needs two particles at least, got "
              + kinds.size()
              + ": one alone has no density when its place does not matter");
    }
  }

  /** Particles that are all of one kind. */
  public static Particles alike(int count, int space) {
    return new Particles(space, IntStream.range(0, count).mapToObj(i -> 0).toList());
  }

  /** How many there are. */
  public int count() {
    return kinds.size();
  }

  /** Coordinates of a point. */
  public int coordinates() {
    return count() * space;
  }

  /** Coordinates that are left when the centre of mass stays at the origin. */
  public int meanFree() {
    return (count() - 1) * space;
  }

  /** The particles of each kind. */
  public List<int[]> alike() {
    return kinds.stream()
        .distinct()
        .map(k -> IntStream.range(0, count()).filter(i -> kinds.get(i).equals(k)).toArray())
        .collect(Collectors.toList());
  }

  /** How far two particles are from each other. */
  public double distance(double[] x, int i, int j) {
    double squared = 0;
    for (int c = 0; c < space; c++) {
      double apart = x[i * space + c] - x[j * space + c];
      squared += apart * apart;
    }
    return Math.sqrt(squared);
  }

  /** Moves the centre of mass (all particles weigh the same) to the origin. */
  public void centre(double[] x) {
    for (int c = 0; c < space; c++) {
      double sum = 0;
      for (int at = c; at < x.length; at += space) {
        sum += x[at];
      }
      double mean = sum / count();
      for (int at = c; at < x.length; at += space) {
        x[at] -= mean;
      }
    }
  }

  /** A copy of a point, all particles moved by the same random step of size one. */
  public double[] moved(double[] x, SplittableRandom random) {
    double[] copy = x.clone();
    for (int c = 0; c < space; c++) {
      double step = random.nextGaussian();
      for (int at = c; at < x.length; at += space) {
        copy[at] += step;
      }
    }
    return copy;
  }

  /**
   * A copy of a point, all particles turned about the origin by the same random rotation.
   *
   * <p>All rotations are equally likely: an angle in the plane, and in space a unit quaternion.
   */
  public double[] turned(double[] x, SplittableRandom random) {
    double[] turn = rotation(random);
    double[] copy = new double[x.length];
    for (int at = 0; at < x.length; at += space) {
      for (int a = 0; a < space; a++) {
        for (int b = 0; b < space; b++) {
          copy[at + a] += turn[a * space + b] * x[at + b];
        }
      }
    }
    return copy;
  }

  private double[] rotation(SplittableRandom random) {
    if (space == 1) {
      return new double[] {1};
    }
    if (space == 2) {
      double angle = 2 * Math.PI * random.nextDouble();
      double cos = Math.cos(angle);
      double sin = Math.sin(angle);
      return new double[] {cos, -sin, sin, cos};
    }
    double a = random.nextGaussian();
    double b = random.nextGaussian();
    double c = random.nextGaussian();
    double d = random.nextGaussian();
    double s = 2 / (a * a + b * b + c * c + d * d);
    return new double[] {
      1 - s * (c * c + d * d),
      s * (b * c - d * a),
      s * (b * d + c * a),
      s * (b * c + d * a),
      1 - s * (b * b + d * d),
      s * (c * d - b * a),
      s * (b * d - c * a),
      s * (c * d + b * a),
      1 - s * (b * b + c * c)
    };
  }

  /** A copy of a point, the places of the particles of each kind in random order. */
  public double[] exchanged(double[] x, SplittableRandom random) {
    double[] copy = x.clone();
    for (int[] kind : alike()) {
      for (int k = kind.length - 1; k > 0; k--) {
        int other = random.nextInt(k + 1);
        for (int c = 0; c < space; c++) {
          double kept = copy[kind[k] * space + c];
          copy[kind[k] * space + c] = copy[kind[other] * space + c];
          copy[kind[other] * space + c] = kept;
        }
      }
    }
    return copy;
  }

  /**
   * The places of
   *
   * @param y mean-free coordinates
   * @return places, with their centre of mass at the origin
   */
  public double[] toPlaces(double[] y) {
    int n = count();
    if (y.length != meanFree()) {
      throw new IllegalArgumentException(
          n + " particles have " + meanFree() + " coordinates, not " + y.length);
    }
    double[] x = new double[coordinates()];
    for (int c = 0; c < space; c++) {
      // What all particles up to k share of the rows after k.
      double shared = 0;
      for (int k = n - 1; k >= 1; k--) {
        double part = y[(k - 1) * space + c] / Math.sqrt((double) k * (k + 1));
        x[k * space + c] = shared - k * part;
        shared += part;
      }
      x[c] = shared;
    }
    return x;
  }

  /**
   * The mean-free coordinates of places; what their centre of mass is does not matter.
   *
   * @param x places
   */
  public double[] toMeanFree(double[] x) {
    require(x);
    double[] y = new double[meanFree()];
    for (int c = 0; c < space; c++) {
      double sum = 0;
      for (int k = 1; k < count(); k++) {
        sum += x[(k - 1) * space + c];
        y[(k - 1) * space + c] = (sum - k * x[k * space + c]) / Math.sqrt((double) k * (k + 1));
      }
    }
    return y;
  }

  /** Whether a point has the coordinates of these particles. */
  void require(double[] x) {
    if (x.length != coordinates()) {
      throw new IllegalArgumentException(
          "a point of "
              + count()
              + " particles has "
              + coordinates()
              + " coordinates, not "
              + x.length
              + " as "
              + Arrays.toString(x));
    }
  }
}
