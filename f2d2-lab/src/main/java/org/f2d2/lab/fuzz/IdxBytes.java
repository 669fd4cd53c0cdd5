package org.f2d2.lab.fuzz;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.f2d2.data.ImageSet;

/** Small IDX files, and what they mean. */
final class IdxBytes {

  private static final int IMAGES = 0x803;
  private static final int COLOURED = 0x804;
  private static final int LABELS = 0x801;

  private IdxBytes() {}

  /** The head of a file of images of one channel. */
  static byte[] head(int count, int height, int width) {
    return numbers(IMAGES, count, height, width);
  }

  /** A file of up to six images of up to 5 × 5 pixels, of one channel or several. */
  static byte[] images(Dice dice) {
    int count = dice.below(7);
    int height = dice.between(1, 5);
    int width = dice.between(1, 5);
    int channels = dice.between(1, 3);
    boolean coloured = channels > 1;
    byte[] head =
        coloured ? numbers(COLOURED, count, channels, height, width) : head(count, height, width);
    return ByteDamage.inserted(head, head.length, dice.bytes(count * channels * height * width));
  }

  /** As many labels as a file of images has images. */
  static byte[] labels(byte[] images, Dice dice) {
    int count = ByteBuffer.wrap(images).getInt(4);
    byte[] head = numbers(LABELS, count);
    return ByteDamage.inserted(head, head.length, dice.bytes(count));
  }

  private static byte[] numbers(int... numbers) {
    ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES * numbers.length);
    Arrays.stream(numbers).forEach(bytes::putInt);
    return bytes.array();
  }

  /**
   * Compares images that the program has read with what the files say.
   *
   * @param images unpacked
   * @param labels unpacked; empty where none were asked for
   */
  static Outcome compare(ImageSet set, byte[] images, byte[] labels) throws Unreadable {
    ByteBuffer in = ByteBuffer.wrap(images);
    int magic = next(in);
    if (magic != IMAGES && magic != COLOURED) {
      throw new Unreadable("magic number " + magic);
    }
    long count = next(in);
    long channels = magic == COLOURED ? next(in) : 1;
    long height = next(in);
    long width = next(in);
    if (set.count() != count
        || set.channels() != channels
        || set.height() != height
        || set.width() != width
        || set.levels() != 256) {
      return Outcome.changed(set + " where the head says " + in);
    }
    if (in.remaining() != (long) set.count() * set.dimensions()) {
      throw new Unreadable(in.remaining() + " pixels for " + set);
    }
    for (int i = 0; i < set.count(); i++) {
      for (int p = 0; p < set.dimensions(); p++) {
        if (set.level(i, p) != Byte.toUnsignedInt(in.get())) {
          return Outcome.changed("image " + i + ", pixel " + p + " is " + set.level(i, p));
        }
      }
    }
    return labels.length == 0 ? Outcome.ACCEPTED : compareLabels(set, ByteBuffer.wrap(labels));
  }

  private static Outcome compareLabels(ImageSet set, ByteBuffer in) throws Unreadable {
    if (next(in) != LABELS || next(in) != set.count() || in.remaining() != set.count()) {
      throw new Unreadable("labels of another kind or number");
    }
    for (int i = 0; i < set.count(); i++) {
      if (set.label(i) != Byte.toUnsignedInt(in.get())) {
        return Outcome.changed("label " + i + " is " + set.label(i));
      }
    }
    return Outcome.ACCEPTED;
  }

  private static int next(ByteBuffer in) throws Unreadable {
    if (in.remaining() < Integer.BYTES) {
      throw new Unreadable("cut off in the head");
    }
    return in.getInt();
  }
}
