package org.f2d2.flow;

import java.util.ArrayList;
import java.util.List;
import org.f2d2.net.Network;
import org.f2d2.net.Parameters;
import org.f2d2.net.Query;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.Tensor;

/**
 * A joint flow map whose difference from one in closed form is a network:
 *
 * <pre>
 *   u(x,s,t) = u_base(x,s,t) + net_u(x,s,t)
 *   D(x,s,t) = D_base(x,s,t) + scale · net_D(x,s,t)
 * </pre>
 *
 * <p>{@link NetworkFlowMap} is the case of a standard normal base, without its tensors. Conditions
 * of a point, if the network has any, stand still.
 *
 * @param base in closed form, with a divergence, of the d columns that move
 * @param network outputs [n, d + 1] with a divergence head, [n, d] without
 * @param divergenceScale the unit of net_D, in nats per unit of time; stored with the model
 */
public record CorrectedFlowMap(JointFlowMap base, Network network, double divergenceScale)
    implements JointFlowMap {

  /** Checks the number of outputs and the scale. */
  public CorrectedFlowMap {
    int d = network.dimensions() - network.conditions();
    int extra = network.outputs() - d;
    if (base.dimensions() != d || !base.hasDivergence() || (extra != 0 && extra != 1)) {
      throw new IllegalArgumentException(
          "a base in "
              + base.dimensions()
              + " dimensions cannot be corrected in "
              + d
              + " by "
              + network.outputs()
              + " outputs");
    }
    if (!(divergenceScale > 0) || Double.isInfinite(divergenceScale)) {
      throw new IllegalArgumentException(
          "the scale of the divergence must be positive and finite, got " + divergenceScale);
    }
  }

  /** The same map over other numbers. */
  public CorrectedFlowMap with(Parameters parameters) {
    return new CorrectedFlowMap(base, network.with(parameters), divergenceScale);
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
  public boolean hasDivergence() {
    return network.outputs() > base.dimensions();
  }

  @Override
  public Tensor rate(Tensor x, Tensor s, Tensor t) {
    return corrected(base.rate(coordinates().moving(x), s, t), network.forward(x, s, t));
  }

  /**
   * {@inheritDoc}
   *
   * <p>The base has no parameters, so it is differentiated apart from the network, without a
   * record.
   */
  @Override
  public List<Query.Answer> answer(List<Query> queries) {
    if (queries.stream().anyMatch(Query::carriesDerivatives)) {
      return JointFlowMap.super.answer(queries);
    }
    List<Query.Answer> learned = network.answer(queries);
    List<Query.Answer> answers = new ArrayList<>(queries.size());
    for (int i = 0; i < learned.size(); i++) {
      Query q = queries.get(i);
      Query.Answer known = Autograd.noGrad(() -> q.answer(this::ofBase));
      Query.Answer correction = learned.get(i);
      answers.add(
          new Query.Answer(
              corrected(known.value(), correction.value()),
              known.tangent().map(k -> corrected(k, correction.derivative()))));
    }
    return answers;
  }

  private Tensor ofBase(Tensor x, Tensor s, Tensor t) {
    return base.rate(coordinates().moving(x), s, t);
  }

  /** Base and network together; values and derivatives add up in the same way. */
  private Tensor corrected(Tensor known, Tensor learned) {
    int d = base.dimensions();
    Tensor u = learned.narrow(1, 0, d).add(known.narrow(1, 0, d));
    if (!hasDivergence()) {
      return coordinates().still(u);
    }
    Tensor divergence = known.narrow(1, d, 1).addScaled(learned.narrow(1, d, 1), divergenceScale);
    return coordinates().still(Tensor.cat(1, u, divergence));
  }
}
