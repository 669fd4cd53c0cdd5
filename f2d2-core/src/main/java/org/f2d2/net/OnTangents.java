package org.f2d2.net;

import org.f2d2.plain.TimeEmbedding;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.Images;
import org.f2d2.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * {@link Operations} on numbers and their derivatives in several directions at once, each by the
 * rule for its derivative. The numbers are worked out once for all directions, on whatever thread;
 * forward derivatives of libtorch are for one thread of the process at a time. Reverse derivatives
 * pass through both parts.
 */
final class OnTangents implements Operations<OnTangents.Dual> {

  /**
   * Numbers and derivatives.
   *
   * @param value the numbers
   * @param tangent their derivatives, with one dimension more: first that of the directions
   */
  record Dual(Tensor value, Tensor tangent) {

    long directions() {
      return tangent.size(0);
    }
  }

  private final OnValues values = new OnValues();

  @Override
  public Dual features(TimeEmbedding embedding, Dual times) {
    Tensor t = times.value();
    return new Dual(
        TimeTensors.features(embedding, t),
        times.tangent().mul(TimeTensors.derivatives(embedding, t)));
  }

  @Override
  public Dual linear(Dual x, Tensor weight, @Nullable Tensor bias) {
    return new Dual(
        values.linear(x.value(), weight, bias), values.linear(x.tangent(), weight, null));
  }

  @Override
  public Dual convolve(Dual x, Tensor weight, Tensor bias, int stride) {
    return new Dual(
        Images.convolve(x.value(), weight, bias, stride),
        eachImage(x, images -> Images.convolve(images, weight, stride)));
  }

  // With x̂ = (x - mean)/s: dx̂ = ( dx - mean dx - x̂ mean(x̂ dx) )/s
  @Override
  public Dual groupNorm(Dual x, int groups, Tensor scale, Tensor shift) {
    long[] shape = x.value().shape();
    long n = shape[0];
    long c = shape[1];
    long group = x.value().count() / (n * groups);
    Tensor grouped = x.value().reshape(n, groups, group);
    Tensor moving = x.tangent().reshape(x.directions(), n, groups, group);
    Dual unit = normalised(new Dual(grouped, moving), Images.NORM_EPSILON);
    Tensor factor = scale.reshape(1, c, 1, 1);
    Tensor offset = shift.reshape(1, c, 1, 1);
    return new Dual(
        offset.addProduct(unit.value().reshape(shape), factor),
        unit.tangent().reshape(x.tangent().shape()).mul(factor));
  }

  @Override
  public Dual layerNorm(Dual x) {
    return normalised(x, OnValues.NORM_EPSILON);
  }

  private static Dual normalised(Dual x, double epsilon) {
    Tensor centred = x.value().sub(x.value().meanKeep(-1));
    Tensor inverse = centred.square().meanKeep(-1).add(epsilon).pow(-0.5);
    Tensor unit = centred.mul(inverse);
    Tensor moving = x.tangent().sub(x.tangent().meanKeep(-1));
    Tensor along = unit.mul(x.tangent()).meanKeep(-1);
    return new Dual(unit, moving.addProduct(unit, along.neg()).mul(inverse));
  }

  // The fused ways back have no derivative of their own, so what is recorded is composed.
  @Override
  public Dual silu(Dual x) {
    Tensor z = x.value();
    if (!Autograd.isRecording()) {
      return new Dual(z.silu(), wide(x).siluBackward(x.tangent()));
    }
    Tensor p = z.sigmoid();
    Tensor slope = p.addProduct(z, p.addProduct(p, p.neg()));
    return new Dual(z.silu(), x.tangent().mul(slope));
  }

  // gelu'(x) = Φ(x) + x φ(x)
  @Override
  public Dual gelu(Dual x) {
    Tensor z = x.value();
    if (!Autograd.isRecording()) {
      return new Dual(z.gelu(), wide(x).geluBackward(x.tangent()));
    }
    Tensor below = z.div(Math.sqrt(2)).erf().add(1).mul(0.5);
    Tensor density = z.square().mul(-0.5).exp().div(Math.sqrt(2 * Math.PI));
    return new Dual(z.gelu(), x.tangent().mul(below.addProduct(z, density)));
  }

