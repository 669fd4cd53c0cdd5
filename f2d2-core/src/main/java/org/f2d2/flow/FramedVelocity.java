package org.f2d2.flow;

import java.util.List;
import org.f2d2.net.Network;
import org.f2d2.tensor.Tensor;

/**
 * A velocity that corrects a Gaussian flow, in the coordinates in which that flow stands still:
 * with ξ as in {@link GaussianFrame},
 *
 * <pre>  dξ/dt = S(t)⁻¹ Qᵀ net(x,t),     div_ξ = div_x net(x,t)</pre>
 *
 * <p>A solver of this field takes the Gaussian part, which is stiff where its standard deviations
 * differ, exactly, and steps over what the network adds alone (an integrating factor; Lawson,
 * "Generalized Runge-Kutta Processes for Stable Systems with Large Lipschitz Constants", 1967). The
 * trace does not change with the coordinates; random probes of it are taken in x, where the
 * Jacobian is nearer to symmetric.
 *
 * @param network the correction, one output for each column that moves; its target time is ignored
 * @param frame of the flow that it corrects, whose noise has unit scale
 */
public record FramedVelocity(Network network, GaussianFrame frame) implements VelocityField {

  /** Checks the number of outputs and coordinates. */
  public FramedVelocity {
    int d = network.dimensions() - network.conditions();
    if (network.outputs() != d) {
      throw new IllegalArgumentException(
          "a velocity in " + d + " dimensions cannot have " + network.outputs() + " outputs");
    }
    ClosedFormFlow.requireDimensions(frame.base(), d);
    if (frame.base().noiseScale() != 1) {
      throw new IllegalArgumentException("a frame needs noise of unit scale");
    }
  }

  @Override
  public int dimensions() {
    return network.dimensions();
  }

  @Override
  public int conditions() {
    return network.conditions();
  }

  @Override
  public Tensor velocity(Tensor xi, Tensor t) {
    return coordinates().still(frame.rateIn(network.forward(out(xi, t), t, t), t));
  }

  @Override
  public Tensor joint(Tensor xi, Tensor t) {
    return framed(network.forwardWithTrace(out(xi, t), t, t), t);
  }

  @Override
  public Tensor probed(Tensor xi, Tensor t, List<Tensor> probes) {
    return framed(NetworkVelocity.learned(network, coordinates(), out(xi, t), t, probes), t);
  }

  /** Points in x with the conditions of those in ξ. */
  private Tensor out(Tensor xi, Tensor t) {
    Coordinates c = coordinates();
    Tensor x = frame.out(c.moving(xi), t);
    return c.withConditions(x, xi);
  }

  private Tensor framed(Tensor ofNetwork, Tensor t) {
    int d = coordinates().moving();
    Tensor rate = frame.rateIn(ofNetwork.narrow(1, 0, d), t);
    Tensor traces = ofNetwork.narrow(1, d, ofNetwork.size(1) - d);
    return coordinates().still(Tensor.cat(1, rate, traces));
  }
}
