package org.f2d2.bench.speed;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import org.f2d2.data.Table;
import org.f2d2.error.F2d2Exception;
import org.f2d2.flow.NetworkVelocity;
import org.f2d2.lab.Machine;
import org.f2d2.lab.TestDensity;
import org.f2d2.metric.ErrorStatistics;
import org.f2d2.net.Mlp;
import org.f2d2.plain.MlpArchitecture;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;
import org.f2d2.train.Budget;
import org.f2d2.train.Calibrator;
import org.f2d2.train.Fit;
import org.f2d2.train.FitListener;
import org.f2d2.train.FitOptions;
import org.f2d2.train.FittedFlow;
import org.f2d2.train.TeacherOptions;
import org.f2d2.train.WorkerPool;

/**
 * What exactness costs: the log-density of a fitted model by one evaluation, beside the exact
 * log-density of its own teacher as the peers work it out, by an adaptive solver of order 5 with
 * the whole trace (the instantaneous change of variables, as in FFJORD).
 *
 * <p>The exact values of both sides must agree, and those of one evaluation must be within 0.05
 * nats of them on average, before anything is timed.
 */
public final class ExactSpeed {

  /** Largest mean distance of one evaluation to the exact value, nats. */
  private static final double MOST_ERROR = 0.05;

  /** Largest mean distance of two strict solvers' exact values, nats. */
  private static final double SOLVERS = 2e-3;

  /** Up to this tolerance a solver counts as strict; looser ones may be as far off as we are. */
  private static final double STRICT = 1e-5;

  private static final int TRAINING_ROWS = 50_000;
  private static final int ROWS = 4096;
  private static final int FAST_REPEAT = 20;

  private ExactSpeed() {}

  /**
   * Fits and measures.
   *
   * @param density rows of which are fitted and scored
   * @param minutes of the fit
   * @param tolerances of the peers' solver, absolute and relative
   * @param rounds turns of each side
   */
  public static Comparison run(
      List<Peer> peers,
      TestDensity density,
      double minutes,
      List<Double> tolerances,
      int rounds,
      FitListener listener) {
    SplittableRandom random = new SplittableRandom(1);
    Table table = density.table(TRAINING_ROWS, random);
    // One Gaussian for a base and no Fourier features: what the peers' programs know.
    TeacherOptions t = TeacherOptions.DEFAULT;
    FitOptions options =
        FitOptions.DEFAULT
            .with(new Budget.Minutes(minutes))
            .with(
                new TeacherOptions(
                    t.width(),
                    t.depth(),
                    t.batch(),
                    t.learningRate(),
                    t.weightDecay(),
                    t.ema(),
                    t.contextRows(),
                    0,
                    0));
    FittedFlow flow = Fit.run(table, options, listener).frozen();
    double[] model = flow.preprocessing().forward(density.sample(ROWS, random));
    int width = flow.preprocessing().modelDimensions();
    List<Comparison.Case> cases = new ArrayList<>();
    try (WorkerPool pool = new WorkerPool(Machine.cores());
        Scope scope = Scope.open();
        PeerFiles files = new PeerFiles()) {
      Tensor rows = Tensor.of(model, DType.FLOAT32, ROWS, width);
      Calibrator ours = new Calibrator(pool);
      double[] exact = ours.exact(flow.exactField(), rows).logDensity();
      double[] fast = fast(ours, flow, rows);
      double error = ErrorStatistics.of(fast, exact).meanAbsoluteError();
      if (!(error <= MOST_ERROR)) {
        throw new F2d2Exception(
            "one evaluation is " + error + " nats from the exact value; fit for longer");
      }
      Path rowsFile = files.write("rows", Map.of("rows", rows));
      Path answer = files.path("exact");
      Path weights = files.writeWeights(teacher(flow));
      for (double tolerance : tolerances) {
        Map<Peer, Double> gaps = new HashMap<>();
        Interleaving turns =
            new Interleaving()
                .way(
                    "ours",
                    n -> Interleaving.seconds(() -> fast(ours, flow, rows), FAST_REPEAT * n));
        for (Peer peer : peers) {
          load(peer, teacher(flow), weights);
          peer.ask(
              "exact", "rows", rowsFile, "tolerance", tolerance, "output", answer, "repeat", 1);
          double gap =
              ErrorStatistics.of(PeerFiles.read(answer, "log_density").toDoubles(), exact)
                  .meanAbsoluteError();
          if (!(gap <= (tolerance <= STRICT ? SOLVERS : MOST_ERROR))) {
            throw new F2d2Exception(
                "the exact values of " + peer.kind().id() + " are " + gap + " nats from ours");
          }
          gaps.put(peer, gap);
          turns.way(
              peer.kind().id(),
              n ->
                  peer.seconds(
                      "exact",
                      "rows",
                      rowsFile,
                      "tolerance",
                      tolerance,
                      "output",
                      answer,
                      "repeat",
                      n));
        }
        Interleaving.seconds(() -> fast(ours, flow, rows), FAST_REPEAT);
        Interleaving.Medians medians = turns.medians(rounds, 1);
        for (Peer peer : peers) {
          String name =
              String.format(
                  Locale.ROOT,
                  "%s, %d rows: one evaluation, %.3f nats off; exact to %.0e, %.4f nats off",
                  density.name(),
                  ROWS,
                  error,
                  tolerance,
                  gaps.get(peer));
          cases.addAll(medians.cases(name, List.of(peer), 1e3, "ms", rounds));
        }
      }
    }
    return new Comparison("exact", Machine.describe(), cases);
  }

  private static double[] fast(Calibrator ours, FittedFlow flow, Tensor rows) {
    try (Scope scope = Scope.open()) {
      return ours.few(
          Objects.requireNonNull(flow.calibration().few().get(1)).head(),
          1,
          Optional.of(flow.student()),
          flow.logDensityHead(),
          rows);
    }
  }

  private static Mlp teacher(FittedFlow flow) {
    NetworkVelocity teacher = flow.teacher().orElseThrow();
    return (Mlp) teacher.network();
  }

  private static void load(Peer peer, Mlp mlp, Path weights) {
    MlpArchitecture shape = mlp.architecture();
    peer.ask(
        "load_teacher",
        "weights",
        weights,
        "dimensions",
        shape.dimensions(),
        "width",
        shape.width(),
        "depth",
        shape.depth(),
        "harmonics",
        shape.time().harmonics());
  }
}
