package org.f2d2.data;

/**
 * The inverse of the standard normal distribution function, on plain numbers.
 *
 * <p>Algorithm AS 241, PPND16, of Wichura, "The percentage points of the normal distribution",
 * Applied Statistics 37 (1988), 477–484: rational approximations with a relative error of about
 * 1e-16. The coefficients are shortened to the digits that a double holds.
 */
public final class NormalQuantile {
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

  /** Where which of the approximations holds. */
  public enum Part {
    /** Around the median, in .180625 - (p - ½)². */
    CENTRE(CENTRE_ABOVE, CENTRE_BELOW),
    /** In r - 1.6 with r = √(-ln p), for r up to 5. */
    TAIL(TAIL_ABOVE, TAIL_BELOW),
    /** In r - 5, beyond. */
    FAR(FAR_ABOVE, FAR_BELOW);

    private final double[] above;
    private final double[] below;

    Part(double[] above, double[] below) {
      this.above = above;
      this.below = below;
    }

    /** A copy of the coefficients of the numerator, the highest power first. */
    public double[] above() {
      return above.clone();
    }

    /** A copy of those of the denominator. */
    public double[] below() {
      return below.clone();
    }
  }

  private NormalQuantile() {}

  /**
   * The x with {@code below} of the probability under it and {@code above} over it.
   *
   * <p>The two add up to one; the smaller of them decides, since the larger one has lost the digits
   * of a far tail. Infinite when one of them is 0.
   *
   * @param below 0 to 1
   * @param above 0 to 1
   */
  public static double of(double below, double above) {
    return below <= above ? lower(below) : -lower(above);
  }

  /** The x with a probability of at most one half under it. */
  private static double lower(double p) {
    double q = p - 0.5;
    if (q >= -0.425) {
      return q * ratio(CENTRE_ABOVE, CENTRE_BELOW, 0.180625 - q * q);
    }
    if (p <= 0) {
      return Double.NEGATIVE_INFINITY;
    }
    double r = Math.sqrt(-Math.log(p));
    return r <= 5 ? -ratio(TAIL_ABOVE, TAIL_BELOW, r - 1.6) : -ratio(FAR_ABOVE, FAR_BELOW, r - 5);
  }

  private static double ratio(double[] above, double[] below, double r) {
    double numerator = 0;
    double denominator = 0;
    for (int i = 0; i < above.length; i++) {
      numerator = numerator * r + above[i];
      denominator = denominator * r + below[i];
    }
    return numerator / denominator;
  }
}
