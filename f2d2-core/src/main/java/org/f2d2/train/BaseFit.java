package org.f2d2.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.f2d2.flow.ClosedFormFlow;
import org.f2d2.flow.GaussianMixtureFlow;
import org.f2d2.flow.KernelDensityFlow;
import org.f2d2.flow.StandardGaussianFlow;
import org.f2d2.likelihood.Support;
import org.f2d2.metric.HeldOutLikelihood;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Tensor;

/** Finds the density in closed form that the networks of a fit correct. */
final class BaseFit {

  private static final String MIXTURE = "mixture";
  private static final String KERNELS = "kernels";
  private static final double WORK_PER_MINUTE = 1.5e10;
  private static final double MOST_WORK = 1e12;
  private static final double WORK_PER_STEP = 1e7;

  private final FitData data;
  private final FitOptions options;
  private final WorkerPool pool;
  private final FitListener listener;

  BaseFit(FitData data, FitOptions options, WorkerPool pool, FitListener listener) {
    this.data = data;
    this.options = options;
    this.pool = pool;
    this.listener = listener;
  }

  /**
   * The mixture, or the kernels beside it, that describe the rows best; the same again in a resumed
   * fit.
   *
   * @param checkpoint where they are kept
   * @return empty where one Gaussian is as good
   */
  Optional<ClosedFormFlow> fit(Optional<Checkpoint> checkpoint) {
    if (!options.method().distilled() || options.teacher().mixture() == 0) {
      return Optional.empty();
    }
    Optional<Checkpoint> before = checkpoint.filter(c -> c.hasNote(MIXTURE));
    if (before.isPresent()) {
      return stored(before.get());
    }
    Optional<ClosedFormFlow> found = search();
    checkpoint.ifPresent(
        c -> {
          found.ifPresent(flow -> store(c, flow));
          c.note(MIXTURE, "done");
          c.write(c.seconds());
        });
    return found;
  }

  private static void store(Checkpoint checkpoint, ClosedFormFlow flow) {
    if (flow instanceof KernelDensityFlow k) {
      store(checkpoint, k.mixture());
      checkpoint.part(
          KERNELS, Map.of("centres", k.centres(), "shapes", k.shapes(), "weights", k.weights()));
      checkpoint.note(KERNELS, k.bandwidth() + " " + k.share());
      return;
    }
    GaussianMixtureFlow mixture = (GaussianMixtureFlow) flow;
    checkpoint.part(
        MIXTURE,
        Map.of(
            "weights", mixture.weights(),
            "means", mixture.means(),
            "covariances", mixture.covariances()));
  }

  private static Optional<ClosedFormFlow> stored(Checkpoint checkpoint) {
    Map<String, Tensor> part = checkpoint.part(MIXTURE);
    if (part.isEmpty()) {
      return Optional.empty();
    }
    GaussianMixtureFlow mixture =
        checkpoint.restored(
            MIXTURE,
            () ->
                GaussianMixtureFlow.of(
                    Objects.requireNonNull(part.get("weights")),
                    Objects.requireNonNull(part.get("means")),
                    Objects.requireNonNull(part.get("covariances"))));
    if (!checkpoint.hasNote(KERNELS)) {
      return Optional.of(mixture);
    }
    Map<String, Tensor> kernels = checkpoint.part(KERNELS);
    return Optional.of(
        checkpoint.restored(
            KERNELS,
            () -> {
              double[] numbers =
                  checkpoint.note(
                      KERNELS,
                      note ->
                          Arrays.stream(note.split(" ", 2))
                              .mapToDouble(Double::parseDouble)
                              .toArray());
              return KernelDensityFlow.of(
                  mixture,
                  Objects.requireNonNull(kernels.get("centres")),
                  Objects.requireNonNull(kernels.get("shapes")),
                  Objects.requireNonNull(kernels.get("weights")),
                  numbers[0],
                  numbers[1]);
            }));
  }

