package org.f2d2.data;

import java.io.FilterReader;
import java.io.IOException;
import java.io.Reader;

/**
 * Puts a line of its own behind the end of a text: one character that no text has.
 *
 * <p>The parser takes a quote that is never closed for one that the end closes, as it is in a file
 * that was cut off. With the mark, such a cell ends in the mark, and otherwise the mark is the last
 * line.
 */
final class EndMark extends FilterReader {
  /** A character that Unicode keeps free for uses like this one. */
  static final char MARK = '\uffff';

  private char last = '\n';
  private String rest = "";
  private boolean ended;

  EndMark(Reader in) {
    super(in);
  }

  @Override
  public int read() throws IOException {
    char[] one = new char[1];
    return read(one, 0, 1) < 0 ? -1 : one[0];
  }

  @Override
  public int read(char[] text, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (!ended) {
      int n = super.read(text, offset, length);
      if (n >= 0) {
        last = n > 0 ? text[offset + n - 1] : last;
        return n;
      }
      ended = true;
      rest = (last == '\n' || last == '\r' ? "" : "\n") + MARK;
    }
    if (rest.isEmpty()) {
      return -1;
    }
    text[offset] = rest.charAt(0);
    rest = rest.substring(1);
    return 1;
  }
}
