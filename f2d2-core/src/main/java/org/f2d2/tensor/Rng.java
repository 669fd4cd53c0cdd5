package org.f2d2.tensor;

import org.bytedeco.pytorch.Generator;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * A seeded source of random tensors; nothing in this project draws from anything else.
 *
 * <p>A training step uses {@link #derive}, which makes an independent source from a seed and a
 * counter: a run that resumes at step n draws what the uninterrupted run drew there without any
 * saved state. The state of a source in mid-stream can be saved and put back with {@link #state}
 * and {@link #restore}. One thread at a time.
 *
 * <p>All numbers are drawn in main memory and then moved to the {@link Device} in use, so that a
 * seed means the same numbers on every device.
 */
public final class Rng {

  static {
    Engine.start();
  }

  private static final long ROWS_OF_A_BLOCK = 64;

  private final long seed;
  private final Generator generator;
  private final GeneratorOptional optional;

  /** A source whose draws are fixed by {@code seed}; every 64-bit value is a different source. */
  public Rng(long seed) {
    Engine.start();
    this.seed = seed;
    this.generator = torch.make_generator_cpu(mix(seed));
    this.optional = new GeneratorOptional(generator);
  }

  /** The seed this source was made from. */
  public long seed() {
    return seed;
  }

  /**
   * An independent source fixed by this source's seed and the given numbers, whatever has been
   * drawn from this one so far.
   */
  public Rng derive(long... path) {
    return new Rng(deriveSeed(seed, path));
  }

  /** The seed of {@link #derive}, for draws made outside tensors. */
  public static long deriveSeed(long seed, long... path) {
    long derived = seed;
    for (long p : path) {
      derived = mix(derived ^ mix(p + 0x9E3779B97F4A7C15L));
    }
    return derived;
  }

  /** Independent standard normal numbers. */
  public Tensor normal(DType type, long... shape) {
    return new Tensor(torch.randn(shape, optional, Tensor.hostOptions(type))).placed();
  }

  /**
   * Independent standard normal numbers for rows, [rows, columns]. The first rows are the same
   * whatever their number: a source fills whole blocks, and only the last of them is cut short.
   */
  public Tensor normalRows(DType type, long rows, long columns) {
    Tensor all = Tensor.uninitialized(type, rows, columns);
    for (long start = 0; start < rows; start += ROWS_OF_A_BLOCK) {
      try (Scope scope = Scope.open()) {
        long end = Math.min(rows, start + ROWS_OF_A_BLOCK);
        all.rows(start, end)
            .copyInPlace(normal(type, ROWS_OF_A_BLOCK, columns).rows(0, end - start));
      }
    }
    return all;
  }

  /** Independent uniform numbers on [0, 1). */
  public Tensor uniform(DType type, long... shape) {
    return new Tensor(torch.rand(shape, optional, Tensor.hostOptions(type))).placed();
  }

  /** Independent signs, each -1 or +1 with probability one half. */
  public Tensor rademacher(DType type, long... shape) {
    return new Tensor(torch.randint(0, 2, shape, optional, Tensor.hostOptions(type)))
        .mul(2)
        .sub(1)
        .placed();
  }

  /** Independent integers on {0, ..., bound - 1}, each equally likely. */
  public Tensor integers(long bound, long... shape) {
    return new Tensor(torch.randint(0, bound, shape, optional, Tensor.hostOptions(DType.INT64)))
        .placed();
  }

  /** The numbers 0, ..., n - 1 in random order. */
  public Tensor permutation(long n) {
    return new Tensor(torch.randperm(n, optional, Tensor.hostOptions(DType.INT64))).placed();
  }

  /** The state of this source: {@link #restore} puts it back to the same point of its stream. */
  public byte[] state() {
    try (Scope scope = Scope.open()) {
      return new Tensor(generator.get_state()).toBytes();
    }
  }

  /**
   * Puts this source back to a saved point.
   *
   * @param state what {@link #state} returned
   */
  public void restore(byte[] state) {
    try (Scope scope = Scope.open()) {
      generator.set_state(Tensor.ofBytes(state).torch());
    }
  }

  // The finaliser of SplitMix64: neighbouring seeds give unrelated generator states.
  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
