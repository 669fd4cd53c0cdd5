package org.f2d2.lab.fuzz;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.f2d2.data.Table;
import org.f2d2.data.TableFile;

/** Plain CSV files. */
final class CsvKind extends FuzzedKind {

  private static final String FILE = "table.csv";

  CsvKind() {
    super("csv", 220);
  }

  @Override
  void write(long seed, Path folder) throws IOException {
    Dice dice = new Dice(seed);
    String text = CsvTexts.table(dice);
    if (dice.chance(0.5)) {
      text = TextDamage.some(text, dice);
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    Files.write(folder.resolve(FILE), dice.chance(0.25) ? ByteDamage.some(bytes, dice) : bytes);
  }

  @Override
  Outcome check(long seed, Path folder) throws IOException, Unreadable {
    Path file = folder.resolve(FILE);
    Table table = TableFile.read(file);
    PlainCsv plain = PlainCsv.read(Files.readAllBytes(file));
    return TableCheck.compare(table, plain.columns(), plain.rows());
  }
}
