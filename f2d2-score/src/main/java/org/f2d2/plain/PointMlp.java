package org.f2d2.plain;

import java.util.Arrays;
import java.util.function.Function;

/**
 * A perceptron of {@link MlpArchitecture} for one point, in 32-bit arithmetic on plain arrays.
 *
 * <p>What two fixed times contribute to the first layer is a constant and joins the bias. The
 * weights are kept by input: a layer adds up its columns, four at a time in one loop over the
 * units, which is the shape that the JVM turns into vector instructions.
 */
public final class PointMlp {

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
      return new Layer(byInput, single(bias));
    }

    static float[] single(double[] values) {
      float[] single = new float[values.length];
      for (int j = 0; j < single.length; j++) {
        single[j] = (float) values[j];
      }
      return single;
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

  private final MlpArchitecture architecture;
  private final double[] bias;
  private final double[] sourceTime;
  private final double[] targetTime;
  private final float[][] first;
  private final Layer[] hidden;
  private final Layer output;

  /**
   * A perceptron.
   *
   * @param architecture its shape
   * @param numbers of its weights and biases by name, row-major, as {@link MlpArchitecture#shapes}
   *     has them
   */
  public PointMlp(MlpArchitecture architecture, Function<String, double[]> numbers) {
    this.architecture = architecture;
    this.bias = numbers.apply("point.bias");
    this.sourceTime = numbers.apply("source_time.weight");
    this.targetTime = architecture.twoTimes() ? numbers.apply("target_time.weight") : new double[0];
    this.first = Layer.of(numbers.apply("point.weight"), bias).byInput();
    this.hidden = new Layer[architecture.depth() - 1];
    Arrays.setAll(hidden, l -> layer(numbers, "hidden." + (l + 1)));
    this.output = layer(numbers, "output");
  }

  private static Layer layer(Function<String, double[]> numbers, String name) {
    return Layer.of(numbers.apply(name + ".weight"), numbers.apply(name + ".bias"));
  }

  /**
   * The function of a point at two times.
   *
   * @param s source time
   * @param t target time; without a say where the architecture has one time
   */
  public PointFunction at(double s, double t) {
    double[] all = bias.clone();
    addTime(all, sourceTime, architecture.time().features(s));
    if (architecture.twoTimes()) {
      addTime(all, targetTime, architecture.time().features(t));
    }
    Layer own = new Layer(first, Layer.single(all));
    return x -> at(own, s, x);
  }

  private static void addTime(double[] bias, double[] weights, double[] features) {
    for (int j = 0; j < bias.length; j++) {
      for (int i = 0; i < features.length; i++) {
        bias[j] += weights[j * features.length + i] * features[i];
      }
    }
  }

  private double[] at(Layer first, double s, double[] x) {
    float[] h = first.sums(features(x, s));
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

  private float[] features(double[] x, double s) {
    FourierFeatures fourier = architecture.fourier();
    int dimensions = architecture.dimensions();
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
