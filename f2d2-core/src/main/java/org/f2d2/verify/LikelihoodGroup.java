package org.f2d2.verify;

import static org.f2d2.verify.TestGrid.column;
import static org.f2d2.verify.TestGrid.largest;
import static org.f2d2.verify.TestGrid.mean;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.f2d2.flow.ClosedFormFlow;
import org.f2d2.flow.JointFlowMap;
import org.f2d2.flow.QuantileFlow;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Tensor;
import org.f2d2.verify.TestGrid.Direction;
import org.f2d2.verify.TestGrid.Kind;

/** Log-densities by jumps, the queries that make them wrong, and bits per dimension. */
final class LikelihoodGroup {

  private static final double JUMP_LIMIT = 1e-12;
  private static final int[] JUMPS = {1, 2, 4, 8};
  private static final int ROWS = 200;

  private final List<Supplier<Check>> checks = new ArrayList<>();
  private final List<Supplier<Mutant>> mutants = new ArrayList<>();

  private LikelihoodGroup() {}

  static Verification.Group create() {
    LikelihoodGroup group = new LikelihoodGroup();
    for (Kind kind : Kind.values()) {
      for (double noiseScale : new double[] {1, 0.5}) {
        for (int k : JUMPS) {
          group.addJumpChecks(kind, noiseScale, k);
        }
      }
    }
    group.addQueries();
    group.addSignMutants();
    group.addBits();
    return new Verification.Group("likelihood", group.checks, group.mutants);
  }

  /** Which times a jump from t to t - h is asked for. */
  private enum Query {
    /** f(y, t, t-h): right. */
    BACKWARD,
    /** f(y, t, t+h), the forward map, with the step turned. */
    FORWARD_REUSED,
    /** f(y, t-h, t), the interval of the jump with its ends swapped. */
    ENDS_SWAPPED
  }

  /** log p_1 by K jumps to the noise over a grid of times that decreases from 1 to 0. */
  private static Tensor jumps(
      JointFlowMap map, Tensor x, double[] times, Query query, double priorScale) {
    int d = map.dimensions();
    long n = x.size(0);
    Tensor y = x;
    Tensor sum = column(0, n);
    for (int i = 0; i + 1 < times.length; i++) {
      double from = times[i];
      double to = times[i + 1];
      Tensor rate =
          switch (query) {
            case BACKWARD -> map.rate(y, column(from, n), column(to, n));
            case FORWARD_REUSED -> map.rate(y, column(from, n), column(2 * from - to, n));
            case ENDS_SWAPPED -> map.rate(y, column(to, n), column(from, n));
          };
      sum = sum.addScaled(JointFlowMap.divergence(rate, d), to - from);
      y = y.addScaled(JointFlowMap.velocity(rate, d), to - from);
    }
    return logNormal(y, priorScale).add(sum);
  }

  static Tensor logNormal(Tensor y, double scale) {
    double constant = 0.5 * y.size(1) * Math.log(2 * Math.PI * scale * scale);
    return y.square().sumKeep(1).mul(-0.5 / (scale * scale)).sub(constant);
  }

  private static double[] even(int k) {
    double[] times = new double[k + 1];
    for (int i = 0; i <= k; i++) {
      times[i] = (double) (k - i) / k;
    }
    return times;
  }

  private static double[] uneven(int k) {
    double[] times = even(k);
    for (int i = 0; i <= k; i++) {
      times[i] = times[i] * times[i];
    }
    return times;
  }

  private static TestGrid flow(Kind kind, double noiseScale) {
    return TestGrid.of(kind, noiseScale, Direction.FORWARD);
  }

  private void addJumpChecks(Kind kind, double noiseScale, int k) {
    String on = kind + ", prior sd " + noiseScale;
    checks.add(
        () -> {
          TestGrid g = flow(kind, noiseScale);
          Tensor x = g.flow().sample(ROWS, new Rng(1));
          Tensor exact = g.flow().logDensity(x, column(1, ROWS));
          Tensor evenGap = jumps(g.map(), x, even(k), Query.BACKWARD, noiseScale).sub(exact);
          Tensor unevenGap = jumps(g.map(), x, uneven(k), Query.BACKWARD, noiseScale).sub(exact);
          return Check.of(
              "log-density of data by " + k + " jumps",
              on,
              Math.max(largest(evenGap), largest(unevenGap)),
              JUMP_LIMIT);
        });
    checks.add(
        () -> {
          TestGrid g = flow(kind, noiseScale);
          int d = g.map().dimensions();
          Tensor y = new Rng(2).normal(g.x().type(), ROWS, d).mul(noiseScale);
          Tensor log = logNormal(y, noiseScale);
          double h = 1.0 / k;
          for (int i = 0; i < k; i++) {
            Tensor rate = g.map().rate(y, column(i * h, ROWS), column((i + 1) * h, ROWS));
            log = log.addScaled(JointFlowMap.divergence(rate, d), -h);
            y = y.addScaled(JointFlowMap.velocity(rate, d), h);
          }
          Tensor gap = log.sub(g.flow().logDensity(y, column(1, ROWS)));
          return Check.of(
              "log-density of samples by " + k + " jumps", on, largest(gap), JUMP_LIMIT);
        });
  }

