package org.f2d2.flow;

import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Tensor;

/**
 * The flow to the uniform law on 8 of the 16 squares of side 2 in [-4, 4)²: the squares [2i, 2i+2)
 * × [2j, 2j+2), i and j in -2..1, with i + j even. Its velocity is that of the population, not of a
 * sample.
 *
 * <p>Given its square, a data point has independent uniform coordinates, so p_t is a sum over 8
 * squares of products of two one-dimensional terms, and the moments of x₁ given x_t come from the
 * squares' probabilities and from normal laws cut off at the squares' edges:
 *
 * <pre>
 *   v     = ( E[x₁|x] - x )/(1-t)
 *   div v = ( t tr Cov[x₁|x] / ((1-t) σ₀)² - 2 )/(1-t)
 * </pre>
 *
 * <p>At t = 1 the velocity has no limit on the edges and none that an ODE solver can use outside
 * the squares. There the <b>interior limit</b> stands for it everywhere: v = x, div v = 2, which is
 * the limit at every point inside a square. log p_1 is -ln 32 on the squares and -infinity
 * elsewhere.
 *
 * @param noiseScale σ₀
 */
public record CheckerboardFlow(double noiseScale) implements ClosedFormFlow {

  /** Standard deviation of each coordinate of the data, 8/√12. */
  public static final double STANDARD_DEVIATION = 8 / Math.sqrt(12);

  private static final int SQUARES = 8;

  // Indices, among the intervals [2i, 2i+2), of the columns and rows of the 8 squares.
  private static final long[] COLUMNS = {0, 0, 1, 1, 2, 2, 3, 3};
  private static final long[] ROWS = {0, 2, 1, 3, 0, 2, 1, 3};
  private static final double[] CENTRES = {-3, -1, 1, 3};

  /** Checks the scale. */
  public CheckerboardFlow {
    ClosedFormFlow.requireScale("noiseScale", noiseScale);
  }

  /** Noise with the standard deviation of the data. */
  public static CheckerboardFlow standard() {
    return new CheckerboardFlow(STANDARD_DEVIATION);
  }

  @Override
  public int dimensions() {
    return 2;
  }

  @Override
  public Tensor joint(Tensor x, Tensor t) {
    Tensor end = t.detach().lessThan(1);
    Tensor time = Tensor.where(end, t, t.detach().onesLike().mul(0.5));
    Squares q = squares(x, time);
    Tensor r = q.logMass().softmax(1);
    Tensor left = time.subtractFrom(1);
    Tensor meanX = r.mul(q.meanX()).sumKeep(1);
    Tensor meanY = r.mul(q.meanY()).sumKeep(1);
    Tensor spread =
        q.variance().add(q.meanX().sub(meanX).square()).add(q.meanY().sub(meanY).square());
    Tensor v = Tensor.cat(1, meanX, meanY).sub(x).div(left);
    Tensor noise = left.mul(noiseScale).square();
    Tensor divergence = r.mul(spread).sumKeep(1).mul(time).div(noise).sub(2).div(left);
    Tensor limit = Tensor.cat(1, x, x.narrow(1, 0, 1).detach().onesLike().mul(2));
    return Tensor.where(end, Tensor.cat(1, v, divergence), limit);
  }

  @Override
  public Tensor logDensity(Tensor x, Tensor t) {
    Tensor end = t.detach().lessThan(1);
    Tensor time = Tensor.where(end, t, t.detach().onesLike().mul(0.5));
    Tensor log =
        squares(x, time)
            .logMass()
            .logSumExpKeep(1)
            .sub(time.subtractFrom(1).mul(noiseScale).log().mul(2))
            .sub(Math.log(SQUARES));
    return Tensor.where(end, log, dataLogDensity(x));
  }

  @Override
  public Tensor sample(int n, Rng rng) {
    long[] square = rng.integers(SQUARES, n).toLongs();
    double[] rows = rng.uniform(DType.FLOAT64, n, 2).toDoubles();
    for (int i = 0; i < n; i++) {
      int k = (int) square[i];
      rows[2 * i] = CENTRES[(int) COLUMNS[k]] - 1 + 2 * rows[2 * i];
      rows[2 * i + 1] = CENTRES[(int) ROWS[k]] - 1 + 2 * rows[2 * i + 1];
    }
    return Tensor.of(rows, n, 2);
  }

  private static Tensor dataLogDensity(Tensor x) {
    double[] rows = x.toDoubles();
    double[] log = new double[rows.length / 2];
    for (int i = 0; i < log.length; i++) {
      double column = Math.floor(rows[2 * i] / 2);
      double row = Math.floor(rows[2 * i + 1] / 2);
      boolean on =
          column >= -2 && column < 2 && row >= -2 && row < 2 && Math.abs(column + row) % 2 == 0;
      log[i] = on ? -Math.log(32) : Double.NEGATIVE_INFINITY;
    }
    return Tensor.of(log, x.type(), log.length, 1);
  }

  /**
   * The 8 squares given x_t = x, each entry [n, 8].
   *
   * @param logMass log-density of x given the square, up to -2 ln τ
   * @param meanX mean of the first coordinate of x₁
   * @param meanY mean of the second
   * @param variance sum of both variances
   */
  private record Squares(Tensor logMass, Tensor meanX, Tensor meanY, Tensor variance) {}

  private Squares squares(Tensor x, Tensor t) {
    Tensor centres = Tensor.of(CENTRES, x.type(), 1, CENTRES.length);
    Tensor columns = Tensor.of(COLUMNS, SQUARES);
    Tensor rows = Tensor.of(ROWS, SQUARES);
    UniformInterval first = UniformInterval.of(x.column(0), t, centres, noiseScale);
    UniformInterval second = UniformInterval.of(x.column(1), t, centres, noiseScale);
    return new Squares(
        first.logMass().columns(columns).add(second.logMass().columns(rows)),
        first.mean().columns(columns),
        second.mean().columns(rows),
        first.variance().columns(columns).add(second.variance().columns(rows)));
  }
}
