package org.f2d2.lab;

/** Results that are printed for people or for programs. */
public interface Printable {

  /** As a table. */
  String markdown();

  /** As one JSON object; what is no number is null. */
  default String json() {
    return Json.of(this);
  }
}
