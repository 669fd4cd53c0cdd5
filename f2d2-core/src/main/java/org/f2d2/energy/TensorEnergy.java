package org.f2d2.energy;

import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;

/**
 * An energy written in tensors, whose gradient is found by going backwards through it.
 *
 * @param name see {@link Energy#name}
 * @param dimensions of a point, d
 * @param function energies [n, 1] of points [n, d], both in 64 bits; each row by itself
 */
public record TensorEnergy(String name, int dimensions, UnaryOperator<Tensor> function)
    implements Energy {

  @Override
  public double value(double[] x) {
    double[] value = new double[1];
    values(x, value);
    return value[0];
  }

  @Override
  public double value(double[] x, double[] gradient) {
    double[] value = new double[1];
    values(x, value, gradient);
    return value[0];
  }

  @Override
  public void values(double[] points, double[] values) {
    try (Scope scope = Scope.open()) {
      Tensor rows = Tensor.of(points, values.length, dimensions);
      copy(Autograd.noGrad(() -> function.apply(rows).toDoubles()), values);
    }
  }

  @Override
  public void values(double[] points, double[] values, double[] gradients) {
    try (Scope scope = Scope.open()) {
      Tensor rows = Tensor.of(points, values.length, dimensions).variable();
      Tensor energies = function.apply(rows);
      copy(Autograd.grad(energies.sum(), List.of(rows)).get(0).toDoubles(), gradients);
      copy(energies.detach().toDoubles(), values);
      for (int row = 0; row < values.length; row++) {
        if (values[row] == Double.POSITIVE_INFINITY) {
          Arrays.fill(gradients, row * dimensions, (row + 1) * dimensions, 0);
        }
      }
    }
  }

  private void copy(double[] from, double[] to) {
    if (from.length != to.length) {
      throw new IllegalArgumentException(
          name + " gives " + from.length + " values where there are " + to.length);
    }
    System.arraycopy(from, 0, to, 0, to.length);
  }
}