  // Mean absolute errors of the two wrong queries with the exact map, under the data.
  private void addQueries() {
    double[] reused = {0.66, 0.46, 0.35, 0.22, 0.13};
    double[] swapped = {0.33, 0.26, 0.20, 0.12, 0.06};
    for (int i = 0; i < reused.length; i++) {
      int k = 1 << i;
      addQuery(Query.FORWARD_REUSED, "forward map reused", k, reused[i]);
      addQuery(Query.ENDS_SWAPPED, "ends swapped", k, swapped[i]);
    }
  }

  private void addQuery(Query query, String name, int k, double known) {
    checks.add(
        () ->
            Check.of(
                "price of the query, " + name + ", " + k + " jumps: " + known,
                "1-D mixture, prior sd 1, mean absolute error",
                Math.abs(queryError(query, k) - known),
                0.01));
    mutants.add(
        () -> Mutant.of("backward leg: " + name + ", " + k + " jumps", queryError(query, k)));
  }

  private static double queryError(Query query, int k) {
    QuantileFlow flow = QuantileFlow.reference(1);
    Quadrature data = Quadrature.of(flow, 1, 6, 1201);
    Tensor exact = flow.logDensity(data.x(), column(1, data.x().size(0)));
    return data.mean(jumps(flow, data.x(), even(k), query, 1).sub(exact).abs());
  }

  private void addSignMutants() {
    mutants.add(
        () -> {
          TestGrid g = flow(Kind.MIXTURE, 1);
          Tensor x = g.flow().sample(ROWS, new Rng(1));
          return Mutant.of(
              "log-density: plus sign before (t-s) D",
              mean(changeOfDensity(g.map(), g.flow(), x, 1)));
        });
    mutants.add(
        () -> {
          TestGrid g = flow(Kind.MIXTURE, 1);
          Tensor x = g.flow().sample(ROWS, new Rng(1));
          return Mutant.of(
              "log-density: divergence left out", mean(changeOfDensity(g.map(), g.flow(), x, 0)));
        });
    mutants.add(
        () -> {
          TestGrid g = flow(Kind.MIXTURE, 0.5);
          Tensor x = g.flow().sample(ROWS, new Rng(1));
          Tensor exact = g.flow().logDensity(x, column(1, ROWS));
          return Mutant.of(
              "log-density: standard normal in place of the stored prior",
              mean(jumps(g.map(), x, even(4), Query.BACKWARD, 1).sub(exact)));
        });
    checks.add(
        () -> {
          TestGrid g = flow(Kind.MIXTURE, 1);
          Tensor x = g.flow().sample(ROWS, new Rng(1));
          return Check.of(
              "log p_0(X) = log p_1(x) - (t-s) D",
              "1-D mixture, prior sd 1",
              largest(changeOfDensity(g.map(), g.flow(), x, -1)),
              JUMP_LIMIT);
        });
  }

  // log p_0(X) - log p_1(x) - sign (t-s) D for one jump from 1 to 0
  private static Tensor changeOfDensity(JointFlowMap map, ClosedFormFlow flow, Tensor x, int sign) {
    Tensor one = column(1, x.size(0));
    Tensor zero = column(0, x.size(0));
    Tensor rate = map.rate(x, one, zero);
    Tensor end = JointFlowMap.jump(x, one, zero, rate);
    return flow.logDensity(end, zero)
        .sub(flow.logDensity(x, one))
        .addScaled(JointFlowMap.divergence(rate, map.dimensions()), sign);
  }

  /**
   * Bits per dimension of 256-level data that was mapped to [-1, 1]: -log p/(d ln 2) + log₂ 256 -
   * log₂ 2.
   */
  private static double bits(double logDensity, int d) {
    return -logDensity / (d * Math.log(2)) + log2(256) - log2(2);
  }

  private static double log2(double x) {
    return Math.log(x) / Math.log(2);
  }

  private void addBits() {
    checks.add(
        () -> {
          int d = 12;
          double uniform = -d * Math.log(2);
          return Check.of(
              "bits per dimension: the uniform density takes 8",
              "closed form",
              Math.abs(bits(uniform, d) - 8),
              1e-12);
        });
    checks.add(
        () -> {
          double[] x = {-0.9, -0.3, 0.2, 0.8};
          double gap = 0;
          for (double value : x) {
            double log = logNormal(Tensor.of(new double[] {value}, 1, 1), 1).item();
            double known = (0.5 * Math.log(2 * Math.PI) + 0.5 * value * value) / Math.log(2) + 7;
            gap = Math.max(gap, Math.abs(bits(log, 1) - known));
          }
          return Check.of(
              "bits per dimension: the prior alone takes (ln 2pi + x^2)/2 ln 2 + 7",
              "closed form",
              gap,
              1e-12);
        });
    mutants.add(
        () -> {
          // ln a left out of the change of variables
          double wrong = bits(-Math.log(2), 1) + log2(2);
          return Mutant.of("bits per dimension: scale to [-1, 1] left out", Math.abs(wrong - 8));
        });
  }
}
