package org.f2d2.verify;

import org.f2d2.flow.ClosedFormFlow;
import org.f2d2.flow.GaussianFlow;
import org.f2d2.flow.JointFlowMap;
import org.f2d2.flow.QuantileFlow;
import org.f2d2.flow.RotatedProductFlow;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Tensor;

/**
 * A flow with a known map, and points and pairs of times to measure identities on.
 *
 * @param map the map
 * @param flow the same flow as a field
 * @param x points [n, d]
 * @param s source times [n, 1]
 * @param t target times [n, 1]
 * @param r times in between [n, 1], a third of the way from s to t
 */
record TestGrid(JointFlowMap map, ClosedFormFlow flow, Tensor x, Tensor s, Tensor t, Tensor r) {

  private static final double[] TIMES = {0, 0.1, 0.35, 0.6, 0.85, 1};

  /** Which pairs of times a grid has. */
  enum Direction {
    /** s &lt; t. */
    FORWARD("s < t"),
    /** s &gt; t. */
    BACKWARD("s > t");

    private final String sign;

    Direction(String sign) {
      this.sign = sign;
    }

    @Override
    public String toString() {
      return sign;
    }
  }

  /** The flows that have a map. */
  enum Kind {
    /** Two Gaussians on the line. */
    MIXTURE("1-D mixture"),
    /** A product of two mixtures, rotated in the plane. */
    ROTATED("rotated 2-D mixture"),
    /** One Gaussian in the plane. */
    GAUSSIAN("2-D Gaussian");

    private final String title;

    Kind(String title) {
      this.title = title;
    }

    @Override
    public String toString() {
      return title;
    }
  }

  /** The grid of a flow in one direction of time. */
  static TestGrid of(Kind kind, double noiseScale, Direction direction) {
    return switch (kind) {
      case MIXTURE -> {
        QuantileFlow flow = QuantileFlow.reference(noiseScale);
        yield of(flow, flow, 11, direction);
      }
      case ROTATED -> {
        RotatedProductFlow flow = RotatedProductFlow.reference(noiseScale);
        yield of(flow, flow, 5, direction);
      }
      case GAUSSIAN -> {
        GaussianFlow flow =
            GaussianFlow.of(new double[] {0.4, -1}, new double[] {0.3, 0.7}, noiseScale);
        yield of(flow, flow, 5, direction);
      }
    };
  }

  /** How a grid is named in reports. */
  static String title(Kind kind, double noiseScale, Direction direction) {
    return kind + ", prior sd " + noiseScale + ", " + direction;
  }

  private static TestGrid of(
      JointFlowMap map, ClosedFormFlow flow, int perAxis, Direction direction) {
    Tensor points = points(flow.dimensions(), perAxis);
    long n = points.size(0);
    int pairs = TIMES.length * (TIMES.length - 1) / 2;
    double[] early = new double[pairs];
    double[] late = new double[pairs];
    int k = 0;
    for (int i = 0; i < TIMES.length; i++) {
      for (int j = i + 1; j < TIMES.length; j++) {
        early[k] = TIMES[i];
        late[k++] = TIMES[j];
      }
    }
    Tensor first = repeatEach(early, n);
    Tensor second = repeatEach(late, n);
    Tensor s = direction == Direction.FORWARD ? first : second;
    Tensor t = direction == Direction.FORWARD ? second : first;
    return new TestGrid(map, flow, points.repeat(pairs, 1), s, t, s.addScaled(t.sub(s), 1.0 / 3));
  }

  /** Points on a square lattice over [-2, 2] in each axis, [perAxis^d, d]. */
  static Tensor points(int d, int perAxis) {
    int n = (int) Math.pow(perAxis, d);
    double[] rows = new double[n * d];
    for (int i = 0; i < n; i++) {
      int index = i;
      for (int a = 0; a < d; a++) {
        rows[i * d + a] = -2 + 4.0 * (index % perAxis) / (perAxis - 1);
        index /= perAxis;
      }
    }
    return Tensor.of(rows, n, d);
  }

  private static Tensor repeatEach(double[] values, long n) {
    return Tensor.of(values, values.length, 1).expand(values.length, n).reshape(-1, 1);
  }

  /** g at time s. */
  Tensor field() {
    return flow.joint(x, s);
  }

  /** f(x,s,t). */
  Tensor rate() {
    return map.rate(x, s, t);
  }

  /** t - s. */
  Tensor step() {
    return t.sub(s);
  }

  /** A column with one value in every row. */
  static Tensor column(double value, long n) {
    return Tensor.full(value, DType.FLOAT64, n, 1);
  }

  /** The largest |a|; NaN if any is NaN. */
  static double largest(Tensor a) {
    return a.abs().max().item();
  }

  /** The mean |a|. */
  static double mean(Tensor a) {
    return a.abs().mean().item();
  }
}
