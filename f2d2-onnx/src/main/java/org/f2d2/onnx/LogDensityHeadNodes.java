package org.f2d2.onnx;

import org.f2d2.flow.NetworkLogDensityHead;
import org.f2d2.onnx.Graph.Type;
import org.f2d2.onnx.Graph.Value;

/**
 * The nodes of a {@link NetworkLogDensityHead} at t = 1, where it is the log-density of the rows.
 */
final class LogDensityHeadNodes {

  private final NetworkLogDensityHead logDensityHead;

  LogDensityHeadNodes(NetworkLogDensityHead logDensityHead) {
    this.logDensityHead = logDensityHead;
  }

  /** φ(x, 1) of model rows [n, d], 32-bit: [n], 64-bit. */
  Value logDensity(Graph g, Value rows) {
    Value one = g.floats(new float[] {1}, 1, 1);
    Value net = new MlpNodes(g, logDensityHead.network()).forward(rows, one, one);
    Value base = ClosedFormNodes.logDensity(g, g.cast(rows, Type.DOUBLE), logDensityHead.base());
    Value learned = g.mul(g.cast(net, Type.DOUBLE), g.number(logDensityHead.scale()));
    return g.add(base, g.reshape(learned, -1));
  }
}
