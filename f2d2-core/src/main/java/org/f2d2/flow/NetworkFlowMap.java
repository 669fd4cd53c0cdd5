package org.f2d2.flow;

import java.util.List;
import org.f2d2.net.Direction;
import org.f2d2.net.Network;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.Tensor;

/**
 * A joint flow map whose difference from {@link StandardGaussianFlow} is a network:
 *
 * <pre>
 *   u(x,s,t) = u_g(x,s,t) + net_u(x,s,t)
 *   D(x,s,t) = D_g(s,t)   + scale · net_D(x,s,t)
 * </pre>
 *
 * @param network outputs [n, d + 1] with a divergence head, [n, d] without
 * @param divergenceScale the unit of net_D, in nats per unit of time; stored with the model
 */
public record NetworkFlowMap(Network network, double divergenceScale) implements JointFlowMap {

  /** Checks the number of outputs and the scale. */
  public NetworkFlowMap {
    int extra = network.outputs() - network.dimensions();
    if (extra != 0 && extra != 1) {
      throw new IllegalArgumentException(
          "a flow map in "
              + network.dimensions()
              + " dimensions cannot have "
              + network.outputs()
              + " outputs");
    }
    if (!(divergenceScale > 0) || Double.isInfinite(divergenceScale)) {
      throw new IllegalArgumentException(
          "the scale of the divergence must be positive and finite, got " + divergenceScale);
    }
  }

  @Override
  public int dimensions() {
    return network.dimensions();
  }

  @Override
  public boolean hasDivergence() {
    return network.outputs() > network.dimensions();
  }

  @Override
  public Tensor rate(Tensor x, Tensor s, Tensor t) {
    return withGaussian(x, s, t, network.forward(x, s, t));
  }

  /**
   * {@inheritDoc}
   *
   * <p>The Gaussian part has no parameters, so it is differentiated apart from the network, without
   * a record.
   */
  @Override
  public Autograd.Jvp rateAlong(Tensor x, Tensor s, Tensor t, Direction direction) {
    if (Autograd.isDifferentiated(x)
        || Autograd.isDifferentiated(s)
        || Autograd.isDifferentiated(t)) {
      return JointFlowMap.super.rateAlong(x, s, t, direction);
    }
    Autograd.Jvp learned = network.forwardAlong(x, s, t, direction);
    Tensor zero = Autograd.noGrad(() -> learned.value().detach().zerosLike());
    Autograd.Jvp gaussian =
        Autograd.noGrad(
            () ->
                Autograd.jvp(
                    in -> withGaussian(in.get(0), in.get(1), in.get(2), zero),
                    List.of(x, s, t),
                    List.of(
                        direction.x().orElseGet(x::zerosLike),
                        direction.s().orElseGet(s::zerosLike),
                        direction.t().orElseGet(t::zerosLike))));
    return new Autograd.Jvp(
        scaled(learned.value()).add(gaussian.value()),
        scaled(learned.tangent()).add(gaussian.tangent()));
  }

  /** The outputs of the network in the units of the rate. */
  private Tensor scaled(Tensor learned) {
    if (!hasDivergence() || divergenceScale == 1) {
      return learned;
    }
    int d = dimensions();
    return Tensor.cat(1, learned.narrow(1, 0, d), learned.narrow(1, d, 1).mul(divergenceScale));
  }

  private Tensor withGaussian(Tensor x, Tensor s, Tensor t, Tensor learned) {
    int d = dimensions();
    Tensor u = learned.narrow(1, 0, d).addProduct(StandardGaussianFlow.velocityFactor(s, t), x);
    if (!hasDivergence()) {
      return u;
    }
    Tensor divergence =
        StandardGaussianFlow.divergencePerDimension(s, t)
            .mul(d)
            .addScaled(learned.narrow(1, d, 1), divergenceScale);
    return Tensor.cat(1, u, divergence);
  }
}
