package org.f2d2.lab.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.f2d2.data.CifarFile;
import org.f2d2.data.ImageSet;

/** Files of CIFAR-10. */
final class CifarKind extends FuzzedKind {

  private static final String FILE = "batch.bin";
  private static final int PIXELS = 3 * 32 * 32;

  CifarKind() {
    super("cifar", 20);
  }

  @Override
  void write(long seed, Path folder) throws IOException {
    Dice dice = new Dice(seed);
    byte[] bytes = dice.bytes(dice.below(3) * (PIXELS + 1));
    for (int i = 0; i < bytes.length; i += PIXELS + 1) {
      bytes[i] = (byte) dice.below(dice.chance(0.9) ? 10 : 256);
    }
    Files.write(folder.resolve(FILE), dice.chance(0.5) ? ByteDamage.some(bytes, dice) : bytes);
  }

  @Override
  Outcome check(long seed, Path folder) throws IOException, Unreadable {
    Path file = folder.resolve(FILE);
    ImageSet set = CifarFile.read(List.of(file));
    byte[] bytes = GzipKind.unpacked(file);
    if (bytes.length != (long) set.count() * (PIXELS + 1) || set.dimensions() != PIXELS) {
      return Outcome.changed(set + " of " + bytes.length + " bytes");
    }
    for (int i = 0; i < set.count(); i++) {
      int start = i * (PIXELS + 1);
      if (set.label(i) != bytes[start] || set.label(i) > 9) {
        return Outcome.changed("label " + set.label(i) + " of image " + i);
      }
      for (int p = 0; p < PIXELS; p++) {
        if (set.level(i, p) != Byte.toUnsignedInt(bytes[start + 1 + p])) {
          return Outcome.changed("pixel " + p + " of image " + i);
        }
      }
    }
    return Outcome.ACCEPTED;
  }
}
