package org.f2d2.plain;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.f2d2.store.Earlier;

/**
 * Shape of a residual multilayer perceptron of a point and two times.
 *
 * <p>With φ(x, s) the point x followed by {@link FourierFeatures}, and e(·) the {@link
 * TimeEmbedding}:
 *
 * <pre>
 *   h₁ = silu( W φ(x, s) + E_s e(s) + E_t e(t) + b )
 *   h  = h + silu( W_l h + b_l )          for each further hidden layer
 *   output = V h + c
 * </pre>
 *
 * @param dimensions coordinates of a point without its conditions, d
 * @param outputs output columns
 * @param width units of each hidden layer
 * @param depth number of hidden layers
 * @param time features of each of the two times
 * @param fourier features of the coordinates
 * @param twoTimes whether the output depends on the target time; a velocity field has one time
 * @param conditions columns of a point after its coordinates, which the first layer sees as they
 *     are
 */
public record MlpArchitecture(
    int dimensions,
    int outputs,
    int width,
    int depth,
    TimeEmbedding time,
    FourierFeatures fourier,
    boolean twoTimes,
    @Earlier int conditions) {

  /** Without conditions. */
  public MlpArchitecture(
      int dimensions,
      int outputs,
      int width,
      int depth,
      TimeEmbedding time,
      FourierFeatures fourier,
      boolean twoTimes) {
    this(dimensions, outputs, width, depth, time, fourier, twoTimes, 0);
  }

  /** Checks that all sizes are positive. */
  public MlpArchitecture {
    if (dimensions < 1 || outputs < 1 || width < 1 || depth < 1 || conditions < 0) {
      throw new IllegalArgumentException(
          "sizes must be positive: dimensions "
              + dimensions
              + ", outputs "
              + outputs
              + ", width "
              + width
              + ", depth "
              + depth
              + ", conditions "
              + conditions);
    }
  }

  /**
   * Shapes of the weights and biases by name, in the order in which they are kept: {@code
   * point.weight} W, {@code source_time.weight} E_s, {@code target_time.weight} E_t where there are
   * two times, {@code point.bias} b, {@code hidden.l.weight} and {@code hidden.l.bias} of the
   * further layers, {@code output.weight} V and {@code output.bias} c.
   */
  public Map<String, List<Long>> shapes() {
    Map<String, List<Long>> shapes = new LinkedHashMap<>();
    put(shapes, "point.weight", width, pointFeatures());
    put(shapes, "source_time.weight", width, time.size());
    if (twoTimes) {
      put(shapes, "target_time.weight", width, time.size());
    }
    put(shapes, "point.bias", width);
    for (int l = 1; l < depth; l++) {
      put(shapes, "hidden." + l + ".weight", width, width);
      put(shapes, "hidden." + l + ".bias", width);
    }
    put(shapes, "output.weight", outputs, width);
    put(shapes, "output.bias", outputs);
    return shapes;
  }

  private static void put(Map<String, List<Long>> shapes, String name, long... sizes) {
    shapes.put(name, java.util.Arrays.stream(sizes).boxed().toList());
  }

  /** Inputs of the first layer without those of the times. */
  public int pointFeatures() {
    // Exact, since a stored architecture may claim anything.
    return Math.addExact(
        Math.multiplyExact(dimensions, 1 + fourier.sizePerCoordinate()), conditions);
  }
}
