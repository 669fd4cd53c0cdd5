package org.f2d2.onnx;

import org.f2d2.error.F2d2Exception;
import org.f2d2.net.Mlp;
import org.f2d2.net.Network;
import org.f2d2.onnx.Graph.Value;
import org.f2d2.plain.MlpArchitecture;

/** The nodes of an {@link Mlp}, in 32 bits, at one pair of times for all rows. */
final class MlpNodes {

  private final Graph g;
  private final Mlp mlp;
  private final MlpArchitecture shape;

  MlpNodes(Graph g, Network network) {
    if (!(network instanceof Mlp perceptron)) {
      throw new F2d2Exception("only multilayer perceptrons can be exported");
    }
    this.g = g;
    this.mlp = perceptron;
    this.shape = perceptron.architecture();
  }

  /**
   * The outputs.
   *
   * @param x points [n, d]
   * @param s source time [1, 1]
   * @param t target time [1, 1]
   * @return [n, outputs]
   */
  Value forward(Value x, Value s, Value t) {
    Value bias = g.add(g.matmul(times(s), transposed("source_time.weight")), vector("point.bias"));
    if (shape.twoTimes()) {
      bias = g.add(bias, g.matmul(times(t), transposed("target_time.weight")));
    }
    Value h = silu(g.add(g.matmul(point(x, s), transposed("point.weight")), bias));
    for (int l = 1; l < shape.depth(); l++) {
      Value z = g.matmul(h, transposed("hidden." + l + ".weight"));
      h = g.add(h, silu(g.add(z, vector("hidden." + l + ".bias"))));
    }
    return g.add(g.matmul(h, transposed("output.weight")), vector("output.bias"));
  }

  /** t, then sin and cos of kπt/2: [1, size]. */
  private Value times(Value t) {
    if (shape.time().harmonics() == 0) {
      return t;
    }
    Value phase = g.mul(t, frequencies(shape.time().harmonics()));
    return g.concat(1, t, g.node("Sin", phase), g.node("Cos", phase));
  }

  /** The coordinates, each followed by its gated Fourier features: [n, features]. */
  private Value point(Value x, Value s) {
    int waves = shape.fourier().frequencies();
    if (waves == 0) {
      return x;
    }
    Value column = g.reshape(x, -1, shape.dimensions(), 1);
    Value phase = g.mul(column, frequencies(waves));
    Value noise = g.mul(g.sub(number(1), s), frequencies(waves));
    Value gate = g.mul(g.node("Exp", g.mul(g.mul(noise, noise), number(-0.5f))), number(0.5f));
    Value features =
        g.concat(2, column, g.mul(g.node("Sin", phase), gate), g.mul(g.node("Cos", phase), gate));
    return g.reshape(features, -1, (long) shape.dimensions() * (1 + 2L * waves));
  }

  private Value frequencies(int count) {
    float[] w = new float[count];
    for (int k = 0; k < count; k++) {
      w[k] = (float) ((k + 1) * Math.PI / 2);
    }
    return g.floats(w, 1, count);
  }

  private Value silu(Value z) {
    return g.mul(z, g.node("Sigmoid", z));
  }

  private Value number(float value) {
    return g.floats(new float[] {value}, 1, 1);
  }

  private Value transposed(String name) {
    long[] sizes = mlp.parameters().get(name).shape();
    return g.floats(mlp.parameters().get(name).transpose().copy().toFloats(), sizes[1], sizes[0]);
  }

  private Value vector(String name) {
    float[] values = mlp.parameters().get(name).toFloats();
    return g.floats(values, 1, values.length);
  }
}
