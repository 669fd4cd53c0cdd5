package org.f2d2.flow;

import java.util.List;
import org.f2d2.tensor.Tensor;

/**
 * Classifier-free guidance (Ho and Salimans, arXiv 2207.12598) of a velocity field that knows its
 * classes and, where the condition is zero, all rows together:
 *
 * <pre>  g_ω(x,c,t) = g(x,0,t) + ω ( g(x,c,t) - g(x,0,t) ),     g = (v, div v)</pre>
 *
 * ω = 1 is the field of the class. Any other ω gives a flow of its own, whose density is not that
 * of the class: with ω &gt; 1 it gathers where the class is told best. Divergences mix as
 * velocities do.
 *
 * @param field with conditions
 * @param scale ω, at least 0
 */
public record GuidedVelocity(VelocityField field, double scale) implements VelocityField {

  /** Checks that there is something to guide by. */
  public GuidedVelocity {
    if (field.conditions() == 0 || !(scale >= 0)) {
      throw new IllegalArgumentException(
          "guidance needs conditions and a scale of at least 0, got "
              + field.conditions()
              + " and "
              + scale);
    }
  }

  @Override
  public int dimensions() {
    return field.dimensions();
  }

  @Override
  public int conditions() {
    return field.conditions();
  }

  @Override
  public Tensor velocity(Tensor x, Tensor t) {
    return mixed(field.velocity(without(x), t), field.velocity(x, t));
  }

  @Override
  public Tensor joint(Tensor x, Tensor t) {
    return mixed(field.joint(without(x), t), field.joint(x, t));
  }

  @Override
  public Tensor probed(Tensor x, Tensor t, List<Tensor> probes) {
    return mixed(field.probed(without(x), t, probes), field.probed(x, t, probes));
  }

  private Tensor without(Tensor x) {
    return field.coordinates().along(x);
  }

  private Tensor mixed(Tensor without, Tensor with) {
    return without.addScaled(with.sub(without), scale);
  }
}
