package org.f2d2.objective;

import java.util.ArrayList;
import java.util.List;
import org.f2d2.energy.EnergyCheck;
import org.f2d2.energy.GeometricPath;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Tensor;

/**
 * Particles of runs along a {@link GeometricPath}, kept to train on: points at times on an even
 * grid, with the energy of the target and its gradient. Points of a time stand for their
 * neighbourhood, as what is trained holds for any law of the points.
 *
 * @param path whose densities the points were meant for
 * @param intervals between two times of the grid
 * @param perTime points at each time; in the order of the times, run after run
 * @param points [n, d]
 * @param energies E of each [n, 1]
 * @param gradients ∇E [n, d]
 */
public record ReplayBuffer(
    GeometricPath path,
    int intervals,
    int perTime,
    Tensor points,
    Tensor energies,
    Tensor gradients) {

  /** Beyond this an energy is as good as infinite, and a square of it overflows in 32 bits. */
  private static final double MOST = 1e15;

  /** Fills a buffer, run after run, time after time. */
  public static final class Builder {
    private final GeometricPath path;
    private final int intervals;
    private final List<double[]> points = new ArrayList<>();

    /**
     * An empty one.
     *
     * @param intervals between two times
     */
    public Builder(GeometricPath path, int intervals) {
      this.path = path;
      this.intervals = intervals;
    }

    /** Adds the points of the next time, row-major. */
    public Builder add(double[] values) {
      points.add(values);
      return this;
    }

    /** The buffer, which lives as long as the scope that is open. */
    public ReplayBuffer build() {
      return build(DType.FLOAT32);
    }

    /** The buffer in numbers of a type. */
    public ReplayBuffer build(DType type) {
      int d = path.target().dimensions();
      int perTime = points.get(0).length / d;
      int n = perTime * points.size();
      double[] all = new double[n * d];
      double[] energies = new double[n];
      double[] gradients = new double[n * d];
      for (int k = 0; k < points.size(); k++) {
        System.arraycopy(points.get(k), 0, all, k * perTime * d, perTime * d);
      }
      path.target().values(all, energies, gradients);
      for (int i = 0; i < n; i++) {
        EnergyCheck.requireNumber(path.target(), energies[i]);
        energies[i] = Math.max(-MOST, Math.min(MOST, energies[i]));
      }
      for (int i = 0; i < gradients.length; i++) {
        gradients[i] = Math.max(-MOST, Math.min(MOST, gradients[i]));
      }
      return new ReplayBuffer(
          path,
          intervals,
          perTime,
          Tensor.of(all, type, n, d),
          Tensor.of(energies, type, n, 1),
          Tensor.of(gradients, type, n, d));
    }
  }

  /**
   * Rows at some times.
   *
   * @param x points [n, d]
   * @param t times [n, 1]
   * @param rate ∂ log r_t / ∂t [n, 1]
   * @param score ∇ log r_t [n, d]
   */
  public record Rows(Tensor x, Tensor t, Tensor rate, Tensor score) {}

  /** Row numbers of points near some times [n, 1]: of one of the two neighbours on the grid. */
  private Tensor near(Tensor t, Rng rng) {
    long n = t.size(0);
    long runs = points.size(0) / ((long) perTime * (intervals + 1));
    Tensor place = t.mul(intervals).add(rng.uniform(t.type(), n, 1)).clamp(0, intervals);
    Tensor time = place.to(DType.INT64).to(DType.FLOAT64);
    Tensor run = rng.integers(runs, n, 1).to(DType.FLOAT64).mul(intervals + 1.0);
    Tensor one = rng.integers(perTime, n, 1).to(DType.FLOAT64);
    return run.add(time).mul(perTime).add(one).to(DType.INT64).reshape(n);
  }

  /** Points near some times [n, 1]. */
  Tensor pointsNear(Tensor t, Rng rng) {
    return points.rows(near(t, rng));
  }

  /** Rows near some times [n, 1]. */
  public Rows rows(Tensor t, Rng rng) {
    Tensor at = near(t, rng);
    Tensor x = points.rows(at);
    double[] times = t.toDoubles();
    double[] share = new double[times.length];
    double[] shareRate = new double[times.length];
    for (int i = 0; i < times.length; i++) {
      share[i] = path.share(times[i]);
      shareRate[i] = path.shareRate(times[i]);
    }
    Tensor beta = Tensor.of(share, x.type(), share.length, 1);
    Tensor betaRate = Tensor.of(shareRate, x.type(), share.length, 1);
    Tensor logPrior = x.square().sumKeep(1).add(x.size(1) * Math.log(2 * Math.PI)).mul(-0.5);
    Tensor rate = betaRate.mul(energies.rows(at).add(logPrior).neg());
    Tensor score = x.mul(beta.sub(1)).sub(gradients.rows(at).mul(beta));
    return new Rows(x, t, rate, score);
  }
}
