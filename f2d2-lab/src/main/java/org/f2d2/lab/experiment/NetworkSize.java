package org.f2d2.lab.experiment;

/**
 * Size of a perceptron.
 *
 * @param width units per hidden layer, at least 1
 * @param depth hidden layers, at least 1
 */
public record NetworkSize(int width, int depth) {

  /** Three layers of 128. */
  public static final NetworkSize DEFAULT = new NetworkSize(128, 3);

  /** Checks both. */
  public NetworkSize {
    if (width < 1 || depth < 1) {
      throw new IllegalArgumentException("no network is " + depth + " x " + width);
    }
  }

  @Override
  public String toString() {
    return depth + "x" + width;
  }
}
