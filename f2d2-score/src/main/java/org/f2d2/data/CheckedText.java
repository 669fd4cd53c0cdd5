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
 * <p>Where a quoted cell holds a carriage return that no line feed follows, the parser takes the
 * line feed behind the cell for it, loses the cell and joins two rows. Such a text is refused.
 */
final class CheckedText extends FilterReader {
  /** A character that Unicode keeps free for uses like this one. */
  static final char MARK = '\uffff';

  /** Where in the text a character stands. */
  private enum Place {
    PLAIN,
    QUOTED,
    /** Behind a quote in a quoted cell, which closes it unless another quote follows. */
    BEHIND_QUOTE,
    /** Behind a carriage return in a quoted cell. */
    BEHIND_RETURN
  }

  private Place place = Place.PLAIN;
  private char last = '\n';
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
        for (int i = offset; i < offset + n; i++) {
          char c = text[i];
          // Nearly all characters of a table of numbers go no further.
          if (place != Place.PLAIN || c == '"') {
            place = after(c);
          }
          last = c;
        }
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

  private Place after(char c) throws IOException {
    switch (place) {
      case QUOTED:
        return c == '"' ? Place.BEHIND_QUOTE : c == '\r' ? Place.BEHIND_RETURN : Place.QUOTED;
      case BEHIND_QUOTE:
        return c == '"' ? Place.QUOTED : Place.PLAIN;
      case BEHIND_RETURN:
        if (c != '\n') {
          throw new IOException("a quoted cell holds a carriage return that ends no line");
        }
        return Place.QUOTED;
      default:
        // A quote opens a cell only where one begins.
        boolean begins = last == ',' || last == '\n' || last == '\r';
        return begins ? Place.QUOTED : Place.PLAIN;
    }
  }
}
