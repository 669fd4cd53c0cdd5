package org.f2d2.bench.speed;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.f2d2.error.F2d2Exception;
import org.f2d2.lab.Machine;
import org.f2d2.net.Parameters;
import org.f2d2.net.Tape;
import org.f2d2.objective.Instantaneous;
import org.f2d2.objective.LsdF2d2;
import org.f2d2.objective.MeanFlowF2d2;
import org.f2d2.objective.Objective;
import org.f2d2.objective.RowWeight;
import org.f2d2.objective.Setting;
import org.f2d2.objective.TimeLaw;
import org.f2d2.objective.TrainingRows;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Safetensors;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;
import org.f2d2.train.Optimizer;
import org.f2d2.train.Schedule;
import org.f2d2.train.TrainingRun;
import org.f2d2.train.WorkerPool;

/**
 * Seconds of a whole training step beside the peers: draw, loss, gradient, clip, AdamW, average.
 *
 * <p>Without a teacher, the divergence by one Gaussian probe. Before the timing, loss and gradient
 * of one batch must agree with the peers'.
 */
public final class TrainSpeed {

  private static final int WARM_UP = 3;

  /** Steps after which the JVM has compiled what a step runs. */
  private static final int JVM_WARM_UP = 600;

  private static final int ROWS = 20_000;
  private static final double DIAGONAL_SHARE = 0.25;

  /** Largest difference of two gradients, relative to the largest number in them. */
  private static final double TOLERANCE = 1e-4;

  private TrainSpeed() {}

  /** The losses that are timed. */
  public enum Loss {
    /** {@link LsdF2d2}. */
    LSD("lsd-f2d2"),
    /** {@link MeanFlowF2d2}. */
    MEANFLOW("meanflow-f2d2");

    private final String id;

    Loss(String id) {
      this.id = id;
    }

    private Objective of(Workload work) {
      Instantaneous field = new Instantaneous.Data(work.map(), 1, 0);
      Setting setting = new Setting(work.map(), field, TrainingRows.of(work.rows()));
      return switch (this) {
        case LSD -> new LsdF2d2(setting);
        case MEANFLOW -> new MeanFlowF2d2(setting, DIAGONAL_SHARE, RowWeight.EQUAL);
      };
    }

    /** What {@link Objective#loss} draws for so many rows, in the order in which it draws. */
    private Draws draws(Workload work, int rows, Rng rng) {
      int d = work.map().dimensions();
      double rounding = rng.uniform(DType.FLOAT64, 1).item();
      double diagonalShare = this == LSD ? 0.5 : DIAGONAL_SHARE;
      int share = (int) Math.floor(diagonalShare * rows + rounding);
      Draws diagonal = pairs(work, share, rng);
      diagonal = diagonal.with(diagonal.s(), rng.normal(DType.FLOAT32, share, d));
      Draws off = pairs(work, rows - share, rng);
      Tensor t = rng.uniform(DType.FLOAT32, rows - share, 1);
      Tensor probe =
          this == LSD ? off.x0().zerosLike() : rng.normal(DType.FLOAT32, rows - share, d);
      return diagonal.followedBy(off.with(t, probe));
    }

    private static Draws pairs(Workload work, int rows, Rng rng) {
      Tensor s = new TimeLaw.Uniform().draw(rows, DType.FLOAT32, rng);
      Tensor x1 = TrainingRows.of(work.rows()).draw(rows, rng);
      Tensor x0 = rng.normal(DType.FLOAT32, x1.shape());
      return new Draws(x0, x1, s, s, x0);
    }
  }

  /** Random numbers of one batch. */
  private record Draws(Tensor x0, Tensor x1, Tensor s, Tensor t, Tensor probe) {

    Draws with(Tensor otherT, Tensor otherProbe) {
      return new Draws(x0, x1, s, otherT, otherProbe);
    }

    Draws followedBy(Draws o) {
      return new Draws(
          Tensor.cat(0, x0, o.x0),
          Tensor.cat(0, x1, o.x1),
          Tensor.cat(0, s, o.s),
          Tensor.cat(0, t, o.t),
          Tensor.cat(0, probe, o.probe));
    }

    Map<String, Tensor> byName() {
      return Map.of("x0", x0, "x1", x1, "s", s, "t", t, "probe", probe);
    }
  }

