package org.f2d2.net;

import java.util.Arrays;

/**
 * {@link Mlp} at two fixed times, for one point, in 32-bit arithmetic on plain arrays.
 *
 * <p>What the times contribute to the first layer is a constant and joins the bias. The weights are
 * kept by input: a layer adds up its columns, four at a time in one loop over the units, which is
 * the shape that the JVM turns into vector instructions.
 */
final class PointMlp implements PointFunction {

  /** One layer: for each input its weights to all units, and the bias. */
  private record Layer(float[][] byInput, float[] bias) {

    static Layer of(double[] weights, double[] bias) {
      int units = bias.length;
      float[][] byInput = new float[weights.length / units][units];
      for (int i = 0; i < byInput.length; i++) {
        for (int j = 0; j < units; j++) {
          byInput[i][j] = (float) weights[j * byInput.length + i];
        }
      }
      float[] single = new float[units];
      for (int j = 0; j < units; j++) {
        single[j] = (float) bias[j];
      }
      return new Layer(byInput, single);
    }

    float[] sums(float[] input) {
      float[] z = bias.clone();
      int i = 0;
      for (; i + 4 <= byInput.length; i += 4) {
        add(
            byInput[i],
            input[i],
            byInput[i + 1],
            input[i + 1],
            byInput[i + 2],
            input[i + 2],
            byInput[i + 3],
            input[i + 3],
            z);
      }
      for (; i < byInput.length; i++) {
        add(byInput[i], input[i], z);
      }
      return z;
    }

    // Loops of their own, because the JVM vectorises a loop over whole arrays and no other.

    private static void add(
        float[] w0,
        float x0,
        float[] w1,
        float x1,
        float[] w2,
        float x2,
        float[] w3,
        float x3,
        float[] z) {
      for (int j = 0; j < z.length; j++) {
        z[j] += (x0 * w0[j] + x1 * w1[j]) + (x2 * w2[j] + x3 * w3[j]);
      }
    }

    private static void add(float[] w, float x, float[] z) {
      for (int j = 0; j < z.length; j++) {
        z[j] += x * w[j];
      }
    }
  }

  private final FourierFeatures fourier;
  private final int dimensions;
  private final double s;
  private final Layer first;
  private final Layer[] hidden;
  private final Layer output;

  PointMlp(Mlp mlp, double s, double t) {
    Mlp.Architecture a = mlp.architecture();
    this.fourier = a.fourier();
    this.dimensions = a.dimensions();
    this.s = s;
    double[] bias = numbers(mlp, "point.bias");
    addTime(bias, numbers(mlp, "source_time.weight"), a.time().features(s));
    if (a.twoTimes()) {
      addTime(bias, numbers(mlp, "target_time.weight"), a.time().features(t));
    }
    this.first = Layer.of(numbers(mlp, "point.weight"), bias);
    this.hidden = new Layer[a.depth() - 1];
    Arrays.setAll(hidden, l -> layer(mlp, "hidden." + (l + 1)));
    this.output = layer(mlp, "output");
  }

  private static Layer layer(Mlp mlp, String name) {
    return Layer.of(numbers(mlp, name + ".weight"), numbers(mlp, name + ".bias"));
  }

  private static double[] numbers(Mlp mlp, String name) {
    return mlp.parameters().get(name).toDoubles();
  }

  private static void addTime(double[] bias, double[] weights, double[] features) {
    for (int j = 0; j < bias.length; j++) {
      for (int i = 0; i < features.length; i++) {
        bias[j] += weights[j * features.length + i] * features[i];
      }
    }
  }

  @Override
  public double[] at(double[] x) {
    float[] h = first.sums(features(x));
    for (int j = 0; j < h.length; j++) {
      h[j] = silu(h[j]);
    }
    for (Layer layer : hidden) {
      float[] z = layer.sums(h);
      for (int j = 0; j < h.length; j++) {
        h[j] += silu(z[j]);
      }
    }
    float[] out = output.sums(h);
    double[] values = new double[out.length];
    for (int j = 0; j < out.length; j++) {
      values[j] = out[j];
    }
    return values;
  }

  private float[] features(double[] x) {
    int each = 1 + fourier.sizePerCoordinate();
    float[] features = new float[dimensions * each + x.length - dimensions];
    for (int i = 0; i < dimensions; i++) {
      features[i * each] = (float) x[i];
      fourier.put(x[i], s, features, i * each + 1);
    }
    for (int i = dimensions; i < x.length; i++) {
      features[dimensions * (each - 1) + i] = (float) x[i];
    }
    return features;
  }

  private static float silu(float z) {
    return (float) (z / (1 + Math.exp(-z)));
  }
}
