package org.f2d2.lab.cheap;

/** A density that is fitted within seconds. */
public interface CheapModel {

  /** Short name for tables. */
  String name();

  /**
   * What the fit chose, in a few characters: a number of components, a bandwidth.
   *
   * @return empty where there was nothing to choose
   */
  String choice();

  /**
   * Log-density of rows.
   *
   * @param rows row-major [n, d], in the units of the rows of the fit; NaN and infinities give NaN
   *     or negative infinity
   * @return [n], nats
   */
  double[] logDensity(double[] rows);
}
