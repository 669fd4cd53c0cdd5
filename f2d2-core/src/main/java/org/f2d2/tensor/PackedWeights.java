package org.f2d2.tensor;

import org.bytedeco.dnnl.memory;
import org.jspecify.annotations.Nullable;

/**
 * A weight matrix in the order in which the processor's product kernels read it: a layer whose
 * weights no longer change need not put them in order again for every batch.
 */
public final class PackedWeights {

  private final Tensor weight;
  private final @Nullable memory packed;

  private PackedWeights(Tensor weight, @Nullable memory packed) {
    this.weight = weight;
    this.packed = packed;
  }

  /**
   * Packs a weight, where the processor has an order of its own for it.
   *
   * @param weight [out, in], whose numbers must not change any more
   */
  public static PackedWeights of(Tensor weight) {
    Tensor still = weight.detach().outliveScopes();
    return new PackedWeights(still, MatrixProduct.pack(still));
  }

  /** The matrix as it was given. */
  Tensor weight() {
    return weight;
  }

  /** Its numbers in the kernels' order; null where there is none. */
  @Nullable memory packed() {
    return packed;
  }
}
