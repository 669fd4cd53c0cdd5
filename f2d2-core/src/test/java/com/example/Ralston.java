package com.example;

import java.util.List;
import org.f2d2.flow.ButcherTableau;

/** Ralston's method of two stages. */
public final class Ralston {

  /** Of all methods of two stages that with the smallest error bound. */
  public static final ButcherTableau TABLEAU =
      new ButcherTableau(
          "ralston",
          2,
          List.of(List.of(), List.of(2.0 / 3)),
          List.of(1.0 / 4, 3.0 / 4),
          List.of(),
          List.of(0.0, 2.0 / 3));

  private Ralston() {}
}
