package org.f2d2.net;

import java.util.List;

/**
 * One number from the features of an image: a small perceptron at each place, averaged over the
 * places. The trace of a Jacobian is a sum over pixels, most of it made by what lies around each.
 *
 * <pre>  output = mean over places of  V silu( W h + W_e e + b ) + c        V and c start at zero
 * </pre>
 *
 * @param features channels of h
 * @param conditioning width of e
 * @param hidden units of the perceptron
 */
record PooledHead(int features, int conditioning, int hidden) {

  List<Parameters.Entry> entries() {
    return List.of(
        Parameters.Entry.of("head.weight", hidden, features),
        Parameters.Entry.of("head.conditioning.weight", hidden, conditioning),
        Parameters.Entry.of("head.bias", hidden),
        Parameters.Entry.of("head.output.weight", 1, hidden),
        Parameters.Entry.of("head.output.bias", 1));
  }

  /**
   * The number.
   *
   * @param h features at each place [n, places, {@link #features}]
   * @param e what else is known [n, {@link #conditioning}]
   * @return [n, 1]
   */
  <T> T of(Operations<T> o, Parameters p, T h, T e) {
    long n = o.shape(h)[0];
    T local = o.linear(h, p.get("head.weight"), p.get("head.bias"));
    T known = o.linear(e, p.get("head.conditioning.weight"), null);
    T mixed = o.silu(o.add(local, o.reshape(known, n, 1, hidden)));
    T mean = o.reshape(o.meanKeep(mixed, 1), n, hidden);
    return o.linear(mean, p.get("head.output.weight"), p.get("head.output.bias"));
  }
}
