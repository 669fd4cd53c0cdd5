package org.f2d2.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.f2d2.flow.ClosedFormFlow;
import org.f2d2.flow.GaussianMixtureFlow;
import org.f2d2.flow.KernelDensityFlow;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Tensor;

/**
 * A kind of closed form: what can be fitted to other rows in the same way.
 *
 * @param components of the mixture
 * @param pooled see {@link MixtureSearch#fixed}
 * @param narrow likewise
 * @param bandwidth of kernels beside the mixture; 0 for none
 * @param share of the kernels
 */
record ClosedFormKind(
    int components, double pooled, boolean narrow, double bandwidth, double share) {

  static final ClosedFormKind GAUSSIAN = new ClosedFormKind(1, 0, false, 0, 0);

  /**
   * One Gaussian, the kind that was fitted to other rows, and those next to it.
   *
   * @param found what was fitted; empty for one Gaussian
   * @param d columns
   */
  static List<ClosedFormKind> near(Optional<ClosedFormFlow> found, int d) {
    List<ClosedFormKind> kinds = new ArrayList<>(List.of(GAUSSIAN));
    if (found.isEmpty()) {
      return kinds;
    }
    Optional<KernelDensityFlow> kernels =
        found.filter(KernelDensityFlow.class::isInstance).map(KernelDensityFlow.class::cast);
    GaussianMixtureFlow mixture =
        kernels.map(KernelDensityFlow::mixture).orElseGet(() -> (GaussianMixtureFlow) found.get());
    int components = mixture.components();
    boolean narrow = ExpectationMaximization.isNarrow(mixture);
    double bandwidth = kernels.map(KernelDensityFlow::bandwidth).orElse(0.0);
    double share = kernels.map(KernelDensityFlow::share).orElse(0.0);
    for (double rows : components == 1 ? List.of(0.0) : List.of(0.0, MixtureSearch.pooled(d))) {
      kinds.addAll(new ClosedFormKind(components, rows, narrow, bandwidth, share).family());
    }
    return kinds.stream().distinct().toList();
  }

  /** With another number of components. */
  ClosedFormKind of(int size) {
    return new ClosedFormKind(size, pooled, narrow, bandwidth, share);
  }

  /** The same mixture with kernels, where they are known, and without. */
  List<ClosedFormKind> family() {
    return bandwidth > 0 ? List.of(this, withoutKernels()) : List.of(this);
  }

  private ClosedFormKind withoutKernels() {
    return new ClosedFormKind(components, pooled, narrow, 0, 0);
  }

  /** Whether rows are enough for so many components. */
  boolean affordable(FitData data) {
    return components <= MixtureSearch.affordable(data.trainingRows(), data.dimensions(), pooled);
  }

  /**
   * Multiplications of a fit, at the most.
   *
   * @param copies of each row, where rows are spread over cells
   */
  double work(long rows, long copies, int d) {
    double n = rows;
    if (bandwidth > 0) {
      return n * n * (d + KernelDensityFit.PER_EXPONENTIAL);
    }
    return components == 1
        ? d * (double) d * (d + n)
        : MixtureSearch.work(copies * rows, components, d);
  }

  /**
   * Fits it to the training rows.
   *
   * @param mixtures those that were fitted to the same rows before
   * @param look called between parts of the work; may throw to end it
   */
  ClosedFormFlow fit(
      FitData data,
      Map<ClosedFormKind, GaussianMixtureFlow> mixtures,
      Rng rng,
      WorkerPool pool,
      Runnable look) {
    Tensor rows = data.columns().moving(data.training());
    double anyWork = Double.POSITIVE_INFINITY;
    GaussianMixtureFlow mixture =
        mixtures.computeIfAbsent(
            withoutKernels(),
            k ->
                components == 1
                    ? ExpectationMaximization.single(data.dimensions())
                    : new MixtureSearch(rows, data.trainingRows(), rows, anyWork, pool, look)
                        .fixed(components, pooled, narrow, rng.derive(1)));
    if (bandwidth == 0) {
      return mixture;
    }
    Optional<KernelDensityFlow> kernels =
        new KernelDensityFit(rows, data.copies(), rows, anyWork, pool, look)
            .fixed(mixture, bandwidth, share, rng.derive(2));
    return kernels.isPresent() ? kernels.get() : mixture;
  }
}
