package org.f2d2.net;

import org.f2d2.tensor.Tensor;

/**
 * Scaled dot-product self-attention (Vaswani et al., arXiv 1706.03762): with queries, keys and
 * values Q, K, V linear in the input, softmax( Q Kᵀ / √m ) V for each head of m features.
 */
final class SelfAttention {

  private SelfAttention() {}

  /**
   * The mixed values of all heads side by side.
   *
   * @param x [n, places, c]
   * @param heads a divisor of c
   * @param weight of queries, keys and values, [3c, c]
   * @param bias [3c]
   * @return [n, places, c]
   */
  static <T> T of(Operations<T> o, T x, int heads, Tensor weight, Tensor bias) {
    long[] shape = o.shape(x);
    long n = shape[0];
    long places = shape[1];
    long c = shape[2];
    long m = c / heads;
    T all = o.linear(x, weight, bias);
    T parts = o.permute(o.reshape(all, n, places, 3, heads, m), 0, 2, 3, 1, 4);
    T q = o.reshape(o.narrow(parts, 1, 0, 1), n, heads, places, m);
    T k = o.reshape(o.narrow(parts, 1, 1, 1), n, heads, places, m);
    T v = o.reshape(o.narrow(parts, 1, 2, 1), n, heads, places, m);
    T shares = o.softmax(o.matmul(o.mul(q, 1 / Math.sqrt(m)), o.permute(k, 0, 1, 3, 2)));
    return o.reshape(o.permute(o.matmul(shares, v), 0, 2, 1, 3), n, places, c);
  }
}
