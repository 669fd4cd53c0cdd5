package org.f2d2.onnx;

import org.f2d2.likelihood.Support;
import org.f2d2.onnx.Graph.Value;
import org.f2d2.plain.SupportBlend;

/** The nodes of a {@link Support}, in 64 bits. */
final class SupportNodes {

  private final Support support;

  SupportNodes(Support support) {
    this.support = support;
  }

  /**
   * The log-densities of a model from those of its flow.
   *
   * @param rows in model space [n, d], not rounded to 32 bits
   * @param flow log-densities of the flow [n]; anything, NaN included, where it is not believed
   * @return [n]
   */
  Value apply(Graph g, Value rows, Value flow) {
    Value near = ClosedFormNodes.logDensity(g, rows, support.near());
    Value base = base(g, rows, near);
    Value weight = weight(g, near);
    Value cap = g.add(base, g.number(support.most()));
    // Not Min, of which the format does not say what it makes of a NaN.
    Value held = g.where(g.node("Less", cap, flow), cap, flow);
    Value rest = g.mul(g.sub(g.number(1), weight), base);
    Value blend = g.add(g.mul(weight, held), rest);
    return g.where(g.node("Equal", weight, g.number(0)), base, blend);
  }

  /** A smooth step from 0 to 1 over the width below the edge. */
  private Value weight(Graph g, Value near) {
    Value above = g.sub(near, g.number(support.edge() - support.width()));
    Value share = g.clip(g.div(above, g.number(support.width())), g.number(0), g.number(1));
    Value rest = g.sub(g.number(3), g.mul(g.number(2), share));
    return g.mul(g.mul(share, share), rest);
  }

  /** ln( (1 - β) near + β N(x; 0, s² I) ), from the larger of the two. */
  private Value base(Graph g, Value rows, Value near) {
    double scale = SupportBlend.WIDE_SCALE;
    double constant =
        Math.log(SupportBlend.WIDE_SHARE)
            - support.near().dimensions() * (0.5 * Math.log(2 * Math.PI) + Math.log(scale));
    Value square = g.sum(g.mul(rows, rows), 1);
    Value wide = g.add(g.mul(square, g.number(-0.5 / (scale * scale))), g.number(constant));
    Value narrow = g.add(near, g.number(Math.log1p(-SupportBlend.WIDE_SHARE)));
    Value gap = g.node("Neg", g.node("Abs", g.sub(narrow, wide)));
    Value sum = g.node("Log", g.add(g.node("Exp", gap), g.number(1)));
    return g.add(g.node("Max", narrow, wide), sum);
  }
}
