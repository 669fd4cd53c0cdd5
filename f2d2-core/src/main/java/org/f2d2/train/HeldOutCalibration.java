package org.f2d2.train;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.f2d2.flow.LearnedFlowMap;
import org.f2d2.flow.NetworkLogDensityHead;
import org.f2d2.likelihood.Support;
import org.f2d2.metric.ConformalBound;
import org.f2d2.metric.ErrorStatistics;
import org.f2d2.metric.ReferenceDistribution;
import org.f2d2.score.Calibration;
import org.f2d2.score.Head;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.Tensor;

/**
 * What held-out rows say about the ways in which a model answers: which head for each number of
 * evaluations, how far off it is, and where a log-density lies among those of other rows.
 */
final class HeldOutCalibration {

  /** A bound at 95 % takes as many. */
  private static final int FEWEST_CHECKED = 20;

  private final Calibrator densities;
  private final Calibrator.Judges judges;
  private final Optional<Support> support;
  private final Optional<double[]> heldOutInTurn;

  /** Of rows and log-densities as {@link Calibrator#calibrate} takes them. */
  HeldOutCalibration(
      Calibrator densities,
      Calibrator.Judges judges,
      Optional<Support> support,
      Optional<double[]> heldOutInTurn) {
    this.densities = densities;
    this.judges = judges;
    this.support = support;
    this.heldOutInTurn = heldOutInTurn;
  }

  /** See {@link Calibrator#calibrate}. */
  Calibration of(
      ExactValue value,
      List<Integer> numbers,
      LearnedFlowMap map,
      Optional<NetworkLogDensityHead> logDensityHead) {
    Tensor all = judges.calibration();
    int solved = judges.calibrationExact().length;
    double[] exact = supported(all.rows(0, solved), judges.calibrationExact());
    double[] judged = supported(judges.selection(), judges.selectionExact());
    Map<Integer, Calibration.Entry> few = new TreeMap<>();
    for (int k : map.hasDivergence() || logDensityHead.isPresent() ? numbers : List.<Integer>of()) {
      densities.look();
      Head head =
          head(
              map,
              logDensityHead,
              h ->
                  ErrorStatistics.of(
                          supported(
                              judges.selection(),
                              densities.few(
                                  h, k, Optional.of(map), logDensityHead, judges.selection())),
                          judged)
                      .meanAbsoluteError());
      double[] estimate =
          supported(all, densities.few(head, k, Optional.of(map), logDensityHead, all));
      few.put(k, entry(head, estimate, exact));
    }
    int checked =
        Math.min(solved, Math.min(value.mostChecked(), Math.max(FEWEST_CHECKED, (solved + 1) / 2)));
    Tensor some = all.rows(0, checked);
    double[] fine =
        supported(some, Autograd.noGrad(() -> value.finer(densities, some).logDensity()));
    double[] coarse = value.asScored(densities, some, Arrays.copyOf(exact, checked));
    int[] both =
        IntStream.range(0, checked).filter(i -> Double.isFinite(coarse[i] - fine[i])).toArray();
    // A closed form costs nothing to solve, and gives the p-values that one evaluation gives.
    double[] every =
        value.closedForm() ? supported(all, value.logDensity(densities, all).logDensity()) : exact;
    Calibration.Entry whole = entry(Head.DIVERGENCE, every, every);
    double[] left = difference(SolvedImages.pick(coarse, both), SolvedImages.pick(fine, both));
    return new Calibration(
        few,
        new Calibration.Entry(
            Head.DIVERGENCE,
            largest(left),
            Arrays.stream(left).map(Math::abs).average().orElse(Double.NaN),
            whole.reference()));
  }

  private double[] supported(Tensor rows, double[] logDensity) {
    return support
        .map(s -> s.apply(rows.toDoubles(), logDensity, Math.toIntExact(rows.size(1))))
        .orElse(logDensity);
  }

  // A few rows are much further off than the rest, and in a batch of another size, where kernels
  // round otherwise, a step may be taken that was not: two answers to such a row may differ by as
  // much as they are off.
  private static ConformalBound largest(double[] errors) {
    ConformalBound bound = ConformalBound.of(errors, Calibrator.LEVEL);
    double most = Arrays.stream(errors).map(Math::abs).max().orElse(0);
    return new ConformalBound(Calibrator.LEVEL, Math.max(bound.halfWidth(), most), bound.count());
  }

  /**
   * The head with the smaller error.
   *
   * @param error of a head on the selection rows, nats
   */
  private static Head head(
      LearnedFlowMap map,
      Optional<NetworkLogDensityHead> logDensityHead,
      ToDoubleFunction<Head> error) {
    if (!map.hasDivergence()) {
      return Head.LOG_DENSITY;
    }
    if (logDensityHead.isEmpty()) {
      return Head.DIVERGENCE;
    }
    return error.applyAsDouble(Head.LOG_DENSITY) <= error.applyAsDouble(Head.DIVERGENCE)
        ? Head.LOG_DENSITY
        : Head.DIVERGENCE;
  }

  /**
   * What held-out rows say about one way to answer.
   *
   * @param estimate log-densities of calibration rows
   * @param exact of the first of these rows
   */
  private Calibration.Entry entry(Head head, double[] estimate, double[] exact) {
    double[] inUnits = new double[estimate.length];
    Arrays.setAll(inUnits, i -> estimate[i] + judges.volume()[i]);
    // Models of other rows differ a little: a row must count as no less likely than its equal.
    heldOutInTurn.ifPresent(scores -> Arrays.setAll(inUnits, i -> Math.min(inUnits[i], scores[i])));
    double[] first = Arrays.copyOf(estimate, exact.length);
    return new Calibration.Entry(
        head,
        ConformalBound.of(difference(first, exact), Calibrator.LEVEL),
        ErrorStatistics.of(first, exact).meanAbsoluteError(),
        ReferenceDistribution.of(inUnits));
  }

  private static double[] difference(double[] a, double[] b) {
    double[] out = new double[a.length];
    Arrays.setAll(out, i -> a[i] - b[i]);
    return out;
  }
}
