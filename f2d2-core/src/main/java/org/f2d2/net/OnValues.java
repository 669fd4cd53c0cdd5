package org.f2d2.net;

import org.f2d2.plain.TimeEmbedding;
import org.f2d2.tensor.Images;
import org.f2d2.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** {@link Operations} on numbers; all of libtorch's derivatives pass through. */
final class OnValues implements Operations<Tensor> {

  static final double NORM_EPSILON = 1e-6;

  @Override
  public Tensor features(TimeEmbedding embedding, Tensor times) {
    return TimeTensors.features(embedding, times);
  }

  @Override
  public Tensor linear(Tensor x, Tensor weight, @Nullable Tensor bias) {
    if (x.rank() == 2) {
      return bias == null ? x.linear(weight) : x.linear(weight, bias);
    }
    long[] shape = x.shape();
    long columns = shape[shape.length - 1];
    Tensor rows = linear(x.reshape(x.count() / columns, columns), weight, bias);
    shape[shape.length - 1] = weight.size(0);
    return rows.reshape(shape);
  }

  @Override
  public Tensor convolve(Tensor x, Tensor weight, Tensor bias, int stride) {
    return Images.convolve(x, weight, bias, stride);
  }

  @Override
  public Tensor groupNorm(Tensor x, int groups, Tensor scale, Tensor shift) {
    return Images.groupNorm(x, groups, scale, shift);
  }

  @Override
  public Tensor layerNorm(Tensor x) {
    Tensor centred = x.sub(x.meanKeep(-1));
    return centred.div(centred.square().meanKeep(-1).add(NORM_EPSILON).sqrt());
  }

  @Override
  public Tensor silu(Tensor x) {
    return x.silu();
  }

  @Override
  public Tensor gelu(Tensor x) {
    return x.gelu();
  }

  @Override
  public Tensor softmax(Tensor x) {
    return x.softmax(-1);
  }

  @Override
  public Tensor matmul(Tensor a, Tensor b) {
    return a.matmul(b);
  }

  @Override
  public Tensor add(Tensor x, Tensor y) {
    return x.add(y);
  }

  @Override
  public Tensor addConstant(Tensor x, Tensor y) {
    return x.add(y);
  }

  @Override
  public Tensor addProduct(Tensor x, Tensor a, Tensor b) {
    return x.addProduct(a, b);
  }

  @Override
  public Tensor mul(Tensor x, double factor) {
    return x.mul(factor);
  }

  @Override
  public Tensor enlarge(Tensor x) {
    return Images.enlarge(x);
  }

  @Override
  public Tensor patches(Tensor x, int p) {
    return Images.patches(x, p);
  }

  @Override
  public Tensor fromPatches(Tensor x, int p) {
    return Images.fromPatches(x, p);
  }

  @Override
  public Tensor reshape(Tensor x, long... shape) {
    return x.reshape(shape);
  }

  @Override
  public Tensor permute(Tensor x, int... order) {
    long[] wide = new long[order.length];
    for (int i = 0; i < order.length; i++) {
      wide[i] = order[i];
    }
    return x.permute(wide);
  }

  @Override
  public Tensor narrow(Tensor x, int dimension, long start, long length) {
    return x.narrow(dimension, start, length);
  }

  @Override
  public Tensor cat(int dimension, Tensor x, Tensor y) {
    return Tensor.cat(dimension, x, y);
  }

  @Override
  public Tensor meanKeep(Tensor x, int dimension) {
    return x.meanKeep(dimension);
  }

  @Override
  public long[] shape(Tensor x) {
    return x.shape();
  }

  @Override
  public Tensor product(Tensor a, Tensor b) {
    return a.mul(b);
  }

  @Override
  public Tensor sqrt(Tensor x) {
    return x.sqrt();
  }

  @Override
  public Tensor exp(Tensor x) {
    return x.exp();
  }
}
