package org.f2d2.data;

import java.util.Arrays;
import java.util.Objects;
import java.util.stream.IntStream;
import org.f2d2.error.F2d2Exception;

/**
 * A division of row indices into a training part and a held-out part.
 *
 * <p>The division depends on the number of rows, the share and the seed alone: each index gets a
 * 64-bit key by mixing it with the seed, and the rows with the smallest keys are held out. No
 * random stream is consumed, so the result is the same on every platform and Java version.
 */
public final class Split {
  private final int[] train;
  private final int[] heldOut;

  private Split(int[] train, int[] heldOut) {
    this.train = train;
    this.heldOut = heldOut;
  }

  /**
   * Splits {@code rows} indices.
   *
   * @param rows number of rows, 0 or more
   * @param heldOutShare in [0, 1]; the held-out part has {@code round(rows * heldOutShare)} rows
   * @param seed chooses the division
   * @throws F2d2Exception for a negative count or a share outside [0, 1], NaN included
   */
  public static Split of(int rows, double heldOutShare, long seed) {
    if (rows < 0) {
      throw new F2d2Exception("cannot split " + rows + " rows");
    }
    return ofGroups(IntStream.range(0, rows).toArray(), heldOutShare, seed);
  }

  /**
   * Splits rows that come in groups, each of which stays on one side.
   *
   * @param group for each row the number of its group, at least 0
   * @param heldOutShare in [0, 1]; the held-out part has {@code round(rows * heldOutShare)} rows,
   *     and those that complete its last group
   * @param seed chooses the division
   * @throws F2d2Exception for a share outside [0, 1], NaN included
   */
  public static Split ofGroups(int[] group, double heldOutShare, long seed) {
    int rows = group.length;
    if (!(heldOutShare >= 0 && heldOutShare <= 1)) {
      throw new F2d2Exception("held-out share " + heldOutShare + " is not in [0, 1]");
    }
    long stream = mix(seed);
    Key[] keys = new Key[rows];
    for (int i = 0; i < rows; i++) {
      keys[i] = new Key(mix(stream + (group[i] + 1) * 0x9E3779B97F4A7C15L), i);
    }
    Arrays.sort(keys);
    int held = (int) Math.round(rows * heldOutShare);
    while (held > 0 && held < rows && keys[held].key() == keys[held - 1].key()) {
      held++;
    }
    int[] order = Arrays.stream(keys).mapToInt(Key::row).toArray();
    int[] heldOut = Arrays.copyOfRange(order, 0, held);
    int[] train = Arrays.copyOfRange(order, held, rows);
    Arrays.sort(heldOut);
    Arrays.sort(train);
    return new Split(train, heldOut);
  }

  /** A copy of the training indices, ascending. */
  public int[] train() {
    return train.clone();
  }

  /** A copy of the held-out indices, ascending. */
  public int[] heldOut() {
    return heldOut.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Split split
        && Arrays.equals(train, split.train)
        && Arrays.equals(heldOut, split.heldOut);
  }

  @Override
  public int hashCode() {
    return Objects.hash(Arrays.hashCode(train), Arrays.hashCode(heldOut));
  }

  @Override
  public String toString() {
    return "Split[train=" + train.length + ", heldOut=" + heldOut.length + "]";
  }

  /** The finaliser of SplitMix64 (Steele, Lea and Flood 2014): a bijection that mixes all bits. */
  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** A row under its group's random key; the mixing is a bijection, so groups do not meet. */
  private record Key(long key, int row) implements Comparable<Key> {
    @Override
    public int compareTo(Key other) {
      int byKey = Long.compareUnsigned(key, other.key);
      return byKey != 0 ? byKey : Integer.compare(row, other.row);
    }
  }
}
