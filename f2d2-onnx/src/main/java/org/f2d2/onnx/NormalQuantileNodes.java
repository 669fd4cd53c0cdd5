package org.f2d2.onnx;

import org.f2d2.onnx.Graph.Value;

/**
 * The nodes of the inverse of the standard normal distribution function, in 64 bits: algorithm AS
 * 241, PPND16, of Wichura, "The percentage points of the normal distribution", Applied Statistics
 * 37 (1988), 477–484, with the coefficients and the branches that the library uses, so that both
 * give one answer.
 */
final class NormalQuantileNodes {
  private static final double[] CENTRE_ABOVE = {
    2509.0809287301227,
    33430.57558358813,
    67265.7709270087,
    45921.95393154987,
    13731.69376550946,
    1971.5909503065513,
    133.14166789178438,
    3.3871328727963665
  };
  private static final double[] CENTRE_BELOW = {
    5226.495278852854,
    28729.085735721943,
    39307.89580009271,
    21213.794301586597,
    5394.196021424751,
    687.1870074920579,
    42.31333070160091,
    1
  };
  private static final double[] TAIL_ABOVE = {
    0.0007745450142783414,
    0.022723844989269184,
    0.2417807251774506,
    1.2704582524523684,
    3.6478483247632045,
    5.769497221460691,
    4.630337846156546,
    1.4234371107496835
  };
  private static final double[] TAIL_BELOW = {
    1.0507500716444169e-9,
    0.0005475938084995345,
    0.015198666563616457,
    0.14810397642748008,
    0.6897673349851,
    1.6763848301838038,
    2.053191626637759,
    1
  };
  private static final double[] FAR_ABOVE = {
    2.0103343992922881e-7,
    2.7115555687434876e-5,
    0.0012426609473880784,
    0.026532189526576124,
    0.29656057182850487,
    1.7848265399172913,
    5.463784911164114,
    6.657904643501103
  };
  private static final double[] FAR_BELOW = {
    2.0442631033899397e-15,
    1.421511758316446e-7,
    1.8463183175100548e-5,
    0.0007868691311456133,
    0.014875361290850615,
    0.1369298809227358,
    0.599832206555888,
    1
  };

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
    Value centre = g.mul(q, ratio(g, CENTRE_ABOVE, CENTRE_BELOW, rest));
    Value r = g.node("Sqrt", g.node("Neg", g.node("Log", p)));
    Value tail = ratio(g, TAIL_ABOVE, TAIL_BELOW, g.sub(r, g.number(1.6)));
    Value far = ratio(g, FAR_ABOVE, FAR_BELOW, g.sub(r, g.number(5)));
    Value outer = g.where(g.node("LessOrEqual", r, g.number(5)), tail, far);
    Value central = g.node("GreaterOrEqual", q, g.number(-0.425));
    return g.where(central, centre, g.node("Neg", outer));
  }

  private static Value ratio(Graph g, double[] above, double[] below, Value r) {
    return g.div(polynomial(g, above, r), polynomial(g, below, r));
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
