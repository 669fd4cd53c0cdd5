package org.f2d2.sampling;

import java.util.Optional;
import org.f2d2.flow.Calls;
import org.f2d2.flow.StateSpace;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Tensor;

/**
 * A transition of points between two times that carries the law of the flow at the one to its law
 * at the other, p_t(x') = ∫ K(x' | x, s, t) p_s(x) dx, as far as the model behind it is right.
 *
 * <p>A sampler is a chain of such transitions, see {@link KernelChain}. Implementations are
 * immutable and may be shared by threads.
 */
public interface TransitionKernel extends StateSpace {

  /**
   * What a transition says of itself.
   *
   * @param divergence by how much the log-density along the way fell, ∫ div v dr over it, in nats,
   *     [n, 1] in 64 bits; empty where points are no function of those before, or the model has no
   *     divergence
   * @param calls passes through the network per row
   */
  record Info(Optional<Tensor> divergence, Calls calls) {}

  /**
   * The end of a transition.
   *
   * @param points at the later of the two times, [n, d]
   * @param info what else is known
   */
  record Step(Tensor points, Info info) {}

  /**
   * Takes points from one time to another.
   *
   * @param x points at time {@code from}, [n, d]
   * @param from in [0, 1]
   * @param to in [0, 1], not {@code from}
   * @param rng source of whatever is drawn; the same again for the same points
   */
  Step step(Tensor x, double from, double to, Rng rng);

  /** Whether {@link Info#divergence} is there. */
  boolean hasDivergence();
}
