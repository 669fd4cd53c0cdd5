package org.f2d2.lab.fuzz;

import java.util.List;
import org.f2d2.error.F2d2Exception;

/**
 * What a run does.
 *
 * @param inputs how many, over all kinds
 * @param seed of all inputs
 * @param kinds names of the kinds; all of them if empty
 * @param forks processes at a time, 1 or more
 * @param seconds longest time of one input
 * @param commands class that implements {@link CommandsUnderTest}
 * @param classPath of the processes
 */
public record FuzzSettings(
    long inputs,
    long seed,
    List<String> kinds,
    int forks,
    int seconds,
    String commands,
    String classPath) {

  /** Checks the numbers. */
  public FuzzSettings {
    kinds = List.copyOf(kinds);
    if (inputs < 1 || forks < 1 || seconds < 1) {
      throw new F2d2Exception(
          "inputs, forks and seconds must be at least 1, got "
              + inputs
              + ", "
              + forks
              + " and "
              + seconds);
    }
  }
}
