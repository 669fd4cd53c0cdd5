package org.f2d2.flow;

import org.f2d2.tensor.Tensor;

/**
 * Autoguidance (Karras et al., arXiv 2406.02507), as Align Your Flow (arXiv 2506.14603) distils it:
 * a field moved away from what a weaker model of the same data says,
 *
 * <pre>  g_λ(x,t) = g(x,t) + (λ-1) ( g(x,t) - g_weak(x,t) ),     g = (v, div v)</pre>
 *
 * λ is the last column of a point, a condition, so that one student learns all strengths. λ = 1 is
 * the field itself, bit for bit. Any other λ gives a flow of its own, whose density is not that of
 * the data. Divergences mix as velocities do.
 *
 * @param field the field to guide
 * @param weak a field of the same points
 */
public record Autoguidance(VelocityField field, VelocityField weak) implements VelocityField {

  /** Checks that both fields are of the same points. */
  public Autoguidance {
    if (!field.coordinates().equals(weak.coordinates())) {
      throw new IllegalArgumentException(
          "the two fields are of other points: "
              + field.coordinates()
              + " and "
              + weak.coordinates());
    }
  }

  @Override
  public int dimensions() {
    return field.dimensions() + 1;
  }

  @Override
  public int conditions() {
    return field.conditions() + 1;
  }

  @Override
  public Tensor velocity(Tensor x, Tensor t) {
    Tensor points = x.narrow(1, 0, field.dimensions());
    return guided(x, field.velocity(points, t), weak.velocity(points, t));
  }

  @Override
  public Tensor joint(Tensor x, Tensor t) {
    Tensor points = x.narrow(1, 0, field.dimensions());
    return guided(x, field.joint(points, t), weak.joint(points, t));
  }

  private Tensor guided(Tensor x, Tensor strong, Tensor other) {
    int d = field.dimensions();
    Tensor excess = x.narrow(1, d, 1).sub(1);
    Tensor mixed = strong.addProduct(excess, strong.sub(other));
    return new Coordinates(d, 1).still(mixed);
  }
}
