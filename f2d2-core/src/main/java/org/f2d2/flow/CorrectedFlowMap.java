package org.f2d2.flow;

import java.util.ArrayList;
import java.util.List;
import org.f2d2.net.Network;
import org.f2d2.net.Query;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.Tensor;

/**
 * A joint flow map whose difference from any one in closed form is a network. {@link
 * NetworkFlowMap} is the case of a standard normal base, without its tensors.
 *
 * @param base in closed form, with a divergence, of the d columns that move
 * @param network outputs [n, d + 1] with a divergence head, [n, d] without
 * @param divergenceScale the unit of net_D, in nats per unit of time; stored with the model
 */
public record CorrectedFlowMap(JointFlowMap base, Network network, double divergenceScale)
    implements LearnedFlowMap {

  /** Checks the number of outputs and the scale. */
  public CorrectedFlowMap {
    LearnedFlowMap.requireFits(network, divergenceScale);
    int d = network.dimensions() - network.conditions();
    if (base.dimensions() != d || !base.hasDivergence()) {
      throw new IllegalArgumentException(
          "a base in " + base.dimensions() + " dimensions cannot be corrected in " + d);
    }
  }

  @Override
  public CorrectedFlowMap with(Network other) {
    return new CorrectedFlowMap(base, other, divergenceScale);
  }

  @Override
  public Tensor correctedVelocity(Tensor x, Tensor t, Tensor correction) {
    Tensor known = base.rate(coordinates().moving(x), t, t);
    return coordinates().still(correction.add(JointFlowMap.velocity(known, base.dimensions())));
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
      return LearnedFlowMap.super.answer(queries);
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
