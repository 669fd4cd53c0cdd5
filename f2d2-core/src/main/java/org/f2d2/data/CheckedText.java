package org.f2d2.data;

import java.io.FilterReader;
import java.io.IOException;
import java.io.Reader;

/**
 * A text on its way to the parser, with two helps for what that would pass over in silence.
 *
 * <p>The parser takes a quote that is never closed for one that the end closes, as it is in a file
 * that was cut off. So a line of its own is put behind the end: one character that no text has.
 * Such a cell then ends in the mark, and otherwise the mark is the last line.
 *
 * <p>Behind a quoted cell that ends in a carriage return the parser takes the end of the line for a
 * part of that, and joins two rows. Such a text is refused.
 */
final class CheckedText extends FilterReader {
  /** A character that Unicode keeps free for uses like this one. */
  static final char MARK = '\uffff';

  private char last = '\n';
  private boolean quoteBehindReturn;
  private String rest = "";
  private boolean ended;

  CheckedText(Reader in) {
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
        check(text, offset, n);
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

  private void check(char[] text, int offset, int count) throws IOException {
    for (int i = offset; i < offset + count; i++) {
      if (text[i] == '"') {
        quoteBehindReturn = (i > offset ? text[i - 1] : last) == '\r';
      } else if (quoteBehindReturn) {
        if (text[i] == '\n') {
          throw new IOException("a quoted cell ends in a carriage return");
        }
        quoteBehindReturn = false;
      }
    }
  }
}
