package org.f2d2.net;

import org.f2d2.error.F2d2Exception;
import org.f2d2.plain.Particles;
import org.f2d2.plain.TimeEmbedding;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;

/**
 * How large a {@link ParticleNetwork} is; what it answers is for the stage to say.
 *
 * @param width features of a particle and of a pair
 * @param layers rounds of messages
 * @param shells Gaussian features of a distance
 * @param reach distance of the last shell, in the unit of the model's coordinates
 * @param harmonics of the {@link TimeEmbedding}
 */
public record ParticleArchitecture(int width, int layers, int shells, double reach, int harmonics) {

  private static final int MOST = 4096;

  /** Checks the sizes. */
  public ParticleArchitecture {
    if (width < 1 || width > MOST || layers < 1 || layers > MOST || shells < 2 || shells > MOST) {
      throw new F2d2Exception(
          "a network of particles has 1 to "
              + MOST
              + " features, layers and shells, got "
              + width
              + ", "
              + layers
              + " and "
              + shells);
    }
    if (!(reach > 0) || Double.isInfinite(reach)) {
      throw new F2d2Exception("the reach must be positive and finite, got " + reach);
    }
  }

  /**
   * A network of 32-bit numbers at its random start.
   *
   * @param pooled whether there is one more output for all particles
   * @param twoTimes whether it depends on a target time
   */
  public ParticleNetwork random(Particles particles, boolean pooled, boolean twoTimes, Rng rng) {
    return ParticleNetwork.random(this, particles, pooled, twoTimes, DType.FLOAT32, rng);
  }

  Conditioning conditioning(boolean twoTimes) {
    return new Conditioning(new TimeEmbedding(harmonics), twoTimes, 0, width);
  }
}
