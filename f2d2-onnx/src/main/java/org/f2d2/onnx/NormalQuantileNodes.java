package org.f2d2.onnx;

import org.f2d2.data.NormalQuantile;
import org.f2d2.onnx.Graph.Value;

/**
 * The nodes of the inverse of the standard normal distribution function, in 64 bits: algorithm AS
 * 241, PPND16, with the coefficients and the branches of {@link NormalQuantile}, so that both give
 * one answer.
 */
final class NormalQuantileNodes {
  private NormalQuantileNodes() {}

  /**
   * The x with {@code below} of the probability under it and {@code above} over it.
   *
   * @param below positive; of any shape
   * @param above positive; the two add up to one, and the smaller one decides
   */
  static Value of(Graph g, Value below, Value above) {
    Value low = g.node("LessOrEqual", below, above);
    Value x = lower(g, g.where(low, below, above));
    return g.where(low, x, g.node("Neg", x));
  }

  /** The x with a probability of at most one half under it; branches not taken may be anything. */
  private static Value lower(Graph g, Value p) {
    Value q = g.sub(p, g.number(0.5));
    Value rest = g.sub(g.number(0.180625), g.mul(q, q));
    Value centre = g.mul(q, ratio(g, NormalQuantile.Part.CENTRE, rest));
    Value r = g.node("Sqrt", g.node("Neg", g.node("Log", p)));
    Value tail = ratio(g, NormalQuantile.Part.TAIL, g.sub(r, g.number(1.6)));
    Value far = ratio(g, NormalQuantile.Part.FAR, g.sub(r, g.number(5)));
    Value outer = g.where(g.node("LessOrEqual", r, g.number(5)), tail, far);
    Value central = g.node("GreaterOrEqual", q, g.number(-0.425));
    return g.where(central, centre, g.node("Neg", outer));
  }

  private static Value ratio(Graph g, NormalQuantile.Part part, Value r) {
    return g.div(polynomial(g, part.above(), r), polynomial(g, part.below(), r));
  }

  /** By Horner's rule, the highest power first. */
  private static Value polynomial(Graph g, double[] coefficients, Value r) {
    Value sum = g.number(coefficients[0]);
    for (int i = 1; i < coefficients.length; i++) {
      sum = g.add(g.mul(sum, r), g.number(coefficients[i]));
    }
    return sum;
  }
}
