package org.f2d2.flow;

import org.f2d2.tensor.Tensor;

/**
 * For tests: the flow of N(0, 1) to the mixture .35 N(-1.6, .45²) + .65 N(1.1, .7²) along the
 * linear path, in one coordinate and with 64-bit Java numbers. The jump matches quantiles, X =
 * F_t⁻¹(F_s(x)), and A = ln p_s(x) - ln p_t(X). Not differentiable.
 */
public final class MixtureQuantileFlow implements VelocityField, JointFlowMap {

  private static final double[] W = {.35, .65};
  private static final double[] M = {-1.6, 1.1};
  private static final double[] S = {.45, .7};

  @Override
  public int dimensions() {
    return 1;
  }

  @Override
  public boolean hasDivergence() {
    return true;
  }

  @Override
  public Tensor velocity(Tensor x, Tensor t) {
    return JointFlowMap.velocity(joint(x, t), 1);
  }

  @Override
  public Tensor joint(Tensor x, Tensor t) {
    double[] xs = x.toDoubles();
    double[] ts = t.toDoubles();
    double[] out = new double[2 * xs.length];
    for (int i = 0; i < xs.length; i++) {
      double p = density(xs[i], ts[i]);
      double score = 0;
      for (int k = 0; k < 2; k++) {
        double c = sd(k, ts[i]);
        double share = part(k, xs[i], ts[i]) / p;
        double slope = ((ts[i] - 1) + ts[i] * S[k] * S[k]) / (c * c);
        out[2 * i] += share * (M[k] + slope * (xs[i] - ts[i] * M[k]));
        score -= share * (xs[i] - ts[i] * M[k]) / (c * c);
      }
      // The derivative of v = Σ r_k v_k with r_k' = r_k (score_k - score).
      for (int k = 0; k < 2; k++) {
        double c = sd(k, ts[i]);
        double share = part(k, xs[i], ts[i]) / p;
        double slope = ((ts[i] - 1) + ts[i] * S[k] * S[k]) / (c * c);
        double own = M[k] + slope * (xs[i] - ts[i] * M[k]);
        double ownScore = -(xs[i] - ts[i] * M[k]) / (c * c);
        out[2 * i + 1] += share * (slope + (ownScore - score) * own);
      }
    }
    return Tensor.of(out, xs.length, 2);
  }

  @Override
  public Tensor rate(Tensor x, Tensor s, Tensor t) {
    double[] xs = x.toDoubles();
    double[] ss = s.toDoubles();
    double[] ts = t.toDoubles();
    double[] out = new double[2 * xs.length];
    for (int i = 0; i < xs.length; i++) {
      double end = quantile(distribution(xs[i], ss[i]), ts[i]);
      double h = ts[i] - ss[i];
      out[2 * i] = (end - xs[i]) / h;
      out[2 * i + 1] = (Math.log(density(xs[i], ss[i])) - Math.log(density(end, ts[i]))) / h;
    }
    return Tensor.of(out, xs.length, 2);
  }

  /** ln p_t(x). */
  public static double logDensity(double x, double t) {
    return Math.log(density(x, t));
  }

  /** n data of equal probability: the quantiles (i + 1/2)/n of p₁, [n, 1]. */
  public static Tensor data(int n) {
    double[] x = new double[n];
    for (int i = 0; i < n; i++) {
      double share = (i + 0.5) / n;
      x[i] = quantile(new double[] {share, 1 - share}, 1);
    }
    return Tensor.of(x, n, 1);
  }

  private static double sd(int k, double t) {
    return Math.sqrt((1 - t) * (1 - t) + t * t * S[k] * S[k]);
  }

  private static double part(int k, double x, double t) {
    double c = sd(k, t);
    double q = (x - t * M[k]) / c;
    return W[k] * Math.exp(-q * q / 2) / (c * Math.sqrt(2 * Math.PI));
  }

  private static double density(double x, double t) {
    return part(0, x, t) + part(1, x, t);
  }

  // Lower and upper tail; the smaller one has the digits.
  private static double[] distribution(double x, double t) {
    double[] tails = new double[2];
    for (int k = 0; k < 2; k++) {
      double q = (x - t * M[k]) / sd(k, t);
      tails[0] += W[k] * normalTail(-q);
      tails[1] += W[k] * normalTail(q);
    }
    return tails;
  }

  private static double quantile(double[] tails, double t) {
    int side = tails[0] < tails[1] ? 0 : 1;
    double low = -30;
    double high = 30;
    for (int i = 0; i < 60; i++) {
      double middle = (low + high) / 2;
      double[] there = distribution(middle, t);
      boolean tooLow = side == 0 ? there[0] < tails[0] : there[1] > tails[1];
      low = tooLow ? middle : low;
      high = tooLow ? high : middle;
    }
    double x = (low + high) / 2;
    for (int i = 0; i < 3; i++) {
      double gap = distribution(x, t)[side] - tails[side];
      x += (side == 0 ? -gap : gap) / density(x, t);
    }
    return x;
  }

  // P(Z > q). Below 2 the series of the centre, above it the continued fraction of the tail.
  private static double normalTail(double q) {
    if (q < 0) {
      return 1 - normalTail(-q);
    }
    double phi = Math.exp(-q * q / 2) / Math.sqrt(2 * Math.PI);
    if (q < 2) {
      double term = q;
      double sum = q;
      for (int k = 1; k < 60; k++) {
        term *= q * q / (2 * k + 1);
        sum += term;
      }
      return 0.5 - phi * sum;
    }
    double fraction = q;
    for (int k = 200; k > 0; k--) {
      fraction = q + k / fraction;
    }
    return phi / fraction;
  }
}
