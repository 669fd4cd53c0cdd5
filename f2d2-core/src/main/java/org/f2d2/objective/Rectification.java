package org.f2d2.objective;

import java.util.List;
import java.util.Optional;
import org.f2d2.flow.Coordinates;
import org.f2d2.flow.DiagonalVelocity;
import org.f2d2.flow.FlowMapIdentities.Sides;
import org.f2d2.flow.JointFlowMap;
import org.f2d2.flow.ProbabilityPath;
import org.f2d2.flow.VelocityField;
import org.f2d2.net.Query;
import org.f2d2.net.Query.Gradients;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Tensor;

/**
 * Moves the samples of one evaluation towards the data by comparing two velocities at the same
 * noisy samples; FlowConsist (arXiv 2602.06346) and TwinFlow (arXiv 2512.05150) share it.
 *
 * <pre>
 *   x̂ = z + u(z,0,1),   x' = (1-q) z' + q x̂,   z' fresh noise, q uniform
 *   | u(z,0,1) - sg( u + η G ) |²,   G = clamp( v_real(x',q) - v_fake(x',q), -1, 1 )
 *   | v_fake(x',q) - sg( x̂ - z' ) |²
 * </pre>
 *
 * On straight lines the difference of the scores of data and samples is q/(1-q) (v_real - v_fake),
 * hence the sign. v_fake learns the flow to the samples that the map makes now, by flow matching
 * with the averaged targets of {@link PathBatch}. What the map draws moves, so D is left to the
 * other losses.
 */
public final class Rectification {

  /**
   * How it goes along with the loss of a map.
   *
   * @param weight of the loss that moves samples, once it is on
   * @param fakeWeight of the loss of the second flow: its targets are noisy and must not rule the
   *     layers that it shares
   * @param from share of the run when samples begin to be moved; before, the second flow is trained
   *     only
   * @param rate η; published 1
   */
  public record Options(
      @Interval("[0, 1000]") double weight,
      @Interval("[0, 1000]") double fakeWeight,
      @Interval("[0, 1]") double from,
      @Interval("[0, 1000]") double rate) {

    /** Of TwinFlow; the published weight is 0.5 to 0.75, the rest is ours. */
    public static final Options TWIN_FLOW = new Options(0.5, 0.1, 0.5, 1);

    /** Of FlowConsist, all ours. */
    public static final Options FLOW_CONSIST = new Options(0.25, 0.1, 0.5, 1);

    /** Checks the numbers. */
    public Options {
      MethodOptions.check(Options.class, weight, fakeWeight, from, rate);
    }
  }

  private static final double LARGEST = 1;
  private static final TimeLaw UNIFORM = new TimeLaw.Uniform();

  private final JointFlowMap model;
  private final VelocityField fake;
  private final double rate;

  /**
   * Of a map.
   *
   * @param model whose diagonal is v_real
   * @param fake v_fake, which is trained along
   * @param rate η, at least 0
   */
  public Rectification(JointFlowMap model, VelocityField fake, double rate) {
    if (!(rate >= 0)) {
      throw new IllegalArgumentException("the rate must be at least 0, got " + rate);
    }
    this.model = model;
    this.fake = fake;
    this.rate = rate;
  }

  /**
   * Which way samples should move.
   *
   * @param real velocity of the flow to the data
   * @param fake velocity of the flow to the samples
   * @param samples x̂ [n, d]
   * @return G [n, d]
   */
  public static Tensor direction(VelocityField real, VelocityField fake, Tensor samples, Rng rng) {
    PathBatch b = noised(samples, real.coordinates(), List.of(), rng);
    return real.velocity(b.x(), b.s()).sub(fake.velocity(b.x(), b.s())).clamp(-LARGEST, LARGEST);
  }

  private static PathBatch noised(Tensor samples, Coordinates c, List<Tensor> context, Rng rng) {
    int n = Math.toIntExact(samples.size(0));
    Tensor q = UNIFORM.draw(n, samples.type(), rng);
    return PathBatch.between(ProbabilityPath.LINEAR, c.noise(samples, rng), samples, q, c, context);
  }

  /** Rows that move what one evaluation draws. */
  BatchRows rows(Tensor noise, Rng rng) {
    Tensor start = Tensor.zeros(noise.type(), noise.size(0), 1);
    Tensor end = start.onesLike();
    Query own = new Query(noise, start, end, Optional.empty(), Gradients.VALUE);
    return BatchRows.of(
        List.of(own),
        answers -> {
          Tensor f = answers.get(0).value();
          Tensor now = f.detach();
          Tensor moved =
              Autograd.noGrad(
                  () -> {
                    Tensor samples = JointFlowMap.jump(noise, start, end, now);
                    Tensor g = direction(new DiagonalVelocity(model), fake, samples, rng);
                    Tensor u = JointFlowMap.velocity(now, noise.size(1)).addScaled(g, rate);
                    return model.hasDivergence()
                        ? Tensor.cat(1, u, JointFlowMap.divergence(now, noise.size(1)))
                        : u;
                  });
          return new Sides(f, moved);
        });
  }

  /** Flow matching of v_fake on what one evaluation draws. */
  Tensor fakeLoss(Tensor noise, Rng rng) {
    PathBatch b =
        Autograd.noGrad(
            () -> {
              Tensor start = Tensor.zeros(noise.type(), noise.size(0), 1);
              Tensor end = start.onesLike();
              Tensor rates = model.rate(noise, start, end);
              Tensor samples = JointFlowMap.jump(noise, start, end, rates);
              return noised(samples, model.coordinates(), List.of(samples), rng);
            });
    return fake.velocity(b.x(), b.s()).sub(b.w()).square().sum(1).mean();
  }
}
