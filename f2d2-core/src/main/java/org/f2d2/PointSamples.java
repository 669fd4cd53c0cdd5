package org.f2d2;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.f2d2.domain.Domain;
import org.f2d2.error.OptionException;
import org.f2d2.flow.Calls;
import org.f2d2.flow.ClosedFormFlow;
import org.f2d2.flow.GaussianPrior;
import org.f2d2.flow.LearnedFlowMap;
import org.f2d2.flow.NetworkFlowMap;
import org.f2d2.flow.TimeGrid;
import org.f2d2.likelihood.Injectivity;
import org.f2d2.sampling.GammaSampler;
import org.f2d2.sampling.JumpSampler;
import org.f2d2.sampling.Sampler;
import org.f2d2.sampling.SelfGuidance;
import org.f2d2.score.Nfe;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.RowChunks;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;
import org.f2d2.train.FittedFlow;
import org.f2d2.train.WorkerPool;

/** How points of model space are drawn, without rows' densities. Thread-safe. */
final class PointSamples {

  /** Rows that are drawn at once from a closed form. */
  private static final int DRAWN_AT_ONCE = 1024;

  private final FittedFlow flow;
  private final Domain domain;
  private final WorkerPool pool;

  PointSamples(FittedFlow flow, WorkerPool pool) {
    this.flow = flow;
    this.domain = flow.domain();
    this.pool = pool;
  }

  /**
   * Points and what they cost.
   *
   * @param values row by row
   * @param calls for each row; none of a closed form
   */
  record Drawn(double[] values, Calls calls) {}

  /** Draws points. */
  Drawn draw(int count, SampleOptions options) {
    try (Scope scope = Scope.open()) {
      if (options.nfe() instanceof Nfe.Exact && flow.closedForm() && !options.guided()) {
        return new Drawn(closedForm(count, options), Calls.NONE);
      }
      // In the scope, since a held strength of autoguidance makes weights of its own.
      return drawn(sampler(options), options, noise(count, options));
    }
  }

  /** Points of a closed form, which can be drawn without any ODE. */
  private double[] closedForm(int count, SampleOptions options) {
    ClosedFormFlow base = flow.teacher().orElseThrow().base();
    Rng rng = new Rng(options.seed()).derive(33);
    // Whole blocks, so that the first rows are the same whatever their number.
    List<Tensor> blocks = new ArrayList<>();
    for (long from = 0; from < count; from += DRAWN_AT_ONCE) {
      blocks.add(base.sample(DRAWN_AT_ONCE, rng.derive(from)));
    }
    Tensor moving = Tensor.cat(0, blocks.toArray(Tensor[]::new)).rows(0, count);
    return withConditions(moving, options).toDoubles();
  }

  private Drawn drawn(Sampler sampler, SampleOptions options, Tensor noise) {
    int n = Math.toIntExact(noise.size(0));
    int chunk = chunks().rows();
    // Fresh noise is drawn for all rows together.
    boolean apart = chunk < RowChunks.DEFAULT.rows() && options.gamma() == 0;
    int parts = apart ? Math.max(1, Math.min(pool.size(), n / chunk)) : 1;
    List<Drawn> all =
        pool.map(
            parts,
            p -> {
              try (Scope scope = Scope.open()) {
                Tensor part = noise.rows((long) p * n / parts, (p + 1L) * n / parts);
                Sampler.Sample sample = Autograd.noGrad(() -> sampler.from(part));
                return new Drawn(sample.points().toDoubles(), sample.calls());
              }
            });
    return new Drawn(
        all.stream().flatMapToDouble(d -> Arrays.stream(d.values())).toArray(),
        all.stream().map(Drawn::calls).reduce(Calls.NONE, Calls::max));
  }

  /**
   * Points with the log-densities that a sampler gives them.
   *
   * @param values row by row
   * @param logDensity of each, nats, in model space
   * @param calls for each row
   */
  record Scored(double[] values, double[] logDensity, Calls calls) {}