  /** The numbers once for each direction, without a copy. */
  private static Tensor wide(Dual x) {
    return x.value().unsqueeze(0).expand(x.tangent().shape());
  }

  // dp = p ( dx - Σ p dx )
  @Override
  public Dual softmax(Dual x) {
    Tensor p = x.value().softmax(-1);
    Tensor weighted = p.mul(x.tangent());
    return new Dual(p, weighted.addProduct(p, weighted.sumKeep(-1).neg()));
  }

  @Override
  public Dual matmul(Dual a, Dual b) {
    return new Dual(
        a.value().matmul(b.value()),
        a.tangent().matmul(b.value()).add(a.value().matmul(b.tangent())));
  }

  @Override
  public Dual add(Dual x, Dual y) {
    return new Dual(x.value().add(y.value()), x.tangent().add(y.tangent()));
  }

  @Override
  public Dual addConstant(Dual x, Tensor y) {
    return new Dual(x.value().add(y), x.tangent());
  }

  @Override
  public Dual addProduct(Dual x, Dual a, Dual b) {
    return new Dual(
        x.value().addProduct(a.value(), b.value()),
        x.tangent().addProduct(a.tangent(), b.value()).addProduct(a.value(), b.tangent()));
  }

  @Override
  public Dual mul(Dual x, double factor) {
    return new Dual(x.value().mul(factor), x.tangent().mul(factor));
  }

  @Override
  public Dual enlarge(Dual x) {
    return new Dual(Images.enlarge(x.value()), eachImage(x, Images::enlarge));
  }

  @Override
  public Dual patches(Dual x, int p) {
    return new Dual(
        Images.patches(x.value(), p), eachImage(x, images -> Images.patches(images, p)));
  }

  @Override
  public Dual fromPatches(Dual x, int p) {
    return new Dual(
        Images.fromPatches(x.value(), p), eachImage(x, images -> Images.fromPatches(images, p)));
  }

  @FunctionalInterface
  private interface OfImages {
    Tensor apply(Tensor images);
  }

  /** A linear function of images, of the derivatives in all directions. */
  private static Tensor eachImage(Dual x, OfImages function) {
    long[] s = x.tangent().shape();
    Tensor done = function.apply(x.tangent().reshape(s[0] * s[1], s[2], s[3], s[4]));
    return done.reshape(s[0], s[1], done.size(1), done.size(2), done.size(3));
  }

  @Override
  public Dual reshape(Dual x, long... shape) {
    long[] moving = new long[shape.length + 1];
    moving[0] = x.directions();
    System.arraycopy(shape, 0, moving, 1, shape.length);
    return new Dual(x.value().reshape(shape), x.tangent().reshape(moving));
  }

  @Override
  public Dual permute(Dual x, int... order) {
    int[] moving = new int[order.length + 1];
    for (int i = 0; i < order.length; i++) {
      moving[i + 1] = order[i] + 1;
    }
    return new Dual(values.permute(x.value(), order), values.permute(x.tangent(), moving));
  }

  @Override
  public Dual narrow(Dual x, int dimension, long start, long length) {
    return new Dual(
        x.value().narrow(dimension, start, length),
        x.tangent().narrow(dimension + 1, start, length));
  }

  @Override
  public Dual cat(int dimension, Dual x, Dual y) {
    return new Dual(
        Tensor.cat(dimension, x.value(), y.value()),
        Tensor.cat(dimension + 1, x.tangent(), y.tangent()));
  }

  @Override
  public Dual meanKeep(Dual x, int dimension) {
    return new Dual(x.value().meanKeep(dimension), x.tangent().meanKeep(dimension + 1));
  }

  @Override
  public long[] shape(Dual x) {
    return x.value().shape();
  }

  @Override
  public Dual product(Dual a, Dual b) {
    return new Dual(
        a.value().mul(b.value()), a.tangent().mul(b.value()).addProduct(a.value(), b.tangent()));
  }

  @Override
  public Dual sqrt(Dual x) {
    Tensor root = x.value().sqrt();
    return new Dual(root, x.tangent().mul(root.reciprocal().mul(0.5)));
  }

  @Override
  public Dual exp(Dual x) {
    Tensor power = x.value().exp();
    return new Dual(power, x.tangent().mul(power));
  }
}
