package org.f2d2.cli;

import java.io.PrintWriter;
import java.util.List;

/** Tells which columns of a file a model has no use for. */
final class UnknownColumns {

  private UnknownColumns() {}

  /**
   * Names them in one line, or says nothing if there are none.
   *
   * @param err standard error
   * @param source the file
   * @param names the columns
   */
  static void tell(PrintWriter err, String source, List<String> names) {
    if (!names.isEmpty()) {
      err.println(source + ": columns that the model does not know: " + String.join(", ", names));
    }
  }
}
