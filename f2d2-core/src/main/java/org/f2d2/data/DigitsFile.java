package org.f2d2.data;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The 8 × 8 digits of the UCI repository (Alpaydin and Kaynak 1998, "Optical recognition of
 * handwritten digits"), plain or gzipped.
 *
 * <p>Each line has 64 numbers from 0 to 16, row by row, and the digit, separated by commas. Whole
 * numbers may be written as {@code 1.0} or {@code 1e0}. Images have one channel and 17 levels.
 */
public final class DigitsFile {
  private static final int SIDE = 8;
  private static final int PIXELS = SIDE * SIDE;
  private static final int LEVELS = 17;
  private static final int CLASSES = 10;

  private DigitsFile() {}

  /**
   * Reads a file; empty lines are passed over.
   *
   * @param file plain or gzipped
   * @throws DataException when it cannot be read, has no images, or a line has not 65 numbers of
   *     their ranges
   */
  public static ImageSet read(Path file) {
    ByteArrayOutputStream pixels = new ByteArrayOutputStream();
    List<Integer> labels = new ArrayList<>();
    long line = 0;
    try (BinaryInput in = BinaryInput.open(file);
        BufferedReader text =
            new BufferedReader(new InputStreamReader(in.stream(), StandardCharsets.UTF_8))) {
      for (String next = text.readLine(); next != null; next = text.readLine()) {
        line++;
        if (next.isBlank()) {
          continue;
        }
        Place place = new Place(file.toString(), labels.size() + 1L, line);
        String[] cells = next.split(",", -1);
        if (cells.length != PIXELS + 1) {
          throw place.fault(cells.length + " numbers where " + (PIXELS + 1) + " are needed");
        }
        for (int i = 0; i < PIXELS; i++) {
          pixels.write(place.whole(cells[i], LEVELS, "pixel " + (i + 1)));
        }
        labels.add(place.whole(cells[PIXELS], CLASSES, "the digit"));
      }
    } catch (IOException e) {
      throw new DataException(
          file.toString(), "after line " + line + ": cannot be read: " + TableFile.reason(e), e);
    }
    if (labels.isEmpty()) {
      throw new DataException(file.toString(), "has no images");
    }
    return ImageSet.sharing(
        1,
        SIDE,
        SIDE,
        LEVELS,
        pixels.toByteArray(),
        labels.stream().mapToInt(Integer::intValue).toArray());
  }

  /** Where a number stands. */
  private record Place(String source, long row, long line) {
    DataException fault(String problem) {
      return DataException.inRow(source, row, line, problem);
    }

    /** The whole number, 0 to {@code bound - 1}, in a cell. */
    int whole(String cell, int bound, String what) {
      double value;
      try {
        value = Double.parseDouble(cell);
      } catch (NumberFormatException e) {
        throw fault(what + " '" + cell.strip() + "' is no number");
      }
      if (!(value >= 0 && value < bound) || value != Math.rint(value)) {
        throw fault(what + " " + cell.strip() + " is no whole number from 0 to " + (bound - 1));
      }
      return (int) value;
    }
  }
}
