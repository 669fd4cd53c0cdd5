package org.f2d2.flow;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.f2d2.net.Direction;
import org.f2d2.net.Mlp;
import org.f2d2.net.Network;
import org.f2d2.net.Query;
import org.f2d2.plain.GaussianRate;
import org.f2d2.plain.JointRateAt;
import org.f2d2.plain.PointFunction;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.Tensor;

/**
 * A joint flow map whose difference from {@link StandardGaussianFlow} is a network, in less work
 * than {@link CorrectedFlowMap} has with a base that it knows nothing about:
 *
 * <pre>
 *   u(x,s,t) = u_g(x,s,t) + net_u(x,s,t)
 *   D(x,s,t) = D_g(s,t)   + scale · net_D(x,s,t)
 * </pre>
 *
 * @param network with d columns that move, outputs [n, d + 1] with a divergence head, [n, d]
 *     without
 * @param divergenceScale the unit of net_D, in nats per unit of time; stored with the model
 */
public record NetworkFlowMap(Network network, double divergenceScale) implements LearnedFlowMap {

  /** Checks the number of outputs and the scale. */
  public NetworkFlowMap {
    LearnedFlowMap.requireFits(network, divergenceScale);
  }

  @Override
  public NetworkFlowMap with(Network other) {
    return new NetworkFlowMap(other, divergenceScale);
  }

  @Override
  public NetworkFlowMap frozen() {
    return with(network.frozen());
  }

  /** This map of points without their last condition, which is held at a value. */
  public NetworkFlowMap withLastCondition(double value) {
    if (!(network instanceof Mlp mlp)) {
      throw new IllegalArgumentException("only a perceptron's condition can be held");
    }
    return new NetworkFlowMap(mlp.withLastCondition(value), divergenceScale);
  }

  @Override
  public Tensor correctedVelocity(Tensor x, Tensor t, Tensor correction) {
    Coordinates c = coordinates();
    return c.still(correction.addProduct(StandardGaussianFlow.velocityFactor(t), c.moving(x)));
  }

  @Override
  public Tensor rate(Tensor x, Tensor s, Tensor t) {
    if (Autograd.isDifferentiated(s) || Autograd.isDifferentiated(t)) {
      return differentiableRate(x, s, t);
    }
    double[] still = new double[Math.toIntExact(s.size(0))];
    StandardGaussianFlow.Factors f =
        StandardGaussianFlow.Factors.of(s.toDoubles(), t.toDoubles(), still, still);
    Tensor learned = network.forward(x, s, t);
    Coordinates c = coordinates();
    return c.still(joined(c.moving(x).mul(column(f.velocity(), x)), f.divergence(), learned));
  }

  @Override
  public Tensor rate(Tensor x, double s, double t) {
    StandardGaussianFlow.Factors f = StandardGaussianFlow.Factors.of(s, t);
    Coordinates c = coordinates();
    int d = c.moving();
    Tensor learned = network.forward(x, s, t);
    Tensor u = learned.narrow(1, 0, d).addScaled(c.moving(x), f.velocity()[0]);
    if (!hasDivergence()) {
      return c.still(u);
    }
    Tensor divergence =
        learned.narrow(1, d, 1).mul(divergenceScale).addInPlace(d * f.divergence()[0]);
    return c.still(Tensor.cat(1, u, divergence));
  }

  @Override
  public PointFunction rateAtPoint(double s, double t) {
    Coordinates c = coordinates();
    return new JointRateAt(
        network.atPoint(s, t),
        GaussianRate.of(s, t),
        c.moving(),
        c.conditions(),
        hasDivergence(),
        divergenceScale);
  }

  /**
   * {@inheritDoc}
   *
   * <p>The Gaussian part has no parameters, so it is differentiated apart from the network, without
   * a record.
   */
  @Override
  public List<Query.Answer> answer(List<Query> queries) {
    if (queries.stream().anyMatch(Query::carriesDerivatives)) {
      return LearnedFlowMap.super.answer(queries);
    }
    List<Query.Answer> learned = network.answer(queries);
    List<Query.Answer> answers = new ArrayList<>(queries.size());
    for (int i = 0; i < learned.size(); i++) {
      answers.add(withGaussian(queries.get(i), learned.get(i)));
    }
    return answers;
  }

  private Query.Answer withGaussian(Query q, Query.Answer learned) {
    double[] still = new double[Math.toIntExact(q.rows())];
    Optional<Direction> direction = q.direction();
    StandardGaussianFlow.Factors f =
        StandardGaussianFlow.Factors.of(
            q.s().toDoubles(),
            q.t().toDoubles(),
            direction.flatMap(Direction::s).map(Tensor::toDoubles).orElse(still),
            direction.flatMap(Direction::t).map(Tensor::toDoubles).orElse(still));
    Coordinates c = coordinates();
    Tensor x = c.moving(q.x());
    Tensor factor = column(f.velocity(), x);
    Tensor value = c.still(joined(x.mul(factor), f.divergence(), learned.value()));
    if (direction.isEmpty()) {
      return new Query.Answer(value, Optional.empty());
    }
    Tensor moving = x.mul(column(f.velocityDot(), x));
    Tensor u =
        direction.get().x().map(dx -> moving.addProduct(factor, c.moving(dx))).orElse(moving);
    return new Query.Answer(
        value, Optional.of(c.still(joined(u, f.divergenceDot(), learned.derivative()))));
  }

  /** The Gaussian part plus what was learned, in the units of the rate. */
  private Tensor joined(Tensor u, double[] divergencePerDimension, Tensor learned) {
    if (!hasDivergence()) {
      return u.add(learned);
    }
    int d = coordinates().moving();
    double[] divergence = new double[divergencePerDimension.length];
    Arrays.setAll(divergence, i -> d * divergencePerDimension[i]);
    double[] units = new double[d + 1];
    Arrays.fill(units, 1);
    units[d] = divergenceScale;
    Tensor gaussian = Tensor.cat(1, u, column(divergence, u));
    return gaussian.addProduct(learned, Tensor.of(units, u.type(), 1, d + 1));
  }

  /**
   * The velocity on the diagonal, v(x,t) = u(x,t,t), and its divergence from the network's own
   * trace; not the D that was learned.
   *
   * @return [n, d + 1]
   */
  Tensor diagonal(Tensor x, Tensor t) {
    Coordinates c = coordinates();
    int d = c.moving();
    Tensor learned = network.forwardWithTrace(x, t, t);
    Tensor factor = StandardGaussianFlow.velocityFactor(t);
    Tensor v = learned.narrow(1, 0, d).addProduct(factor, c.moving(x));
    Tensor trace = learned.narrow(1, network.outputs(), 1).addScaled(factor, d);
    return c.still(Tensor.cat(1, v, trace));
  }

  private static Tensor column(double[] values, Tensor like) {
    return Tensor.of(values, like.type(), values.length, 1);
  }

  /** The same by operations that derivatives pass through. */
  private Tensor differentiableRate(Tensor x, Tensor s, Tensor t) {
    Coordinates c = coordinates();
    int d = c.moving();
    Tensor learned = network.forward(x, s, t);
    Tensor u =
        learned.narrow(1, 0, d).addProduct(StandardGaussianFlow.velocityFactor(s, t), c.moving(x));
    if (!hasDivergence()) {
      return c.still(u);
    }
    Tensor divergence =
        StandardGaussianFlow.divergencePerDimension(s, t)
            .mul(d)
            .addScaled(learned.narrow(1, d, 1), divergenceScale);
    return c.still(Tensor.cat(1, u, divergence));
  }
}