  /** Draws points with their log-densities, over the threads of the pool. */
  Scored scored(int count, SampleOptions options, Sampler sampler) {
    try (Scope scope = Scope.open()) {
      Tensor noise = noise(count, options);
      int parts = Math.max(1, Math.min(pool.size(), count / DRAWN_AT_ONCE));
      List<Scored> all =
          pool.map(
              parts,
              p -> {
                try (Scope own = Scope.open()) {
                  Tensor part = noise.rows((long) p * count / parts, (p + 1L) * count / parts);
                  Sampler.ScoredSample sample = Autograd.noGrad(() -> sampler.scoredFrom(part));
                  return new Scored(
                      sample.points().toDoubles(), sample.logDensity(), sample.calls());
                }
              });
      return new Scored(
          all.stream().flatMapToDouble(d -> Arrays.stream(d.values())).toArray(),
          all.stream().flatMapToDouble(d -> Arrays.stream(d.logDensity())).toArray(),
          all.stream().map(Scored::calls).reduce(Calls.NONE, Calls::max));
    }
  }

  /** Whether the jumps of the student are one to one where samples begin. */
  Injectivity injectivity(int count, SampleOptions options, TimeGrid grid) {
    try (Scope scope = Scope.open()) {
      return Injectivity.along(flow.student(), grid, noise(count, options), chunks());
    }
  }

  /** Noise, with classes as often as the training rows have them or all of the one asked for. */
  private Tensor noise(int count, SampleOptions options) {
    Rng rng = new Rng(options.seed()).derive(30);
    GaussianPrior prior = GaussianPrior.standard(domain.conditions());
    Tensor z = prior.draw(count, domain.moving() + domain.conditions(), DType.FLOAT32, rng);
    return withConditions(z.narrow(1, 0, domain.moving()), options);
  }

  private Tensor withConditions(Tensor moving, SampleOptions options) {
    int count = Math.toIntExact(moving.size(0));
    double[] conditions =
        domain.drawConditions(
            count, options.condition(), new SplittableRandom(Rng.deriveSeed(options.seed(), 32)));
    return domain.conditions() == 0
        ? moving
        : Tensor.cat(1, moving, Tensor.of(conditions, moving.type(), count, domain.conditions()));
  }

  private LearnedFlowMap student(double autoguidance) {
    if (autoguidance == 1) {
      return flow.student();
    }
    return Optional.ofNullable(flow.others().get(FittedFlow.AUTOGUIDED))
        .filter(NetworkFlowMap.class::isInstance)
        .map(map -> ((NetworkFlowMap) map).withLastCondition(autoguidance))
        .orElseThrow(
            () ->
                new OptionException(
                    "autoguidance", "is not possible: this model was not fitted for it"));
  }

  /** Rows that are drawn together. */
  RowChunks chunks() {
    return new RowChunks(
        Math.min(RowChunks.DEFAULT.rows(), flow.student().network().rowsAtATime()));
  }

  private Sampler sampler(SampleOptions options) {
    if (!(options.nfe() instanceof Nfe.Jumps jumps)) {
      if (options.guided()) {
        throw new OptionException("guided", "needs a number of evaluations, not exact");
      }
      return flow.exact().sampler(chunks());
    }
    LearnedFlowMap map = student(options.autoguidance());
    TimeGrid grid = TimeGrid.uniform(jumps.count());
    if (options.gamma() > 0) {
      return new GammaSampler(
          map, grid, options.gamma(), new Rng(options.seed()).derive(31), chunks());
    }
    JumpSampler plain =
        new JumpSampler(map, GaussianPrior.standard(domain.conditions()), grid, chunks());
    var volume = domain.guidanceVolume();
    return options.guided()
        ? new SelfGuidance(
            plain, domain.guidanceRate(), x -> volume.apply(map.coordinates().moving(x)))
        : plain;
  }
}
