package org.f2d2.verify;

import static org.f2d2.verify.TestGrid.column;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.f2d2.flow.CheckerboardFlow;
import org.f2d2.flow.ClosedFormFlow;
import org.f2d2.flow.GaussianFlow;
import org.f2d2.flow.JointFlowMap;
import org.f2d2.flow.QuantileFlow;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;

/**
 * What Euler's method makes of the log-density with the exact field, k equal steps from the data to
 * the noise, each evaluated at its start: the figures that jumps have to beat.
 */
final class BaselineGroup {

  private final List<Supplier<Check>> checks = new ArrayList<>();

  private BaselineGroup() {}

  static Verification.Group create() {
    BaselineGroup group = new BaselineGroup();
    group.addGaussian();
    group.addMixture();
    group.addCheckerboard();
    return new Verification.Group("Euler baselines", group.checks, List.of());
  }

  /**
   * log p_1 by Euler's method.
   *
   * @param first the time at which the first step is evaluated, 1 unless clamped
   */
  private static Tensor euler(ClosedFormFlow flow, Tensor x, int k, double first) {
    int d = flow.dimensions();
    long n = x.size(0);
    Tensor state = Tensor.cat(1, x, column(0, n));
    for (int i = 0; i < k; i++) {
      try (Scope scope = Scope.open()) {
        double t = Math.min((double) (k - i) / k, first);
        Tensor g = flow.joint(JointFlowMap.velocity(state, d), column(t, n));
        state = scope.keep(state.addScaled(g, -1.0 / k));
      }
    }
    // The last column is the sum of (t-s) div v, the first d are the end point.
    return LikelihoodGroup.logNormal(JointFlowMap.velocity(state, d), flow.noiseScale())
        .add(JointFlowMap.divergence(state, d));
  }

  private void add(String name, String on, Supplier<Double> measured, double known, double limit) {
    checks.add(() -> Check.of(name + ": " + known, on, Math.abs(measured.get() - known), limit));
  }

  // Euler's method is linear here and the negative log-density a sum of squares, so its mean is its
  // value one standard deviation away from the mean in each coordinate.
  private void addGaussian() {
    String on = "2-D Gaussian, sd (.3, .7), prior sd 1";
    add(
        "mean NLL",
        on,
        () -> gaussianNll(f -> f.flow().logDensity(f.x(), column(1, 1))),
        1.277229,
        5.1e-7);
    int[] steps = {1, 2, 4, 8, 16, 64, 1024};
    double[] known = {3.83788, 1.80896, 1.27478, 1.20708, 1.22188, 1.25906, 1.27600};
    for (int i = 0; i < steps.length; i++) {
      int k = steps[i];
      add(
          "mean NLL by " + k + " Euler steps",
          on,
          () -> gaussianNll(f -> euler(f.flow(), f.x(), k, 1)),
          known[i],
          5.1e-6);
    }
  }

  private record GaussianPoint(GaussianFlow flow, Tensor x) {}

  private static double gaussianNll(Function<GaussianPoint, Tensor> log) {
    double[] scale = {0.3, 0.7};
    GaussianFlow flow = GaussianFlow.of(new double[2], scale, 1);
    return -log.apply(new GaussianPoint(flow, Tensor.of(scale, 1, 2))).item();
  }

  private void addMixture() {
    int[] steps = {1, 2, 4, 8, 16, 64, 256};
    double[] means = {1.9189, 1.6179, 1.4909, 1.4914, 1.5039, 1.5211, 1.5267};
    double[] errors = {0.6461, 0.4370, 0.2208, 0.1239, 0.0683, 0.0184, 0.0047};
    String on = "1-D mixture, prior sd 1, trapezoid rule";
    for (int i = 0; i < steps.length; i++) {
      int k = steps[i];
      add("mean NLL by " + k + " Euler steps", on, () -> mixture(k, false), means[i], 5.1e-5);
      add("mean error by " + k + " Euler steps", on, () -> mixture(k, true), errors[i], 5.1e-5);
    }
  }

  private static double mixture(int k, boolean error) {
    QuantileFlow flow = QuantileFlow.reference(1);
    Quadrature data = Quadrature.of(flow, 1, 6, 2401);
    Tensor log = euler(flow, data.x(), k, 1);
    Tensor exact = flow.logDensity(data.x(), column(1, data.x().size(0)));
    return error ? data.mean(log.sub(exact).abs()) : -data.mean(log);
  }

  // The known figures are means over 4000 random points; these are integrals. With the clamped
  // first step a few points next to the edges carry the mean, so the known figures are uncertain:
  // their limits are three standard errors of a mean over 4000 points.
  private void addCheckerboard() {
    int[] steps = {1, 2, 4, 8, 16};
    double[] means = {5.512, 4.83, 3.70, 3.53, 3.46};
    double[] errors = {2.046, 1.36, 0.30, 0.18, 0.105};
    double[] clampedMeans = {-1.33, 1.41, 2.00, 2.69, 3.04};
    double[] clampedErrors = {8.8, 4.7, 2.0, 1.0, 0.52};
    double[] limits = {2.6, 1.3, 0.65, 0.32, 0.16};
    for (int i = 0; i < steps.length; i++) {
      addCheckerboard("interior limit at t = 1", 1, steps[i], means[i], errors[i], 0.006);
      addCheckerboard(
          "first step at t = .999", 0.999, steps[i], clampedMeans[i], clampedErrors[i], limits[i]);
    }
  }

  private void addCheckerboard(
      String rule, double first, int k, double mean, double error, double limit) {
    checks.add(
        () -> {
          CheckerboardFlow flow = CheckerboardFlow.standard();
          Tensor[] points = squares(36);
          Tensor log = euler(flow, points[0], k, first);
          double meanGap = -log.mul(points[1]).sum().item() - mean;
          double errorGap = log.add(Math.log(32)).abs().mul(points[1]).sum().item() - error;
          return Check.of(
              "mean NLL and mean error by " + k + " Euler steps: " + mean + ", " + error,
              "checkerboard, " + rule,
              Math.max(Math.abs(meanGap), Math.abs(errorGap)),
              limit);
        });
  }

  /**
   * Points [8n², 2] on the 8 squares and the probability [8n², 1] that each stands for. They crowd
   * towards the edges, where the field of late times has its layers: with u at the middles of n
   * equal parts of [0, 1], the coordinate in a square is 2 (u - sin(2πu)/2π).
   */
  private static Tensor[] squares(int n) {
    double[] inSquare = new double[n];
    double[] weight = new double[n];
    for (int i = 0; i < n; i++) {
      double phase = 2 * Math.PI * (i + 0.5) / n;
      inSquare[i] = (phase - Math.sin(phase)) / Math.PI;
      weight[i] = (1 - Math.cos(phase)) / n;
    }
    double[] rows = new double[2 * 8 * n * n];
    double[] probability = new double[8 * n * n];
    int at = 0;
    for (int square = 0; square < 16; square++) {
      int i = square / 4 - 2;
      int j = square % 4 - 2;
      for (int part = 0; (i + j) % 2 == 0 && part < n * n; part++) {
        int column = part / n;
        int row = part % n;
        rows[2 * at] = 2 * i + inSquare[column];
        rows[2 * at + 1] = 2 * j + inSquare[row];
        probability[at++] = weight[column] * weight[row] / 8;
      }
    }
    return new Tensor[] {Tensor.of(rows, at, 2), Tensor.of(probability, at, 1)};
  }
}
