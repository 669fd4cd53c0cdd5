package org.f2d2;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.f2d2.domain.Domain;
import org.f2d2.likelihood.LogDensity;
import org.f2d2.plain.PointFunction;
import org.f2d2.score.Calibration;
import org.f2d2.score.Head;
import org.f2d2.score.Nfe;
import org.f2d2.score.Scores;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;
import org.f2d2.train.Calibrator;
import org.f2d2.train.FittedFlow;

/** How points of model space are answered, exactly or by few evaluations. Thread-safe. */
final class PointScores {

  /** Up to here rows are sooner done one by one on arrays than together on tensors. */
  private static final int FEW_ROWS = 4;

  private final FittedFlow flow;
  private final Domain domain;

  /** Densities of single rows by the number of jumps; by 0 that of the log-density head. */
  private final Map<Integer, PointFunction> points = new ConcurrentHashMap<>();

  PointScores(FittedFlow flow) {
    this.flow = flow;
    this.domain = flow.domain();
  }

  FittedFlow flow() {
    return flow;
  }

  /**
   * Scores points.
   *
   * @param calibrator whose threads work
   */
  Scores score(Domain.Points rows, Nfe nfe, Calibrator calibrator) {
    Calibration.Entry calibration = calibration(nfe);
    double[] ofFlow;
    int evaluations;
    if (nfe instanceof Nfe.Jumps jumps) {
      ofFlow =
          rows.count() <= FEW_ROWS
              ? oneByOne(calibration.head(), jumps.count(), rows.values())
              : together(calibration.head(), jumps.count(), rows.values(), calibrator);
      evaluations = calibration.spent(jumps.count());
    } else {
      Exact exact = exact(rows.values(), calibrator);
      ofFlow = exact.logDensity();
      evaluations = exact.evaluations();
    }
    return Scores.of(
        domain.one(),
        rows.faults(),
        rows.logAbsDeterminant(),
        supported(rows.values(), ofFlow),
        calibration,
        nfe,
        evaluations);
  }

  /** Values of a point. */
  int width() {
    return domain.moving() + domain.conditions();
  }

  /**
   * Exact log-densities under the flow, in model space.
   *
   * @param logDensity NaN where the support does not ask for it, or the ODE cannot be solved
   * @param evaluations of the velocity for a row
   */
  record Exact(double[] logDensity, int evaluations) {}

  Exact exact(double[] rows, Calibrator calibrator) {
    int d = width();
    int n = rows.length / d;
    boolean[] every = new boolean[n];
    Arrays.fill(every, true);
    boolean[] reached = flow.support().map(s -> s.reached(rows, d)).orElse(every);
    int[] asked = IntStream.range(0, n).filter(r -> reached[r]).toArray();
    double[] some = new double[asked.length * d];
    for (int i = 0; i < asked.length; i++) {
      System.arraycopy(rows, asked[i] * d, some, i * d, d);
    }
    double[] logDensity = new double[n];
    Arrays.fill(logDensity, Double.NaN);
    if (asked.length == 0) {
      // A closed form is asked once whatever comes of it.
      return new Exact(logDensity, flow.closedForm() ? 1 : 0);
    }
    try (Scope scope = Scope.open()) {
      LogDensity.Estimate estimate = flow.exact().logDensity(calibrator, modelRows(some));
      for (int i = 0; i < asked.length; i++) {
        logDensity[asked[i]] = estimate.logDensity()[i];
      }
      return new Exact(logDensity, estimate.calls().forward());
    }
  }

  /** The model's log-densities from those of its flow, in model space. */
  double[] supported(double[] rows, double[] logDensity) {
    return flow.support().map(s -> s.apply(rows, logDensity, width())).orElse(logDensity);
  }

  private double[] together(Head head, int k, double[] rows, Calibrator calibrator) {
    try (Scope scope = Scope.open()) {
      return calibrator.few(
          head, k, Optional.of(flow.student()), flow.logDensityHead(), modelRows(rows));
    }
  }

  private double[] oneByOne(Head head, int k, double[] rows) {
    PointFunction density =
        points.computeIfAbsent(
            head == Head.LOG_DENSITY ? 0 : k,
            jumps -> Calibrator.atPoint(head, k, flow.student(), flow.logDensityHead()));
    int d = width();
    double[] logDensity = new double[rows.length / d];
    Arrays.setAll(logDensity, r -> density.at(Arrays.copyOfRange(rows, r * d, (r + 1) * d))[0]);
    return logDensity;
  }

  /** Points as the networks take them. */
  Tensor modelRows(double[] model) {
    float[] single = new float[model.length];
    for (int i = 0; i < model.length; i++) {
      single[i] = (float) model[i];
    }
    return Tensor.of(single, model.length / width(), width());
  }

  /**
   * What calibration rows say of a way of answering.
   *
   * @throws org.f2d2.error.F2d2Exception when the number of evaluations has no calibration
   */
  Calibration.Entry calibration(Nfe nfe) {
    return flow.calibration().of(nfe);
  }
}
