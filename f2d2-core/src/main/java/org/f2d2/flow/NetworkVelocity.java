package org.f2d2.flow;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.f2d2.net.Along;
import org.f2d2.net.Direction;
import org.f2d2.net.Mlp;
import org.f2d2.net.Network;
import org.f2d2.tensor.Tensor;

/**
 * A velocity field whose difference from a flow in closed form is a network:
 *
 * <pre>  v(x,t) = v_base(x,t) + net(x,t)</pre>
 *
 * @param network one output for each column that moves; its target time is ignored
 * @param base what the network need not learn: {@link StandardGaussianFlow}, or a mixture that was
 *     fitted to the data
 */
public record NetworkVelocity(Network network, ClosedFormFlow base) implements VelocityField {

  /** Over {@link StandardGaussianFlow}. */
  public NetworkVelocity(Network network) {
    this(network, new StandardGaussianFlow(network.dimensions() - network.conditions()));
  }

  /** Checks the number of outputs and coordinates. */
  public NetworkVelocity {
    int d = network.dimensions() - network.conditions();
    if (network.outputs() != d) {
      throw new IllegalArgumentException(
          "a velocity in " + d + " dimensions cannot have " + network.outputs() + " outputs");
    }
    ClosedFormFlow.requireDimensions(base, d);
  }

  /**
   * The log-density of the base, where the network adds nothing to it.
   *
   * @return empty where it may add something
   */
  public Optional<ClosedFormLogDensityHead> closedForm() {
    boolean nothing =
        network instanceof Mlp mlp
            && Stream.of("output.weight", "output.bias")
                .allMatch(name -> mlp.parameters().get(name).detach().abs().max().item() == 0);
    return nothing
        ? Optional.of(new ClosedFormLogDensityHead(base, conditions()))
        : Optional.empty();
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
  public Tensor velocity(Tensor x, Tensor t) {
    Coordinates c = coordinates();
    return c.still(network.forward(x, t, t).add(base.velocity(c.moving(x), t)));
  }

  @Override
  public Tensor joint(Tensor x, Tensor t) {
    Coordinates c = coordinates();
    return c.still(network.forwardWithTrace(x, t, t).add(base.joint(c.moving(x), t)));
  }

  @Override
  public Tensor probed(Tensor x, Tensor t, List<Tensor> probes) {
    Coordinates c = coordinates();
    int d = c.moving();
    Tensor learned = learned(network, c, x, t, probes);
    Tensor known = base.joint(c.moving(x), t);
    Tensor v = learned.narrow(1, 0, d).add(known.narrow(1, 0, d));
    Tensor traces = learned.narrow(1, d, probes.size()).add(known.narrow(1, d, 1));
    return c.still(Tensor.cat(1, v, traces));
  }

  /** Outputs of a network and, for each probe e, eᵀ J e of its first d outputs. */
  static Tensor learned(Network network, Coordinates c, Tensor x, Tensor t, List<Tensor> probes) {
    Along along = network.forwardAlong(x, t, t, probes.stream().map(Direction::ofPoint).toList());
    List<Tensor> columns = new ArrayList<>(List.of(along.value()));
    for (int i = 0; i < probes.size(); i++) {
      columns.add(along.tangent(i).mul(c.moving(probes.get(i))).sumKeep(1));
    }
    return Tensor.cat(1, columns);
  }
}
