package org.f2d2.sampling;

import java.util.List;
import java.util.function.UnaryOperator;
import org.f2d2.flow.Calls;
import org.f2d2.flow.GaussianPrior;
import org.f2d2.flow.JointFlowMap;
import org.f2d2.flow.TimeGrid;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Tensor;

/**
 * Maximum-likelihood self-guidance (arXiv 2512.02636; reconstructed from descriptions of it): one
 * step of Adam on the noise, against the log-density that the map itself gives to its one-jump
 * sample, then the ordinary sampler.
 *
 * <pre>
 *   J(z) = -log N(z; 0, σ₀² I) + D(z,0,1) - V(z + u(z,0,1))
 *   z'   = z - lr · g/(|g| + 1e-8),   g = ∇J(z)         Adam's first step, coordinate by coordinate
 * </pre>
 *
 * A density is high or low in a measure, and where model space is a nonlinear picture of the data's
 * own units, the two measures differ: V is the log-derivative of that picture at the sample, so
 * that J is minus the log-density in the data's units. Without V it is that of model space.
 *
 * <p>So lr is about the distance that each coordinate of z moves, in the units of z. The guidance
 * adds one forward and one backward pass to the K of the sampler.
 *
 * <p><b>What the log-density means.</b> Guided points follow another law than the model's: they lie
 * where its density is higher, and are less diverse. {@link #scoredFrom} gives the log-density of
 * the <em>model</em> at each point, as the sampler would for the moved noise. It is not the
 * log-density of the law that guided points are drawn from, so it gives no importance weights, no
 * entropy and no likelihood of the guided sampler.
 *
 * @param sampler the ordinary sampler, of a map with a divergence
 * @param learningRate lr, at least 0; with 0 the points are those of the sampler, bit for bit
 * @param volume V: of points [n, d] the log-derivative of model space by the units in which a
 *     density is meant, nats [n, 1], differentiable
 */
public record SelfGuidance(JumpSampler sampler, double learningRate, UnaryOperator<Tensor> volume)
    implements Sampler {

  private static final double ADAM_EPSILON = 1e-8;

  /** Guidance by the density in model space. */
  public SelfGuidance(JumpSampler sampler, double learningRate) {
    this(sampler, learningRate, x -> Tensor.zeros(DType.FLOAT64, x.size(0), 1));
  }

  /** Checks the map and the rate. */
  public SelfGuidance {
    if (!sampler.map().hasDivergence()) {
      throw new IllegalArgumentException("self-guidance needs a flow map with a divergence");
    }
    if (!(learningRate >= 0) || Double.isInfinite(learningRate)) {
      throw new IllegalArgumentException(
          "the learning rate must be finite and at least 0, got " + learningRate);
    }
  }

  @Override
  public int dimensions() {
    return sampler.dimensions();
  }

  @Override
  public GaussianPrior prior() {
    return sampler.prior();
  }

  @Override
  public Sample from(Tensor z) {
    Sample sample = sampler.from(guide(z));
    return new Sample(sample.points(), sample.calls().plus(new Calls(1, 1)));
  }

  /** As {@link Sampler#scoredFrom}; the class says what this log-density is not. */
  @Override
  public ScoredSample scoredFrom(Tensor z) {
    ScoredSample sample = sampler.scoredFrom(guide(z));
    return new ScoredSample(
        sample.points(), sample.logDensity(), sample.calls().plus(new Calls(1, 1)));
  }

  /** J(z), minus the log-density of the one-jump sample: [n, 1] in 64 bits, differentiable in z. */
  public Tensor objective(Tensor z) {
    JointFlowMap map = sampler.map();
    Tensor rate = map.rate(z, TimeGrid.column(z, 0), TimeGrid.column(z, 1));
    Tensor divergence = JointFlowMap.divergence(rate, dimensions()).to(DType.FLOAT64);
    Tensor point = z.add(rate.narrow(1, 0, dimensions()));
    return divergence.sub(prior().logDensity(z)).sub(volume.apply(point));
  }

  /** The moved noise z'. */
  public Tensor guide(Tensor z) {
    Tensor moved = z.requireColumns(dimensions()).zerosLike();
    sampler
        .chunks()
        .forEach(
            z.size(0),
            (start, end) -> {
              Tensor noise = z.rows(start, end);
              Tensor g = gradient(noise);
              Tensor direction = g.div(g.abs().add(ADAM_EPSILON));
              moved.rows(start, end).copyInPlace(noise.addScaled(direction, -learningRate));
            });
    return moved;
  }

  // Rows do not meet in J, so the gradient of the sum has each row's own gradient.
  private Tensor gradient(Tensor noise) {
    return Autograd.withGrad(
        () -> {
          Tensor z = noise.variable();
          Tensor g = Autograd.grad(objective(z).sum(), List.of(z)).get(0);
          return sampler.map().coordinates().along(g);
        });
  }
}
