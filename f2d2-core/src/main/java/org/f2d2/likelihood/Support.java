package org.f2d2.likelihood;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.f2d2.flow.ClosedFormFlow;
import org.f2d2.plain.PointFunction;
import org.f2d2.plain.SupportBlend;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.RowChunks;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;

/**
 * Where the training rows lie, by a density in closed form, and what a row's log-density is where
 * they do not.
 *
 * <p>A network says nothing reliable about rows unlike those that it was trained on: its correction
 * may be of any size there, with islands of high density where nothing ever was. So beside every
 * flow stands a Gaussian or a mixture of Gaussians that was fitted to the same rows, with density
 * {@code near}, and with a wide and rare component more
 *
 * <pre>
 *   base(x) = (1 - β) near(x) + β N(x; 0, s² I),          β = 1e-3, s = 3
 *   w       = 1 where ln near >= edge, 0 where ln near <= edge - width, smooth in between
 *   log p   = w · min( log p_flow, ln base + most ) + (1 - w) ln base
 * </pre>
 *
 * <p>The edge is a lowest value of {@code ln near} among rows like the training rows, so these keep
 * the flow's answer; away from them log p falls without end, for any number of evaluations, the
 * exact value included. The bound {@code most} is what the flow has gained on the base at the most
 * on held-out rows, and a margin. What the blend takes from or adds to the integral of the density
 * is the mass out there, which no training row has met.
 *
 * @param near the density in closed form; over the coordinates that move
 * @param edge lowest {@code ln near} at which the flow alone is believed, nats in model space
 * @param width of the transition, nats; positive
 * @param most greatest {@code log p_flow - ln base} that is believed, nats
 */
public record Support(ClosedFormFlow near, double edge, double width, double most) {

  private static final double WIDTH = 3;
  private static final double MARGIN = 1;

  /** Share of rows like the training rows that may lie below the edge. */
  private static final double BELOW_EDGE = 0.002;

  /** Up to here rows are sooner done one by one on arrays than together on tensors. */
  private static final int FEW_ROWS = 4;

  private static final RowChunks CHUNKS = new RowChunks(2048);

  /** Checks the numbers. */
  public Support {
    blend(near, edge, width, most);
  }

  private static SupportBlend blend(ClosedFormFlow near, double edge, double width, double most) {
    return new SupportBlend(near.dimensions(), edge, width, most);
  }

  /** The rule without the closed form. */
  SupportBlend blend() {
    return blend(near, edge, width, most);
  }

  /**
   * Takes the edge from rows like the training rows.
   *
   * @param near the density in closed form
   * @param training rows in model space, row-major
   * @param heldOut likewise, not among them
   * @param exact log-densities of the held-out rows under the flow, nats in model space; NaN is
   *     passed over
   * @param columns length of a row
   */
  public static Support fit(
      ClosedFormFlow near, double[] training, double[] heldOut, double[] exact, int columns) {
    Support open = new Support(near, -Double.MAX_VALUE / 4, WIDTH, Double.MAX_VALUE / 4);
    double[] own = open.near(heldOut, columns);
    double edge = Math.min(low(open.near(training, columns)), low(own));
    double most =
        IntStream.range(0, exact.length)
            .mapToDouble(r -> exact[r] - open.blend().base(own[r], heldOut, r * columns))
            .filter(Double::isFinite)
            .max()
            .orElse(0);
    return new Support(near, edge, WIDTH, Math.max(0, most) + MARGIN);
  }

  private static double low(double[] values) {
    double[] sorted = Arrays.stream(values).filter(Double::isFinite).sorted().toArray();
    return sorted[(int) (BELOW_EDGE * (sorted.length - 1))];
  }

  /**
   * The log-densities of a model from those of its flow.
   *
   * @param rows in model space, row-major; conditions, if any, last in a row
   * @param flow log-densities of the flow, nats in model space; what it is where {@link #weight} is
   *     0 does not matter, NaN included
   * @param columns length of a row
   */
  public double[] apply(double[] rows, double[] flow, int columns) {
    double[] near = near(rows, columns);
    SupportBlend blend = blend();
    double[] out = new double[flow.length];
    Arrays.setAll(out, r -> blend.logDensity(near[r], flow[r], rows, r * columns));
    return out;
  }

  /** Which rows have a say of the flow in their log-density. */
  public boolean[] reached(double[] rows, int columns) {
    double[] near = near(rows, columns);
    SupportBlend blend = blend();
    boolean[] reached = new boolean[near.length];
    for (int r = 0; r < near.length; r++) {
      reached[r] = blend.weight(near[r]) > 0 || Double.isNaN(near[r]);
    }
    return reached;
  }

  /** {@code ln near} of rows, in nats. */
  private double[] near(double[] rows, int columns) {
    int n = rows.length / columns;
    double[] values = new double[n];
    PointFunction exact = near.logDensityAtPoint(1);
    if (n > FEW_ROWS) {
      CHUNKS.forEach(
          n,
          (from, to) -> {
            double[] part = onTensors(rows, Math.toIntExact(from), Math.toIntExact(to), columns);
            System.arraycopy(part, 0, values, Math.toIntExact(from), part.length);
          });
    }
    for (int r = 0; r < n; r++) {
      // Single precision would leave a far row's value to the company that it comes in.
      if (n <= FEW_ROWS || !(values[r] > edge)) {
        values[r] = exact.at(Arrays.copyOfRange(rows, r * columns, r * columns + d()))[0];
      }
    }
    return values;
  }

  private double[] onTensors(double[] rows, int from, int to, int columns) {
    float[] single = new float[(to - from) * d()];
    for (int r = from; r < to; r++) {
      for (int i = 0; i < d(); i++) {
        single[(r - from) * d() + i] = (float) rows[r * columns + i];
      }
    }
    return Autograd.noGrad(
        () -> {
          try (Scope scope = Scope.open()) {
            return near.logDensity(Tensor.of(single, to - from, d()), 1).toDoubles();
          }
        });
  }

  private int d() {
    return near.dimensions();
  }
}
