package org.f2d2.net;

import org.f2d2.plain.TimeEmbedding;
import org.f2d2.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * What networks of images and of particles are made of, on numbers alone ({@link OnValues}) or on
 * numbers with their derivatives in some directions ({@link OnTangents}). A network is written
 * once, over either.
 *
 * <p>Dimensions are counted as those of the numbers: from 0 the points of the batch.
 *
 * @param <T> what is computed with
 */
interface Operations<T> {

  /** Features of times [n, 1]: [n, size]. */
  T features(TimeEmbedding embedding, T times);

  /** x Wᵀ + b over the last dimension. */
  T linear(T x, Tensor weight, @Nullable Tensor bias);

  /** See {@link org.f2d2.tensor.Images#convolve}. */
  T convolve(T x, Tensor weight, Tensor bias, int stride);

  /** See {@link org.f2d2.tensor.Images#groupNorm}. */
  T groupNorm(T x, int groups, Tensor scale, Tensor shift);

  /** Mean 0 and variance 1 over the last dimension. */
  T layerNorm(T x);

  /** x · sigmoid(x). */
  T silu(T x);

  /** x · Φ(x). */
  T gelu(T x);

  /** e^x / Σ e^x over the last dimension. */
  T softmax(T x);

  /** The product of matrices, batch by batch. */
  T matmul(T a, T b);

  /** x + y. */
  T add(T x, T y);

  /** x plus numbers that depend on nothing. */
  T addConstant(T x, Tensor y);

  /** x + a · b, element by element. */
  T addProduct(T x, T a, T b);

  /** a · b, element by element. */
  T product(T a, T b);

  /** √x of what is positive. */
  T sqrt(T x);

  /** e^x. */
  T exp(T x);

  /** factor · x. */
  T mul(T x, double factor);

  /** See {@link org.f2d2.tensor.Images#enlarge}. */
  T enlarge(T x);

  /** See {@link org.f2d2.tensor.Images#patches}. */
  T patches(T x, int p);

  /** See {@link org.f2d2.tensor.Images#fromPatches}. */
  T fromPatches(T x, int p);

  /** The same elements in another shape, whose sizes are all given. */
  T reshape(T x, long... shape);

  /** The dimensions in another order. */
  T permute(T x, int... order);

  /** A part of one dimension. */
  T narrow(T x, int dimension, long start, long length);

  /** Two joined along one dimension. */
  T cat(int dimension, T x, T y);

  /** Mean over one dimension, which stays with size 1. */
  T meanKeep(T x, int dimension);

  /** Sizes of the dimensions. */
  long[] shape(T x);
}
