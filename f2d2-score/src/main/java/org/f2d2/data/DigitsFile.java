package org.f2d2.data;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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

  /** Characters; a number may be spelled in up to {@value Place#LONGEST}. */
  private static final int LONGEST_LINE = 1 << 12;

  private DigitsFile() {}

  /**
   * Reads a file; empty lines are passed over.
   *
   * @param file plain or gzipped
   * @throws DataException when it cannot be read, has no images, or a line has not 65 numbers of
   *     their ranges
   */
  public static ImageSet read(Path file) {
    return HeldInMemory.read(file.toString(), () -> readAll(file));
  }

  private static ImageSet readAll(Path file) {
    ByteArrayOutputStream pixels = new ByteArrayOutputStream();
    List<Integer> labels = new ArrayList<>();
    long line = 0;
    try (BinaryInput in = BinaryInput.open(file);
        BufferedReader text =
            new BufferedReader(new InputStreamReader(in.stream(), StandardCharsets.UTF_8))) {
      Optional<String> next = line(text);
      while (next.isPresent()) {
        line++;
        if (!next.get().isBlank()) {
          Place place = new Place(file.toString(), labels.size() + 1L, line);
          read(next.get(), place, pixels, labels);
        }
        next = line(text);
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

  /**
   * The next line, or as much of it as no line of digits exceeds: what is no such file may have no
   * line breaks at all, and be endless. Empty at the end.
   */
  private static Optional<String> line(BufferedReader text) throws IOException {
    StringBuilder line = new StringBuilder();
    int c = text.read();
    if (c < 0) {
      return Optional.empty();
    }
    while (c >= 0 && c != '\n' && line.length() < LONGEST_LINE) {
      line.append((char) c);
      c = text.read();
    }
    return Optional.of(line.toString());
  }

  private static void read(
      String line, Place place, ByteArrayOutputStream pixels, List<Integer> labels) {
    String bare = line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
    if (bare.indexOf('\r') >= 0) {
      throw place.fault("a carriage return within the line");
    }
    String[] cells = bare.split(",", -1);
    if (cells.length != PIXELS + 1) {
      throw place.fault(cells.length + " numbers where " + (PIXELS + 1) + " are needed");
    }
    for (int i = 0; i < PIXELS; i++) {
      pixels.write(place.whole(cells[i], LEVELS, "pixel " + (i + 1)));
    }
    labels.add(place.whole(cells[PIXELS], CLASSES, "the digit"));
  }

  /** Where a number stands. */
  private record Place(String source, long row, long line) {
    DataException fault(String problem) {
      return DataException.inRow(source, row, line, problem);
    }

    /** Characters of a cell that may hold a number. */
    static final int LONGEST = 40;

    /** The whole number, 0 to {@code bound - 1}, in a cell. */
    int whole(String cell, int bound, String what) {
      String text = cell.strip();
      if (text.length() > LONGEST || !NumberText.isNumber(text)) {
        String shown = text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text;
        throw fault(what + " '" + shown + "' is no number");
      }
      int value;
      try {
        // Exact, since a double would take 1e-999 for 0.
        value = new BigDecimal(text).intValueExact();
      } catch (ArithmeticException | NumberFormatException e) {
        value = -1;
      }
      if (value < 0 || value >= bound) {
        throw fault(what + " " + text + " is no whole number from 0 to " + (bound - 1));
      }
      return value;
    }
  }
}