  private Optional<ClosedFormFlow> search() {
    Tensor rows = data.columns().moving(data.training());
    Tensor heldOut = data.columns().moving(data.selection());
    double work = 1e6 * work(options.budget());
    StopRequest look = new StopRequest(() -> Fit.yieldToUser(listener, MIXTURE));
    Rng rng = new Rng(options.seed());
    Optional<GaussianMixtureFlow> mixture =
        new MixtureSearch(rows, data.trainingRows(), heldOut, work, pool, look)
            .fit(options.teacher().mixture(), rng.derive(30));
    Optional<ClosedFormFlow> found = mixture.map(m -> m);
    if (data.trainingRows() >= FitData.ENOUGH_ROWS
        || data.dimensions() > MixtureSearch.MOST_DIMENSIONS) {
      return found;
    }
    Optional<KernelDensityFlow> kernels =
        new KernelDensityFit(rows, data.copies(), heldOut, work / 2, pool, look)
            .fit(
                mixture.orElseGet(() -> ExpectationMaximization.single(data.dimensions())),
                rng.derive(31));
    return kernels.isPresent() ? kernels.map(k -> k) : found;
  }

  /**
   * Millions of multiplications for the search of a mixture: a tenth of the time, on a slow
   * machine.
   */
  static int work(Budget budget) {
    double most = WORK_PER_MINUTE;
    if (budget instanceof Budget.Minutes minutes) {
      most = Math.min(MOST_WORK, WORK_PER_MINUTE * minutes.minutes());
    } else if (budget instanceof Budget.Steps steps) {
      most = Math.min(most, WORK_PER_STEP * steps.steps());
    }
    return FitPlan.earlier(budget, "mixtureWork").orElse((int) Math.max(1, most / 1e6));
  }

  /** A density in closed form, in words. */
  static String named(ClosedFormFlow flow) {
    if (flow instanceof KernelDensityFlow k) {
      return k.kernels() + " kernels beside " + named(k.mixture());
    }
    int components = flow instanceof GaussianMixtureFlow m ? m.components() : 1;
    return components == 1 ? "one Gaussian" : components + " Gaussians";
  }

  /** What a model and the closed forms before it say about calibration rows. */
  static List<HeldOutLikelihood> heldOut(
      FitData data, Optional<ClosedFormFlow> near, Calibrator.HeldOut heldOut, Support support) {
    return heldOut(
        data,
        near,
        "this model, exact",
        support.apply(
            data.solved().toDoubles(),
            heldOut.calibration(),
            data.preprocessing().modelDimensions()));
  }

  /** The same of a closed form of all rows, fitted without those that it is asked about. */
  static List<HeldOutLikelihood> heldOut(
      FitData data, Optional<ClosedFormFlow> near, ClosedFormRefit.Result all) {
    double[] volume = data.calibrationVolume();
    int n = Math.toIntExact(data.solved().size(0));
    double[] own = new double[n];
    Arrays.setAll(own, i -> all.heldOut()[data.calibrationIndex()[i]] - volume[i]);
    return heldOut(data, near, "this model, fitted without these rows", own);
  }

  /**
   * What the closed forms that the fit has tried say about the calibration rows that were solved
   * exactly, and what the model says.
   *
   * @param name of the model
   * @param own log-densities of these rows by the model, nats in model space
   */
  private static List<HeldOutLikelihood> heldOut(
      FitData data, Optional<ClosedFormFlow> near, String name, double[] own) {
    Tensor rows = data.solved();
    Tensor moving = data.columns().moving(rows);
    double[] volume = Arrays.copyOf(data.calibrationVolume(), own.length);
    List<ClosedFormFlow> closed =
        new ArrayList<>(List.of(new StandardGaussianFlow(data.dimensions())));
    near.ifPresent(
        flow -> {
          if (flow instanceof KernelDensityFlow kernels && kernels.mixture().components() > 1) {
            closed.add(kernels.mixture());
          }
          closed.add(flow);
        });
    List<HeldOutLikelihood> all = new ArrayList<>();
    for (ClosedFormFlow flow : closed) {
      all.add(HeldOutLikelihood.of(named(flow), flow.logDensity(moving, 1).toDoubles(), volume));
    }
    if (Arrays.stream(own).anyMatch(Double::isFinite)) {
      all.add(HeldOutLikelihood.of(name, own, volume));
    }
    return List.copyOf(all);
  }
}
