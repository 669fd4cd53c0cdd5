package org.f2d2.energy.systems;

/**
 * Two particles with two best distances, e(r) = 0.9 (r-4)⁴ - 4 (r-4)²: least, -4.444444, at r = 4 ±
 * 1.490712.
 */
record DoubleWellPair() implements PairEnergy.Pair {
  @Override
  public double value(double squared) {
    double away = Math.sqrt(squared) - 4;
    return away * away * (0.9 * away * away - 4);
  }

  @Override
  public double slope(double squared) {
    double r = Math.sqrt(squared);
    double away = r - 4;
    return (3.6 * away * away * away - 8 * away) / r;
  }
}
