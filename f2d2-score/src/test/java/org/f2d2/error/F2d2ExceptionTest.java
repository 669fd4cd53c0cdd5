package org.f2d2.error;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.junit.jupiter.api.Test;

class F2d2ExceptionTest {

  @Test
  void keepsTheMessageOnOneLine() {
    var error = new F2d2Exception("flights.csv, row 7:\n  not a number: \"x\"\r\n");

    assertEquals("flights.csv, row 7: not a number: \"x\"", error.getMessage());
  }

  @Test
  void keepsWhatCausedIt() {
    var cause = new IllegalStateException("inner");

    assertSame(cause, new F2d2Exception("outer", cause).getCause());
  }
}
