package org.f2d2.lab.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.f2d2.data.IdxFile;
import org.f2d2.data.ImageFile;

/** IDX files of images, some of them with a file of labels. */
final class IdxKind extends FuzzedKind {

  private static final String IMAGES = "images-idx3-ubyte";
  private static final String LABELS = "labels-idx1-ubyte";

  IdxKind() {
    super("idx", 100);
  }

  private static boolean labelled(long seed) {
    return (seed & 1) == 0;
  }

  @Override
  void write(long seed, Path folder) throws IOException {
    Dice dice = new Dice(seed);
    byte[] images = IdxBytes.images(dice);
    byte[] labels = IdxBytes.labels(images, dice);
    Files.write(folder.resolve(IMAGES), damaged(images, dice));
    Files.write(folder.resolve(LABELS), damaged(labels, dice));
  }

  private static byte[] damaged(byte[] bytes, Dice dice) {
    if (dice.chance(0.35)) {
      return bytes;
    }
    // The sizes in the head are where a lie costs most.
    return dice.chance(0.5)
        ? ByteDamage.overwritten(bytes, 4 * dice.below(5) % bytes.length, dice)
        : ByteDamage.some(bytes, dice);
  }

  @Override
  Outcome check(long seed, Path folder) throws IOException, Unreadable {
    Path images = folder.resolve(IMAGES);
    Path labels = folder.resolve(LABELS);
    return labelled(seed)
        ? IdxBytes.compare(
            IdxFile.read(images, labels), GzipKind.unpacked(images), GzipKind.unpacked(labels))
        : IdxBytes.compare(ImageFile.read(images), GzipKind.unpacked(images), new byte[0]);
  }
}
