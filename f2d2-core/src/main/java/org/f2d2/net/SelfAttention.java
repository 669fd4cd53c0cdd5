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
  static Tensor of(Tensor x, int heads, Tensor weight, Tensor bias) {
    long n = x.size(0);
    long places = x.size(1);
    long c = x.size(2);
    long m = c / heads;
    Tensor all =
        x.reshape(n * places, c)
            .linear(weight, bias)
            .reshape(n, places, 3, heads, m)
            .permute(2, 0, 3, 1, 4)
            .reshape(3, n * heads, places, m);
    Tensor q = all.rows(0, 1).reshape(n * heads, places, m);
    Tensor k = all.rows(1, 2).reshape(n * heads, places, m);
    Tensor v = all.rows(2, 3).reshape(n * heads, places, m);
    Tensor shares = q.mul(1 / Math.sqrt(m)).matmul(k.transpose()).softmax(-1);
    return shares.matmul(v).reshape(n, heads, places, m).swap(1, 2).reshape(n, places, c);
  }
}
