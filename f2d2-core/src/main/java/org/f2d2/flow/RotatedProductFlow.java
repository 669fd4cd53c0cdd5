package org.f2d2.flow;

import java.util.ArrayList;
import java.util.List;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Tensor;

/**
 * The flow to the product of d copies of a density on the line, turned by a rotation R.
 *
 * <p>With rows p and q = p R the coordinates of q move independently along {@link QuantileFlow};
 * velocities are turned back by Rᵀ, and the divergence, D and the log-density add over the
 * coordinates. Noise has the same law in every direction, so turning does not disturb it.
 *
 * @param axis the flow of each coordinate
 * @param rotation R, d rows of d numbers; orthogonal
 */
public record RotatedProductFlow(QuantileFlow axis, List<List<Double>> rotation)
    implements ClosedFormFlow, JointFlowMap {

  private static final double ROUNDING = 1e-9;

  /** Copies the matrix and checks that it is orthogonal. */
  public RotatedProductFlow {
    rotation = rotation.stream().map(List::copyOf).toList();
    int d = rotation.size();
    for (int i = 0; i < d; i++) {
      for (int j = 0; j <= i; j++) {
        double product = product(rotation.get(i), rotation.get(j), d);
        if (!(Math.abs(product - (i == j ? 1 : 0)) < ROUNDING)) {
          throw new IllegalArgumentException("this is no rotation: " + rotation);
        }
      }
    }
  }

  private static double product(List<Double> a, List<Double> b, int d) {
    if (a.size() != d || b.size() != d) {
      throw new IllegalArgumentException("a rotation has as many columns as rows, " + d);
    }
    double sum = 0;
    for (int i = 0; i < d; i++) {
      sum += a.get(i) * b.get(i);
    }
    return sum;
  }

  /** In the plane, turned by an angle in radians: R = [[cos, -sin], [sin, cos]]. */
  public static RotatedProductFlow inPlane(QuantileFlow axis, double angle) {
    double c = Math.cos(angle);
    double s = Math.sin(angle);
    return new RotatedProductFlow(axis, List.of(List.of(c, -s), List.of(s, c)));
  }

  /** In d dimensions, turned by a random orthogonal matrix, every one equally likely. */
  public static RotatedProductFlow random(QuantileFlow axis, int dimensions, Rng rng) {
    double[] normals = rng.normal(DType.FLOAT64, dimensions, dimensions).toDoubles();
    List<List<Double>> rows = new ArrayList<>();
    for (int i = 0; i < dimensions; i++) {
      List<Double> row = new ArrayList<>();
      for (int j = 0; j < dimensions; j++) {
        row.add(normals[i * dimensions + j]);
      }
      // Gram and Schmidt, twice: the second time takes off what rounding left of the first.
      for (int pass = 0; pass < 2; pass++) {
        for (List<Double> other : rows) {
          double share = product(row, other, dimensions);
          for (int j = 0; j < dimensions; j++) {
            row.set(j, row.get(j) - share * other.get(j));
          }
        }
      }
      double length = Math.sqrt(product(row, row, dimensions));
      rows.add(row.stream().map(v -> v / length).toList());
    }
    return new RotatedProductFlow(axis, rows);
  }

  /** Two copies of {@link QuantileFlow#reference}, turned by 0.7. */
  public static RotatedProductFlow reference(double noiseScale) {
    return inPlane(QuantileFlow.reference(noiseScale), 0.7);
  }

  @Override
  public int dimensions() {
    return rotation.size();
  }

  @Override
  public boolean hasDivergence() {
    return true;
  }

  @Override
  public double noiseScale() {
    return axis.noiseScale();
  }

  @Override
  public Tensor joint(Tensor x, Tensor t) {
    return turnBack(axis.joint(coordinates(x), perCoordinate(t)));
  }

  @Override
  public Tensor rate(Tensor x, Tensor s, Tensor t) {
    return turnBack(axis.rate(coordinates(x), perCoordinate(s), perCoordinate(t)));
  }

  @Override
  public Tensor logDensity(Tensor x, Tensor t) {
    return axis.logDensity(coordinates(x), perCoordinate(t)).reshape(-1, dimensions()).sumKeep(1);
  }

  @Override
  public Tensor sample(int n, Rng rng) {
    int d = dimensions();
    return axis.sample(d * n, rng).reshape(n, d).matmul(matrix(DType.FLOAT64).transpose());
  }

  // The coordinates of q as rows of their own, [dn, 1], so that one call serves them all.
  private Tensor coordinates(Tensor x) {
    return x.matmul(matrix(x.type())).reshape(-1, 1);
  }

  private Tensor perCoordinate(Tensor t) {
    return t.expand(t.size(0), dimensions()).reshape(-1, 1);
  }

  // [dn, 2] rates of the coordinates to [n, d + 1]
  private Tensor turnBack(Tensor rates) {
    int d = dimensions();
    Tensor velocity = rates.column(0).reshape(-1, d).matmul(matrix(rates.type()).transpose());
    return Tensor.cat(1, velocity, rates.column(1).reshape(-1, d).sumKeep(1));
  }

  private Tensor matrix(DType type) {
    int d = dimensions();
    double[] numbers =
        rotation.stream().flatMap(List::stream).mapToDouble(Double::doubleValue).toArray();
    return Tensor.of(numbers, type, d, d);
  }
}
