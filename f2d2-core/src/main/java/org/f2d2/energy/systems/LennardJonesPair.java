package org.f2d2.energy.systems;

/**
 * Two atoms that attract each other from afar and repel each other when near,
 *
 * <pre>  e(r) = r⁻¹² - 2 r⁻⁶</pre>
 *
 * <p>It is least, -1, at r = 1. Below a distance it may go on along its tangent, so that a network
 * in training meets no energies that single precision cannot hold; weights are never taken of that.
 *
 * @param tangentBelow the distance; 0 for the energy as it is
 */
record LennardJonesPair(double tangentBelow) implements PairEnergy.Pair {
  @Override
  public double value(double squared) {
    if (squared < tangentBelow * tangentBelow) {
      double edge = tangentBelow * tangentBelow;
      return energy(edge) + ratio(edge) * tangentBelow * (Math.sqrt(squared) - tangentBelow);
    }
    return energy(squared);
  }

  @Override
  public double slope(double squared) {
    if (squared < tangentBelow * tangentBelow) {
      return ratio(tangentBelow * tangentBelow) * tangentBelow / Math.sqrt(squared);
    }
    return ratio(squared);
  }

  private static double energy(double squared) {
    double sixth = 1 / (squared * squared * squared);
    return sixth * (sixth - 2);
  }

  private static double ratio(double squared) {
    double sixth = 1 / (squared * squared * squared);
    return 12 * sixth * (1 - sixth) / squared;
  }
}
