package org.f2d2.lab.fuzz;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.f2d2.data.DigitsFile;
import org.f2d2.data.ImageSet;

/** Files of the 8 × 8 digits. */
final class DigitsKind extends FuzzedKind {

  private static final String FILE = "optdigits.tra";
  private static final int PIXELS = 64;

  DigitsKind() {
    super("digits", 40);
  }

  @Override
  void write(long seed, Path folder) throws IOException {
    Dice dice = new Dice(seed);
    StringBuilder text = new StringBuilder();
    int lines = dice.below(4);
    for (int i = 0; i < lines; i++) {
      text.append(
          IntStream.range(0, PIXELS)
              .mapToObj(p -> Integer.toString(dice.below(17)))
              .collect(Collectors.joining(",")));
      text.append(',').append(dice.below(10)).append(dice.oneOf("\n", "\r\n", "\n\n"));
    }
    String damaged = dice.chance(0.6) ? TextDamage.some(text.toString(), dice) : text.toString();
    byte[] bytes = damaged.getBytes(StandardCharsets.UTF_8);
    Files.write(folder.resolve(FILE), dice.chance(0.2) ? ByteDamage.some(bytes, dice) : bytes);
  }

  @Override
  Outcome check(long seed, Path folder) throws IOException, Unreadable {
    Path file = folder.resolve(FILE);
    ImageSet set = DigitsFile.read(file);
    List<String> lines = PlainText.lines(GzipKind.unpacked(file));
    lines.removeIf(String::isBlank);
    if (lines.size() != set.count()) {
      return Outcome.changed(set.count() + " images of " + lines.size() + " lines");
    }
    for (int i = 0; i < set.count(); i++) {
      int[] stands = numbers(lines.get(i));
      int[] read = Arrays.copyOf(set.levelsOf(i, i + 1), PIXELS + 1);
      read[PIXELS] = set.label(i);
      if (!Arrays.equals(stands, read)) {
        return Outcome.changed("image " + i + " differs");
      }
    }
    return Outcome.ACCEPTED;
  }

  private static int[] numbers(String line) throws Unreadable {
    String[] cells = line.split(",", -1);
    int[] numbers = new int[cells.length];
    for (int i = 0; i < cells.length; i++) {
      numbers[i] = PlainText.smallWhole(cells[i]);
    }
    return numbers;
  }
}
