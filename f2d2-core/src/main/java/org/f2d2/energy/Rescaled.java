package org.f2d2.energy;

import java.util.List;
import java.util.OptionalDouble;
import org.f2d2.error.F2d2Exception;

/**
 * An energy in other units: x = shift + scale · y, with the density of y, so that the normaliser
 * stays.
 *
 * @param energy of x
 * @param shift of each coordinate
 * @param scale what one unit of each coordinate of y is; positive
 */
public record Rescaled(Energy energy, List<Double> shift, List<Double> scale) implements Energy {

  /** Copies and checks the lists. */
  public Rescaled {
    shift = List.copyOf(shift);
    scale = List.copyOf(scale);
    if (shift.size() != energy.dimensions() || scale.size() != energy.dimensions()) {
      throw new F2d2Exception(energy.name() + " needs a shift and a scale for each coordinate");
    }
  }

  @Override
  public String name() {
    return energy.name();
  }

  @Override
  public int dimensions() {
    return energy.dimensions();
  }

  @Override
  public OptionalDouble logNormaliser() {
    return energy.logNormaliser();
  }

  private double[] places(double[] y) {
    double[] x = new double[y.length];
    for (int i = 0; i < y.length; i++) {
      x[i] = shift.get(i) + scale.get(i) * y[i];
    }
    return x;
  }

  private double logVolume() {
    double sum = 0;
    for (double each : scale) {
      sum += Math.log(each);
    }
    return sum;
  }

  @Override
  public double value(double[] y) {
    return energy.value(places(y)) - logVolume();
  }

  @Override
  public double value(double[] y, double[] gradient) {
    double value = energy.value(places(y), gradient);
    for (int i = 0; i < y.length; i++) {
      gradient[i] *= scale.get(i);
    }
    return value - logVolume();
  }
}
