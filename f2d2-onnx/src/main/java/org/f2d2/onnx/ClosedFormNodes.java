package org.f2d2.onnx;

import java.util.Arrays;
import org.f2d2.error.F2d2Exception;
import org.f2d2.flow.ClosedFormFlow;
import org.f2d2.flow.GaussianMixtureFlow;
import org.f2d2.flow.KernelDensityFlow;
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
      Value terms = mixture(g, gaps(g, x, mixture), mixture, constant, 1);
      return logSumExp(g, terms);
    }
    if (flow instanceof KernelDensityFlow kernels) {
      Value y = gaps(g, x, kernels.mixture());
      Value beside = mixture(g, y, kernels.mixture(), constant, 1 - kernels.share());
      return logSumExp(g, g.concat(0, beside, kernels(g, y, kernels, constant)));
    }
    throw new F2d2Exception("a model over " + flow + " cannot be exported");
  }

  /** R_kᵀ (x - m_k), [K, n, d]. */
  private static Value gaps(Graph g, Value x, GaussianMixtureFlow mixture) {
    int k = mixture.components();
    int d = mixture.dimensions();
    Value gap = g.sub(g.reshape(x, 1, -1, d), g.doubles(mixture.means().toDoubles(), k, 1, d));
    return g.matmul(gap, g.doubles(mixture.whitenings().toDoubles(), k, d, d));
  }

  /** ln s w_k N(x; m_k, Σ_k), each |R_kᵀ (x - m_k)|² a squared Mahalanobis distance: [K, n]. */
  private static Value mixture(
      Graph g, Value y, GaussianMixtureFlow mixture, double constant, double share) {
    double[] weights = mixture.weights().toDoubles();
    double[] logDeterminants = mixture.whitenings().logAbsDeterminant().toDoubles();
    double[] heights = new double[weights.length];
    Arrays.setAll(heights, i -> Math.log(share * weights[i]) + logDeterminants[i] - constant);
    return g.add(
        g.mul(g.sum(g.mul(y, y), 2), g.number(-0.5)), g.doubles(heights, heights.length, 1));
  }

  /** ln s u_i N(x; c_i, h² Σ_k), from R_kᵀ (x - m_k) less the same of the centre: [N, n]. */
  private static Value kernels(Graph g, Value y, KernelDensityFlow flow, double constant) {
    int n = flow.kernels();
    int d = flow.dimensions();
    double[] weights = flow.weights().toDoubles();
    double[] shapes = flow.shapes().toDoubles();
    double[] centres = flow.centres().toDoubles();
    double[] means = flow.mixture().means().toDoubles();
    double[] whitenings = flow.mixture().whitenings().toDoubles();
    double[] logDeterminants = flow.mixture().whitenings().logAbsDeterminant().toDoubles();
    double[] own = new double[n * d];
    double[] heights = new double[n];
    long[] shape = new long[n];
    for (int i = 0; i < n; i++) {
      int k = (int) shapes[i];
      shape[i] = k;
      heights[i] =
          Math.log(flow.share() * weights[i])
              + logDeterminants[k]
              - d * Math.log(flow.bandwidth())
              - constant;
      for (int a = 0; a < d; a++) {
        for (int b = 0; b < d; b++) {
          own[i * d + b] +=
              (centres[i * d + a] - means[k * d + a]) * whitenings[(k * d + a) * d + b];
        }
      }
    }
    Value gap = g.sub(g.gather(y, g.longs(shape), 0), g.doubles(own, n, 1, d));
    double scale = -0.5 / (flow.bandwidth() * flow.bandwidth());
    return g.add(g.mul(g.sum(g.mul(gap, gap), 2), g.number(scale)), g.doubles(heights, n, 1));
  }

  private static Value logSumExp(Graph g, Value log) {
    Value largest = g.reduce("ReduceMax", log, 0, true);
    Value sum = g.sum(g.node("Exp", g.sub(log, largest)), 0);
    return g.add(g.node("Log", sum), g.reshape(largest, -1));
  }
}
