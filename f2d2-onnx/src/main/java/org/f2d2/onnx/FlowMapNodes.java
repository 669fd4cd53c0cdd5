package org.f2d2.onnx;

import java.util.List;
import java.util.function.Function;
import org.f2d2.flow.NetworkFlowMap;
import org.f2d2.onnx.Graph.Type;
import org.f2d2.onnx.Graph.Value;

/** The nodes of k equal jumps of a {@link NetworkFlowMap}. */
final class FlowMapNodes {

  private final NetworkFlowMap map;
  private final long d;

  FlowMapNodes(NetworkFlowMap map) {
    this.map = map;
    this.d = map.dimensions();
  }

  /** The log-density of model rows [n, d], 32-bit, by k jumps from data to noise: [n], 64-bit. */
  Value logDensity(Graph g, Value rows, Value k) {
    Value none = g.mul(g.cast(g.columns(rows, 0, 1), Type.DOUBLE), g.number(0));
    List<Value> end = g.loop(k, List.of(rows, none), body(g, k, true));
    Value noise = g.cast(end.get(0), Type.DOUBLE);
    Value prior =
        g.sub(
            g.mul(g.sum(g.mul(noise, noise), 1), g.number(-0.5)),
            g.number(0.5 * d * Math.log(2 * Math.PI)));
    return g.add(prior, g.reshape(end.get(1), -1));
  }

  /** Model rows from noise [n, d], 32-bit, by k jumps. */
  Value sample(Graph g, Value noise, Value k) {
    return g.loop(k, List.of(noise), body(g, k, false)).get(0);
  }

  /** One jump: down from time (k-i)/k with the total of D, or up from i/k without it. */
  private ai.onnx.proto.OnnxMl.GraphProto body(Graph around, Value k, boolean down) {
    Graph g = around.part(down ? "down" : "up");
    Value i = g.cast(g.input(g.fresh("iteration"), Type.INT64), Type.DOUBLE);
    Value go = g.input(g.fresh("condition"), Type.BOOL);
    Value y = g.input(g.fresh("points"), Type.FLOAT, "rows", d);
    Value count = g.cast(k, Type.DOUBLE);
    Value next = g.add(i, g.number(1));
    Function<Value, Value> time = steps -> g.div(down ? g.sub(count, steps) : steps, count);
    Value from = time.apply(i);
    Value to = time.apply(next);
    Value step = g.sub(to, from);
    Value rate = rate(g, y, single(g, from), single(g, to));
    Value u = g.columns(rate, 0, d);
    g.output(g.fresh("go"), go, Type.BOOL);
    if (down) {
      Value total = g.input(g.fresh("total"), Type.DOUBLE, "rows", 1);
      Value divergence = g.cast(g.columns(rate, d, d + 1), Type.DOUBLE);
      g.output(g.fresh("y"), moved(g, y, u, step), Type.FLOAT, "rows", d);
      g.output(g.fresh("sum"), g.add(total, g.mul(divergence, step)), Type.DOUBLE, "rows", 1);
    } else {
      g.output(g.fresh("y"), moved(g, y, u, step), Type.FLOAT, "rows", d);
    }
    return g.build();
  }

  private static Value moved(Graph g, Value y, Value u, Value step) {
    return g.add(y, g.mul(u, g.cast(step, Type.FLOAT)));
  }

  private static Value single(Graph g, Value time) {
    return g.reshape(g.cast(time, Type.FLOAT), 1, 1);
  }

  /** f(x,s,t): the flow of a standard normal law plus the network; see {@link NetworkFlowMap}. */
  private Value rate(Graph g, Value x, Value s, Value t) {
    Value learned = new MlpNodes(g, map.network()).forward(x, s, t);
    Value cs = scale(g, s);
    Value sum = g.add(cs, scale(g, t));
    Value q = g.mul(g.sub(g.add(s, t), one(g)), number(g, 2));
    Value u = g.add(g.columns(learned, 0, d), g.mul(x, g.div(q, g.mul(sum, cs))));
    if (!map.hasDivergence()) {
      return u;
    }
    Value slope = g.div(q, g.mul(sum, sum));
    Value ratio = artanhRatio(g, g.mul(slope, g.sub(t, s)));
    Value own = g.mul(g.mul(slope, ratio), number(g, 2f * d));
    Value divergence =
        g.add(own, g.mul(g.columns(learned, d, d + 1), number(g, (float) map.divergenceScale())));
    return g.concat(1, u, divergence);
  }

  private static Value scale(Graph g, Value t) {
    Value rest = g.sub(one(g), t);
    return g.node("Sqrt", g.add(g.mul(t, t), g.mul(rest, rest)));
  }

  /** artanh(y)/y by its series: between times 0 and 1, |y| stays below 0.18. */
  private static Value artanhRatio(Graph g, Value y) {
    Value square = g.mul(y, y);
    Value series = number(g, 1f / 13);
    for (int k = 11; k >= 1; k -= 2) {
      series = g.add(g.mul(series, square), number(g, 1f / k));
    }
    return series;
  }

  private static Value one(Graph g) {
    return number(g, 1);
  }

  private static Value number(Graph g, float value) {
    return g.floats(new float[] {value}, 1, 1);
  }
}
