package org.f2d2.net;

import java.util.ArrayList;
import java.util.List;
import org.f2d2.tensor.Tensor;

/**
 * What an image network knows beside the image, as one vector: with e(·) the {@link TimeEmbedding}
 * and c the conditions of a row,
 *
 * <pre>  e = silu( W₂ silu( E_s e(s) + E_t e(t) + E_c c + b₁ ) + b₂ )</pre>
 *
 * @param time features of each of the two times
 * @param twoTimes whether there is a target time
 * @param conditions columns of c, which may be 0
 * @param width of the vector
 */
record ImageConditioning(TimeEmbedding time, boolean twoTimes, int conditions, int width) {

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
   * @param c conditions [n, {@link #conditions}]
   * @return [n, {@link #width}]
   */
  Tensor of(Parameters p, Tensor s, Tensor t, Tensor c) {
    // The target time comes last, so that a network of one time can start one of two.
    List<Tensor> features = new ArrayList<>(List.of(time.features(s)));
    if (conditions > 0) {
      features.add(c);
    }
    if (twoTimes) {
      features.add(time.features(t));
    }
    Tensor all = features.size() == 1 ? features.get(0) : Tensor.cat(1, features);
    return all.linear(p.get("conditioning.weight"), p.get("conditioning.bias"))
        .silu()
        .linear(p.get("conditioning.second.weight"), p.get("conditioning.second.bias"))
        .silu();
  }
}
