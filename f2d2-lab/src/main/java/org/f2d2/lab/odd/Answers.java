package org.f2d2.lab.odd;

/** What a fitted density answers: the model's by one way of answering, or a cheap one's. */
interface Answers {

  /** Log-densities of rows [n, d], nats; NaN for a row that is refused. */
  double[] logDensity(double[] rows);

  /** p-values of rows; 0 for a row that is refused. */
  double[] pValue(double[] rows);

  /** The smallest p-value that a row with a density can have. */
  double smallestPValue();

  /** Draws rows, row-major; empty where that cannot be done. */
  double[] sample(int n);

  /** Wall time of the fit over the time that was asked for; NaN where none was. */
  double timeShare();

  /** The same for the second table of the case, see {@link Inputs#second}. */
  Answers second();
}
