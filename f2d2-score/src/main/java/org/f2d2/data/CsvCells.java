package org.f2d2.data;

import de.siegmar.fastcsv.reader.AbstractBaseCsvCallbackHandler;
import de.siegmar.fastcsv.reader.RecordWrapper;
import java.util.ArrayList;
import java.util.List;

/**
 * The cells of the record that was parsed last.
 *
 * <p>Numbers are parsed out of the parser's own buffer, so a row costs no text. There is one object
 * for all records: each overwrites the one before. Until {@link #want} says which cells matter, all
 * are kept as text, which is how the header is read.
 */
final class CsvCells extends AbstractBaseCsvCallbackHandler<CsvCells> {
  private boolean[] wanted = new boolean[0];
  private double[] numbers = new double[0];
  private String[] faulty = new String[0];
  private int labelCell = -1;
  private String label = "";
  private boolean header = true;
  private final List<String> texts = new ArrayList<>();
  private boolean blank;
  private boolean marked;
  private boolean markQuoted;

  /**
   * Parses these cells of the records to come and drops the others.
   *
   * @param width cells of a whole record
   * @param numberCells positions of the numbers
   * @param textCell position of the one cell to be kept as text; negative for none
   */
  void want(int width, int[] numberCells, int textCell) {
    wanted = new boolean[width];
    numbers = new double[width];
    faulty = new String[width];
    for (int cell : numberCells) {
      wanted[cell] = true;
    }
    labelCell = textCell;
    header = false;
  }

  /** Line of the source that the record begins in, counted from 1. */
  long line() {
    return getStartingLineNumber();
  }

  /** How many cells the record has. */
  int count() {
    return getFieldCount();
  }

  /** Whether the record is one cell of white space: a blank line. */
  boolean isBlank() {
    return blank && getFieldCount() == 1;
  }

  /** Whether the record is {@link CheckedText}'s, or its last cell has run into that one. */
  boolean mayBeMark() {
    return isMark() || (marked && markQuoted);
  }

  /** Whether the record is the mark and nothing else. */
  boolean isMark() {
    return marked && !markQuoted && blank && getFieldCount() == 1;
  }

  /** The texts of all cells, as long as {@link #want} was not called. */
  List<String> texts() {
    return texts;
  }

  /** A wanted number; NaN for a cell that holds none, or one that a double cannot keep. */
  double number(int cell) {
    return numbers[cell];
  }

  /** The trimmed text of a wanted cell whose number is NaN. */
  String faulty(int cell) {
    return faulty[cell];
  }

  /** The cell that is kept as text. */
  String label() {
    return label;
  }

  @Override
  protected void handleBegin(long startingLineNumber) {
    texts.clear();
    marked = false;
  }

  @Override
  protected void handleField(int cell, char[] buffer, int offset, int length, boolean quoted) {
    marked = length > 0 && buffer[offset + length - 1] == CheckedText.MARK;
    markQuoted = quoted;
    if (cell == 0) {
      // A mark that is alone in its cell is no more than a blank.
      int end = marked ? offset + length - 1 : offset + length;
      blank = NumberText.isBlank(buffer, offset, end);
    }
    if (header) {
      texts.add(new String(buffer, offset, length));
    } else if (cell == labelCell) {
      label = new String(buffer, offset, length);
    } else if (cell < wanted.length && wanted[cell]) {
      double value = NumberText.parse(buffer, offset, offset + length);
      boolean usable =
          Double.isFinite(value) && NumberText.keepsDigits(value, buffer, offset, offset + length);
      numbers[cell] = usable ? value : Double.NaN;
      if (!usable) {
        faulty[cell] = new String(buffer, offset, length).strip();
      }
    }
  }

  @Override
  protected RecordWrapper<CsvCells> buildRecord() {
    return wrapRecord(this);
  }
}
