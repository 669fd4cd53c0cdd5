package org.f2d2.data;

/** Rows of one kind in order: of a table, images, or what else a model is of. Immutable. */
public interface Batch {

  /** How many there are. */
  int count();

  /**
   * Some of them.
   *
   * @param from the first, from 0
   * @param to behind the last
   * @throws IndexOutOfBoundsException when these are not places of this batch
   */
  Batch range(int from, int to);
}
