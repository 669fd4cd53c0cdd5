package org.f2d2.onnx;

import java.util.Arrays;
import org.f2d2.error.F2d2Exception;
import org.f2d2.flow.ClosedFormFlow;
import org.f2d2.flow.GaussianMixtureFlow;
import org.f2d2.flow.NetworkPotential;
import org.f2d2.flow.StandardGaussianFlow;
import org.f2d2.onnx.Graph.Type;
import org.f2d2.onnx.Graph.Value;

/** The nodes of a {@link NetworkPotential} at t = 1, where it is the log-density of the rows. */
final class PotentialNodes {

  private final NetworkPotential potential;

  PotentialNodes(NetworkPotential potential) {
    this.potential = potential;
  }

  /** φ(x, 1) of model rows [n, d], 32-bit: [n], 64-bit. */
  Value logDensity(Graph g, Value rows) {
    Value one = g.floats(new float[] {1}, 1, 1);
    Value net = new MlpNodes(g, potential.network()).forward(rows, one, one);
    Value base = base(g, g.cast(rows, Type.DOUBLE), potential.base());
    return g.add(base, g.reshape(g.cast(net, Type.DOUBLE), -1));
  }

  private static Value base(Graph g, Value x, ClosedFormFlow flow) {
    double constant = 0.5 * flow.dimensions() * Math.log(2 * Math.PI);
    if (flow instanceof StandardGaussianFlow) {
      return g.sub(g.mul(g.sum(g.mul(x, x), 1), g.number(-0.5)), g.number(constant));
    }
    if (flow instanceof GaussianMixtureFlow mixture) {
      return mixture(g, x, mixture, constant);
    }
    throw new F2d2Exception("a potential over " + flow + " cannot be exported");
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
