package org.f2d2.objective;

import java.util.List;
import java.util.function.IntFunction;
import org.f2d2.flow.Coordinates;
import org.f2d2.flow.GaussianFrame;
import org.f2d2.flow.VelocityField;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Tensor;

/**
 * Solutions of a teacher's joint ODE, kept at the nodes of a time grid: what a student is regressed
 * on.
 *
 * <p>Each trajectory crosses all of [0, 1], see {@link TrajectoryChunk}. Every {@link
 * Options#exactEvery}-th node is the exact fraction of 1, so that the times of 1, 2, 4 and 8 jumps
 * are among them; the others are jittered from chunk to chunk, so that a student sees all times.
 *
 * @param times node times [N, J], from 0 to 1
 * @param points X at the nodes [N, J, d]
 * @param divergences accumulated divergence A = ∫₀ᵗ div v dr at the nodes [N, J]
 * @param velocities v at the nodes [N, J, d]
 * @param columns what the d columns of a point are
 */
public record Trajectories(
    Tensor times, Tensor points, Tensor divergences, Tensor velocities, Coordinates columns) {

  /**
   * Options.
   *
   * @param intervals steps from 0 to 1; a multiple of 8 {@code exactEvery}, so that the times of 8
   *     equal jumps are exact nodes
   * @param exactEvery every so many nodes one is exact
   * @param chunk trajectories that share a grid
   * @param noiseShare share of trajectories that start from noise and run forward
   * @param wideShare share that start at data rows moved by noise of log-uniform size: they teach
   *     the student what the teacher says away from the data
   * @param divergence how the divergence is found
   * @param halvings how often the interval next to the data is halved: structure of width w comes
   *     up within 1-t of the order of w
   */
  public record Options(
      int intervals,
      int exactEvery,
      int chunk,
      double noiseShare,
      double wideShare,
      Divergence divergence,
      int halvings) {

    /** How the divergence along a trajectory is found. */
    public enum Divergence {
      /** The whole trace. */
      EXACT,
      /**
       * One random sign vector for each row and evaluation: unbiased, because points do not depend
       * on it. What the evaluations along a trajectory err by averages out in part, and a
       * regression averages the rest.
       */
      ONE_PROBE
    }

    /** The recipe's choice. */
    public static final Options DEFAULT = new Options(32, 4, 500, 0.35, OffPathNoise.SHARE);

    /** With the whole trace. */
    public Options(int intervals, int exactEvery, int chunk, double noiseShare, double wideShare) {
      this(intervals, exactEvery, chunk, noiseShare, wideShare, Divergence.EXACT, HALVINGS);
    }

    /** Half the steps, for half the cost. */
    public static final Options COARSE = new Options(16, 2, 500, 0.2, OffPathNoise.SHARE);

    /** The same with random probes in place of the whole trace. */
    public Options probed() {
      return new Options(
          intervals, exactEvery, chunk, noiseShare, wideShare, Divergence.ONE_PROBE, halvings);
    }

    /** The same with other starts. */
    public Options withStarts(double noise, double wide) {
      return new Options(intervals, exactEvery, chunk, noise, wide, divergence, halvings);
    }

    /** The same with another number of trajectories that share a grid. */
    Options withChunk(int other) {
      return new Options(intervals, exactEvery, other, noiseShare, wideShare, divergence, halvings);
    }

    /** Checks the numbers. */
    public Options {
      if (intervals < 1 || exactEvery < 1 || intervals % (8L * exactEvery) != 0 || chunk < 1) {
        throw new IllegalArgumentException(
            "intervals must be a positive multiple of 8 exactEvery, chunk positive: "
                + intervals
                + ", "
                + exactEvery
                + ", "
                + chunk);
      }
      if (halvings < 0) {
        throw new IllegalArgumentException("halvings must be at least 0, got " + halvings);
      }
      if (!(noiseShare >= 0 && wideShare >= 0 && noiseShare + wideShare <= 1)) {
        throw new IllegalArgumentException("shares must be at least 0 and sum to at most 1");
      }
    }
  }

  private static final int HALVINGS = 3;

  /** Largest coordinate of a kept trajectory; the data have unit scale. */
  private static final double FARTHEST = 30;

  /** Largest accumulated divergence of a kept trajectory, in nats per dimension. */
  private static final double LARGEST_DIVERGENCE_PER_DIMENSION = 15;

  /** Number of trajectories. */
  public long count() {
    return points.size(0);
  }

  /** Number of nodes of each. */
  public long nodes() {
    return points.size(1);
  }

  /** Runs the parts 0, ..., n - 1 of a piece of work, possibly at the same time, in order. */
  @FunctionalInterface
  public interface Parts {
    /** Results in the order of the parts. */
    List<Trajectories> map(int parts, IntFunction<Trajectories> work);
  }

  /**
   * Solves trajectories of a teacher.
   *
   * @param teacher the field to follow
   * @param data where data rows come from
   * @param count how many trajectories; rounded up to whole chunks
   * @param parts how chunks are spread over threads
   */
  public static Trajectories solve(
      VelocityField teacher,
      TrainingRows data,
      int count,
      DType type,
      Options options,
      Rng rng,
      Parts parts) {
    if (count < options.chunk()) {
      return solve(teacher, data, count, type, options.withChunk(Math.max(1, count)), rng, parts);
    }
    int chunks = (count + options.chunk() - 1) / options.chunk();
    List<Trajectories> solved =
        parts.map(
            chunks,
            c ->
                Autograd.noGrad(
                    () -> new TrajectoryChunk(teacher, options, rng.derive(c)).solve(data, type)));
    Trajectories all = join(solved);
    solved.forEach(Trajectories::close);
    return all.tame();
  }

  /**
   * Without the trajectories that left the region where a field of unit-scale data means anything.
   *
   * <p>Far from the data a learned field can be stiffer than the solver's steps allow, and one such
   * trajectory would spoil the regression of all others.
   */
  private Trajectories tame() {
    Tensor rows = Tensor.range(count(), DType.INT64);
    Tensor farthest = points.abs().reshape(count(), -1).max(1);
    Tensor largest =
        divergences.abs().max(1).div(LARGEST_DIVERGENCE_PER_DIMENSION * columns.moving());
    // NaN is not less than anything, so a trajectory that is not finite goes too.
    Tensor kept = rows.where(farthest.div(FARTHEST).maximum(largest).lessThan(1));
    if (kept.size(0) == count()) {
      return this;
    }
    if (kept.size(0) == 0) {
      throw new ArithmeticException("every trajectory of the teacher left the data's region");
    }
    Trajectories tame =
        new Trajectories(
            times.rows(kept),
            points.rows(kept),
            divergences.rows(kept),
            velocities.rows(kept),
            columns);
    close();
    return tame;
  }

  /**
   * Trajectories that were solved in the coordinates of a frame, in those that it is a frame of.
   */
  public Trajectories out(GaussianFrame frame) {
    long rows = count() * nodes();
    Tensor t = times.reshape(rows, 1);
    Tensor all = points.reshape(rows, -1);
    Tensor xi = columns.moving(all);
    Tensor rate = columns.moving(velocities.reshape(rows, -1));
    return new Trajectories(
        times,
        columns.withConditions(frame.out(xi, t), all).reshape(points.shape()),
        divergences.add(frame.logDeterminant(t).reshape(divergences.shape())),
        columns.still(frame.velocityOut(xi, rate, t)).reshape(velocities.shape()),
        columns);
  }

  /** All trajectories of several parts with the same nodes. */
  public static Trajectories join(List<Trajectories> parts) {
    return new Trajectories(
        Tensor.cat(0, parts.stream().map(Trajectories::times).toList()),
        Tensor.cat(0, parts.stream().map(Trajectories::points).toList()),
        Tensor.cat(0, parts.stream().map(Trajectories::divergences).toList()),
        Tensor.cat(0, parts.stream().map(Trajectories::velocities).toList()),
        parts.get(0).columns());
  }

  private void close() {
    times.close();
    points.close();
    divergences.close();
    velocities.close();
  }

  /** Indices into the rows of a flattened [N·J] table. */
  Tensor flatIndex(Tensor trajectory, Tensor node) {
    return trajectory.mul((double) nodes()).to(DType.INT64).add(node);
  }

  /** Rows of [N, J, m] or [N, J] at flat indices: [n, m] or [n, 1]. */
  Tensor at(Tensor table, Tensor flatIndex) {
    return table.reshape(count() * nodes(), -1).rows(flatIndex);
  }

  /** The standard normal log-density of the noise end plus what has been accumulated: log p_t. */
  Tensor logDensity(Tensor trajectory, Tensor flatIndex) {
    Tensor start = at(points, flatIndex(trajectory, trajectory.zerosLike()));
    double constant = 0.5 * columns.moving() * Math.log(2 * Math.PI);
    return columns
        .moving(start)
        .square()
        .sumKeep(1)
        .mul(-0.5)
        .sub(constant)
        .sub(at(divergences, flatIndex));
  }
}
