package org.f2d2.onnx;

import java.util.Arrays;
import org.f2d2.error.F2d2Exception;
import org.f2d2.flow.ClosedFormFlow;
import org.f2d2.flow.GaussianMixtureFlow;
import org.f2d2.flow.StandardGaussianFlow;
import org.f2d2.onnx.Graph.Value;

/** The nodes of the log-density of a {@link ClosedFormFlow} at t = 1, in 64 bits. */
final class ClosedFormNodes {

  private ClosedFormNodes() {}

  /**
   * The log-density of rows [n, d]: [n].
   *
   * @throws F2d2Exception for a flow that has no nodes
   */
  static Value logDensity(Graph g, Value x, ClosedFormFlow flow) {
    double constant = 0.5 * flow.dimensions() * Math.log(2 * Math.PI);
    if (flow instanceof StandardGaussianFlow) {
      return g.sub(g.mul(g.sum(g.mul(x, x), 1), g.number(-0.5)), g.number(constant));
    }
    if (flow instanceof GaussianMixtureFlow mixture) {
      return mixture(g, x, mixture, constant);
    }
    throw new F2d2Exception("a model over " + flow + " cannot be exported");
  }

  /** log Σ w_k N(x; m_k, Σ_k), each |R_kᵀ (x - m_k)|² a squared Mahalanobis distance. */
  private static Value mixture(Graph g, Value x, GaussianMixtureFlow mixture, double constant) {
    int k = mixture.components();
    int d = mixture.dimensions();
    Value gap = g.sub(g.reshape(x, 1, -1, d), g.doubles(mixture.means().toDoubles(), k, 1, d));
    Value y = g.matmul(gap, g.doubles(mixture.whitenings().toDoubles(), k, d, d));
    double[] weights = mixture.weights().toDoubles();
    double[] logDeterminants = mixture.whitenings().logAbsDeterminant().toDoubles();
    double[] heights = new double[k];
    Arrays.setAll(heights, i -> Math.log(weights[i]) + logDeterminants[i] - constant);
    Value log = g.add(g.mul(g.sum(g.mul(y, y), 2), g.number(-0.5)), g.doubles(heights, k, 1));
    Value largest = g.reduce("ReduceMax", log, 0, true);
    Value sum = g.sum(g.node("Exp", g.sub(log, largest)), 0);
    return g.add(g.node("Log", sum), g.reshape(largest, -1));
  }
}
