package org.f2d2.net;

import java.util.ArrayList;
import java.util.List;
import org.f2d2.plain.TimeEmbedding;

/**
 * What a network of images or particles knows beside these, as one vector: with e(·) the {@link
 * TimeEmbedding} and c the conditions of a row,
 *
 * <pre>  e = silu( W₂ silu( E_s e(s) + E_t e(t) + E_c c + b₁ ) + b₂ )</pre>
 *
 * @param time features of each of the two times
 * @param twoTimes whether there is a target time
 * @param conditions columns of c, which may be 0
 * @param width of the vector
 */
record Conditioning(TimeEmbedding time, boolean twoTimes, int conditions, int width) {

  List<Parameters.Entry> entries() {
    List<Parameters.Entry> entries = new ArrayList<>();
    entries.add(Parameters.Entry.of("conditioning.weight", width, features()));
    entries.add(Parameters.Entry.of("conditioning.bias", width));
    entries.add(Parameters.Entry.of("conditioning.second.weight", width, width));
    entries.add(Parameters.Entry.of("conditioning.second.bias", width));
    return entries;
  }

  private int features() {
    return time.size() * (twoTimes ? 2 : 1) + conditions;
  }

  /**
   * The vector.
   *
   * @param x points [n, d + {@link #conditions}]
   * @param d coordinates of a point without its conditions
   * @return [n, {@link #width}]
   */
  <T> T of(Operations<T> o, Parameters p, T x, int d, T s, T t) {
    // The target time comes last, so that a network of one time can start one of two.
    T features = o.features(time, s);
    if (conditions > 0) {
      features = o.cat(1, features, o.narrow(x, 1, d, conditions));
    }
    if (twoTimes) {
      features = o.cat(1, features, o.features(time, t));
    }
    T first = o.silu(o.linear(features, p.get("conditioning.weight"), p.get("conditioning.bias")));
    return o.silu(
        o.linear(first, p.get("conditioning.second.weight"), p.get("conditioning.second.bias")));
  }
}
