package org.f2d2.lab.fuzz;

import java.io.IOException;
import java.nio.file.Path;

/** One kind of input: how it is made from a seed, how it is given to the program and judged. */
abstract class FuzzedKind {

  private final String name;
  private final int share;

  /**
   * A kind.
   *
   * @param name what the command line calls it
   * @param share of a run, in parts of a thousand; costly kinds have small ones
   */
  FuzzedKind(String name, int share) {
    this.name = name;
    this.share = share;
  }

  final String name() {
    return name;
  }

  final int share() {
    return share;
  }

  /**
   * Does what the first input would otherwise be charged for, such as loading native code.
   *
   * @param folder of this kind, empty
   */
  void begin(Path folder) throws IOException {}

  /**
   * Writes the input of a seed; equal seeds write equal bytes.
   *
   * @param folder holds nothing but what earlier inputs of this kind have left
   * @throws IOException when the folder cannot be written
   */
  abstract void write(long seed, Path folder) throws IOException;

  /**
   * Gives what {@link #write} wrote to the program and compares what it reads.
   *
   * @return the outcome of an input that was not refused by an exception
   * @throws org.f2d2.error.F2d2Exception when the program refuses the input
   * @throws Unreadable when the program takes it and an independent reader does not
   * @throws IOException when the judge, not the program, cannot read the folder
   */
  abstract Outcome check(long seed, Path folder) throws IOException, Unreadable;
}
