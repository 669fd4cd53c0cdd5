package org.f2d2.flow;

/** What the points of a flow are made of. */
public interface StateSpace {

  /** Number of columns of a point, d: those that move and the conditions. */
  int dimensions();

  /** How many of the last columns are conditions; see {@link Coordinates}. */
  default int conditions() {
    return 0;
  }

  /** What the columns of a point are. */
  default Coordinates coordinates() {
    return new Coordinates(dimensions() - conditions(), conditions());
  }
}
