package org.f2d2.plain;

/**
 * The log-density of N(0, c² I), in nats, of one point on plain arrays. Along the linear path
 * between two standard normal laws, c² = t² + (1-t)².
 *
 * @param dimensions d
 * @param variance c²
 */
public record IsotropicLogDensity(int dimensions, double variance) implements PointFunction {

  @Override
  public double[] at(double[] x) {
    double square = 0;
    for (double value : x) {
      square += value * value;
    }
    double constant = -0.5 * dimensions * Math.log(2 * Math.PI * variance);
    return new double[] {constant - 0.5 * square / variance};
  }
}
