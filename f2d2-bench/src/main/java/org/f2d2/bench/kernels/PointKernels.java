package org.f2d2.bench.kernels;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.f2d2.plain.PointFunction;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.State;

/** A whole network at one point, on plain arrays. */
@State(org.openjdk.jmh.annotations.Scope.Thread)
public class PointKernels {

  private final PointFunction network = ExampleNetwork.make().atPoint(0.3, 1);
  private final double[] x = new double[ExampleNetwork.DIMENSIONS];

  /** Draws the point. */
  public PointKernels() {
    SplittableRandom random = new SplittableRandom(2);
    Arrays.setAll(x, i -> random.nextGaussian());
  }

  /** One evaluation. */
  @Benchmark
  public double[] atPoint() {
    return network.at(x);
  }
}
