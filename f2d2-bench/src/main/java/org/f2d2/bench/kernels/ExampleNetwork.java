package org.f2d2.bench.kernels;

import org.f2d2.net.Mlp;
import org.f2d2.plain.FourierFeatures;
import org.f2d2.plain.MlpArchitecture;
import org.f2d2.plain.TimeEmbedding;
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
        new MlpArchitecture(
            DIMENSIONS, DIMENSIONS + 1, 512, 4, new TimeEmbedding(4), new FourierFeatures(0), true),
        DType.FLOAT32,
        new Rng(1));
  }
}
