package org.f2d2;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.f2d2.domain.Domain;
import org.f2d2.error.F2d2Exception;
import org.f2d2.metric.ErrorStatistics;
import org.f2d2.score.Calibration;
import org.f2d2.score.Nfe;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;
import org.f2d2.train.Calibrator;
import org.f2d2.train.FittedFlow;

/** Compares few-step answers with the exact ones on the same points. */
final class Comparison {

  private final PointScores answers;
  private final FittedFlow flow;
  private final Domain domain;
  private final Calibrator densities;

  Comparison(PointScores answers, Calibrator densities) {
    this.answers = answers;
    this.flow = answers.flow();
    this.domain = flow.domain();
    this.densities = densities;
  }

  /**
   * The comparison.
   *
   * @param rows those without a density, or without an exact one, are left out
   * @param nfe numbers of evaluations, each calibrated
   */
  Evaluation of(Domain.Points rows, List<Integer> nfe) {
    Domain.Points points = known(rows);
    if (points.count() == 0) {
      throw new F2d2Exception("there are no " + domain.one() + "s to evaluate");
    }
    double[] volume = points.logAbsDeterminant();
    try (Scope scope = Scope.open()) {
      Tensor x = answers.modelRows(points.values());
      long start = System.nanoTime();
      PointScores.Exact solvedExactly = answers.exact(points.values(), densities);
      double exactSeconds = (System.nanoTime() - start) / 1e9;
      double[] all =
          inUnits(answers.supported(points.values(), solvedExactly.logDensity()), volume);
      int[] solved = IntStream.range(0, all.length).filter(r -> !Double.isNaN(all[r])).toArray();
      if (solved.length == 0) {
        throw new F2d2Exception(
            "none of the " + domain.one() + "s has an exact log-density to compare with");
      }
      double[] exact = pick(all, solved);
      int n = exact.length;
      Map<Integer, Evaluation.Few> few = new TreeMap<>();
      for (int k : nfe) {
        Calibration.Entry calibration = answers.calibration(new Nfe.Jumps(k));
        // Kernels are made for a shape when it is first met; what is timed is every time after.
        densities.few(calibration.head(), k, Optional.of(flow.student()), flow.logDensityHead(), x);
        long from = System.nanoTime();
        double[] fast =
            inUnits(
                answers.supported(
                    points.values(),
                    densities.few(
                        calibration.head(),
                        k,
                        Optional.of(flow.student()),
                        flow.logDensityHead(),
                        x)),
                volume);
        double seconds = (System.nanoTime() - from) / 1e9;
        double[] values = pick(fast, solved);
        double[] errors = new double[n];
        Arrays.setAll(errors, i -> values[i] - exact[i]);
        few.put(
            k,
            new Evaluation.Few(
                calibration.head(),
                mean(values),
                ErrorStatistics.of(values, exact),
                covered(calibration, errors, values, pick(volume, solved)),
                seconds,
                values));
      }
      return new Evaluation(
          n,
          answers.width(),
          (flow.provenance().options().guidance() != 1 ? "a guided flow, not the data: " : "")
              + flow.exact().describe(),
          mean(exact),
          few,
          exact,
          solvedExactly.evaluations(),
          exactSeconds);
    }
  }

  /** The points of rows that have a density. */
  private Domain.Points known(Domain.Points all) {
    int[] keep =
        IntStream.range(0, all.count()).filter(r -> !all.faults().containsKey(r)).toArray();
    int d = answers.width();
    double[] values = new double[keep.length * d];
    for (int i = 0; i < keep.length; i++) {
      System.arraycopy(all.values(), keep[i] * d, values, i * d, d);
    }
    return new Domain.Points(values, pick(all.logAbsDeterminant(), keep), Map.of());
  }

  /** The share of errors that are within what a score states. */
  private static double covered(
      Calibration.Entry calibration, double[] errors, double[] values, double[] volume) {
    return IntStream.range(0, errors.length)
        .mapToDouble(i -> Math.abs(errors[i]) <= calibration.stated(values[i] - volume[i]) ? 1 : 0)
        .average()
        .orElse(Double.NaN);
  }

  private static double[] inUnits(double[] modelLogDensity, double[] volume) {
    double[] out = new double[volume.length];
    Arrays.setAll(out, i -> modelLogDensity[i] + volume[i]);
    return out;
  }

  private static double[] pick(double[] values, int[] indices) {
    return Arrays.stream(indices).mapToDouble(i -> values[i]).toArray();
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).average().orElse(Double.NaN);
  }
}
