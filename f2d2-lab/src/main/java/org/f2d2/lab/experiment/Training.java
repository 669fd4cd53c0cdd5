package org.f2d2.lab.experiment;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import org.f2d2.flow.ClosedFormFlow;
import org.f2d2.flow.NetworkVelocity;
import org.f2d2.flow.ProbabilityPath;
import org.f2d2.net.Mlp;
import org.f2d2.net.Parameters;
import org.f2d2.objective.FlowMatching;
import org.f2d2.objective.TimeLaw;
import org.f2d2.objective.TrainingRows;
import org.f2d2.plain.FourierFeatures;
import org.f2d2.plain.MlpArchitecture;
import org.f2d2.plain.TimeEmbedding;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Tensor;
import org.f2d2.train.Optimizer;
import org.f2d2.train.Schedule;
import org.f2d2.train.TrainingRun;
import org.f2d2.train.WorkerPool;

/**
 * Trains the network of a {@link Run} with the plain conditional loss, noise and times drawn anew
 * in each step, on one thread. The network corrects the velocity of a standard normal law; its
 * weights are the running average over the last thousand steps or so.
 */
final class Training {

  private static final int TIME_HARMONICS = 4;
  private static final int WARMUP = 200;
  private static final double RATE_FLOOR = 0.01;
  private static final double CLIP = 10;
  private static final double AVERAGING = 0.999;

  /** Looks at the field while it is trained. */
  @FunctionalInterface
  interface Observer {
    /** After a number of steps that was asked for. */
    void look(long step, NetworkVelocity velocity);
  }

  private final Run run;
  private final Settings settings;
  private final ClosedFormFlow flow;

  Training(Run run, Settings settings, ClosedFormFlow flow) {
    this.run = run;
    this.settings = settings;
    this.flow = flow;
  }

  /** The rows that the run is trained on, [n, d] in 32 bits; none where every step has new ones. */
  List<Tensor> table() {
    if (run.source() instanceof Source.Sample s) {
      return List.of(draw(s.rows(), run.rng(Run.Stream.DATA)));
    }
    if (run.source() instanceof Source.WholeSample s) {
      return List.of(draw(s.rows(), run.rng(Run.Stream.DATA)));
    }
    return List.of();
  }

  private Tensor draw(int n, Rng rng) {
    return flow.sample(n, rng).to(DType.FLOAT32);
  }

  /**
   * Trains to the end.
   *
   * @param looks after how many steps the observer is asked, ascending
   * @param observer sees the field at these steps
   * @param done hears the number of steps so far; may throw to end the training
   */
  NetworkVelocity train(List<Long> looks, Observer observer, LongConsumer done) {
    Mlp network =
        Mlp.random(
            new MlpArchitecture(
                flow.dimensions(),
                flow.dimensions(),
                run.network().width(),
                run.network().depth(),
                new TimeEmbedding(TIME_HARMONICS),
                new FourierFeatures(0),
                false),
            DType.FLOAT32,
            run.rng(Run.Stream.WEIGHTS));
    TrainingRows rows = rows();
    FlowMatching objective =
        new FlowMatching(
            new NetworkVelocity(network),
            rows,
            new FlowMatching.Options(
                ProbabilityPath.LINEAR, new TimeLaw.Uniform(), /* contextRows= */ 0));
    TrainingRun training = training(network.parameters());
    List<Long> pending = new ArrayList<>(looks);
    try (WorkerPool one = new WorkerPool(1)) {
      while (training.step() < run.steps()) {
        training.advance(objective, one);
        done.accept(training.step());
        if (!pending.isEmpty() && training.step() == pending.get(0)) {
          pending.remove(0);
          observer.look(training.step(), new NetworkVelocity(network.with(training.average())));
        }
      }
    }
    return new NetworkVelocity(network.with(training.average()).frozen());
  }

  private TrainingRun training(Parameters parameters) {
    int steps = run.steps();
    return new TrainingRun(
        parameters,
        new TrainingRun.Options(
            batch(),
            new Schedule(settings.learningRate(), Math.min(WARMUP, steps / 5), steps, RATE_FLOOR),
            Optimizer.Options.DEFAULT,
            CLIP,
            AVERAGING),
        run.rng(Run.Stream.TRAINING));
  }

  // A whole sample goes a whole number of times into the batch.
  private int batch() {
    return run.source() instanceof Source.WholeSample s
        ? Math.max(1, settings.batch() / s.rows()) * s.rows()
        : settings.batch();
  }

  private TrainingRows rows() {
    if (run.source() instanceof Source.Sample) {
      return TrainingRows.of(table().get(0));
    }
    if (run.source() instanceof Source.WholeSample) {
      return new EachEquallyOften(table().get(0));
    }
    return new NewEachTime();
  }

  /**
   * All rows of a table, each as often as the others, in random order: the times of a batch ascend,
   * so rows in a fixed order would each keep to their own times.
   */
  record EachEquallyOften(Tensor table) implements TrainingRows {
    @Override
    public Tensor draw(int rows, Rng rng) {
      long[] order = rng.permutation(rows).toLongs();
      for (int i = 0; i < rows; i++) {
        order[i] %= table.size(0);
      }
      return table.rows(Tensor.of(order, rows));
    }

    @Override
    public DType type() {
      return table.type();
    }
  }

  private final class NewEachTime implements TrainingRows {
    @Override
    public Tensor draw(int rows, Rng rng) {
      return Training.this.draw(rows, rng);
    }

    @Override
    public DType type() {
      return DType.FLOAT32;
    }
  }
}
