package org.f2d2.lab;

import java.util.List;
import java.util.function.Function;
import org.f2d2.error.F2d2Exception;

/** Things that a user calls by their names. */
public final class Named {

  private Named() {}

  /**
   * The one of a name.
   *
   * @param what it is, for the message
   * @throws F2d2Exception when there is none; the message lists the names that there are
   */
  public static <T> T of(String what, String name, List<T> all, Function<T, String> nameOf) {
    return all.stream()
        .filter(one -> nameOf.apply(one).equals(name))
        .findFirst()
        .orElseThrow(() -> unknown(what, name, all.stream().map(nameOf).toList()));
  }

  /** Refuses a name and lists those that there are. */
  public static F2d2Exception unknown(String what, String name, List<String> known) {
    return new F2d2Exception(
        "no " + what + " is called '" + name + "'; there are " + String.join(", ", known));
  }
}
