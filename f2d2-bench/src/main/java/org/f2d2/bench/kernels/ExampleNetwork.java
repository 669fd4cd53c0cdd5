package org.f2d2.bench.kernels;

import org.f2d2.net.FourierFeatures;
import org.f2d2.net.Mlp;
import org.f2d2.net.TimeEmbedding;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;

/** The network that the kernels evaluate: 4 layers of 512 units, two times, random weights. */
final class ExampleNetwork {

  /** Coordinates of a point. */
  static final int DIMENSIONS = 16;

  private ExampleNetwork() {}

  /** A new one; its outputs are a velocity and a divergence. */
  static Mlp make() {
    return Mlp.random(
        new Mlp.Architecture(
            DIMENSIONS, DIMENSIONS + 1, 512, 4, new TimeEmbedding(4), new FourierFeatures(0), true),
        DType.FLOAT32,
        new Rng(1));
  }
}