  /**
   * Measures.
   *
   * @param peers running
   * @param losses which
   * @param dimensions d of the rows
   * @param batches rows per step
   * @param rounds turns of each side
   */
  public static Comparison run(
      List<Peer> peers,
      List<Loss> losses,
      List<Integer> dimensions,
      List<Integer> batches,
      int rounds) {
    List<Comparison.Case> cases = new ArrayList<>();
    Set<Loss> warmedUp = EnumSet.noneOf(Loss.class);
    try (WorkerPool pool = new WorkerPool(Machine.cores())) {
      for (int d : dimensions) {
        for (Loss loss : losses) {
          try (Workload work = new Workload(d, 512, 4, ROWS)) {
            peers.forEach(work::load);
            peers.forEach(peer -> requireEqual(work, loss, peer));
            boolean warm = warmedUp.contains(loss);
            for (int batch : batches) {
              cases.addAll(cases(work, loss, peers, batch, rounds, pool, warm));
              warm = true;
            }
            warmedUp.add(loss);
          }
        }
      }
    }
    return new Comparison("train", Machine.describe(), cases);
  }

  private static void requireEqual(Workload work, Loss loss, Peer peer) {
    int rows = 256;
    Path batch = work.files().path("batch");
    Path answer = work.files().path("gradient");
    Parameters parameters = work.map().network().parameters();
    try (Scope scope = Scope.open();
        Tape tape = Tape.open(parameters)) {
      Safetensors.write(batch, loss.draws(work, rows, new Rng(7)).byName(), Map.of());
      Tensor ours = loss.of(work).loss(rows, new Rng(7));
      double theirs =
          peer.ask("loss", "method", loss.id, "batch", batch, "output", answer)
              .get("loss")
              .asDouble();
      Workload.requireEqual(
          "losses of " + peer.kind().id(), new double[] {ours.item()}, new double[] {theirs});
      Parameters gradient = Parameters.over(parameters.entries(), tape.gradient(ours));
      double largest = gradient.flat().abs().max().item();
      for (Parameters.Entry e : parameters.entries()) {
        String name = peer.kind() == Peer.Kind.JAX ? e.name() : torchName(e.name());
        double gap =
            gradient.get(e.name()).detach().sub(PeerFiles.read(answer, name)).abs().max().item()
                / largest;
        if (!(gap <= TOLERANCE)) {
          throw new F2d2Exception(
              "the gradients of " + peer.kind().id() + " differ by " + gap + " in " + e.name());
        }
      }
    }
  }

  /** PyTorch counts the hidden layers from 0. */
  private static String torchName(String name) {
    String[] parts = name.split("\\.", -1);
    if (parts[0].equals("hidden")) {
      parts[1] = Integer.toString(Integer.parseInt(parts[1]) - 1);
    }
    return String.join(".", parts);
  }

  private static List<Comparison.Case> cases(
      Workload work,
      Loss loss,
      List<Peer> peers,
      int batch,
      int rounds,
      WorkerPool pool,
      boolean warm) {
    TrainingRun run =
        new TrainingRun(
            work.map().network().parameters(),
            new TrainingRun.Options(
                batch,
                new Schedule(1e-4, 0, Integer.MAX_VALUE, 1),
                Optimizer.Options.DEFAULT,
                10,
                0.999),
            new Rng(3));
    Objective objective = loss.of(work);
    Runnable ours = () -> run.advance(objective, pool);
    Interleaving turns =
        new Interleaving()
            .way("ours", n -> Interleaving.seconds(ours, n))
            .ways(
                peers,
                (peer, n) ->
                    peer.seconds(
                        "train",
                        "method",
                        loss.id,
                        "rows",
                        work.rowsFile(),
                        "batch",
                        batch,
                        "repeat",
                        n));
    turns.medians(1, WARM_UP);
    if (!warm) {
      Interleaving.seconds(ours, JVM_WARM_UP);
    }
    int repeat = Math.max(3, 8192 / batch);
    return turns
        .medians(rounds, repeat)
        .cases(
            loss.id + ", d " + work.map().dimensions() + ", batch " + batch,
            peers,
            1e3,
            "ms",
            rounds * repeat);
  }
}
