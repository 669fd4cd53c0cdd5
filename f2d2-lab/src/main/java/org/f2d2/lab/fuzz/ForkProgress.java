package org.f2d2.lab.fuzz;

import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Where a fork stands, in a file that both processes have mapped: it survives the fork's death, and
 * costs a fork no call to the system.
 */
final class ForkProgress {

  private static final int HEAD = 3;
  private static final int VERDICTS = Verdict.values().length;

  private final MappedByteBuffer numbers;

  private ForkProgress(MappedByteBuffer numbers) {
    this.numbers = numbers;
  }

  /** Opens a file, or makes one of zeros. */
  static ForkProgress open(Path file, int kinds) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      long bytes = Long.BYTES * (long) (HEAD + kinds * VERDICTS);
      return new ForkProgress(channel.map(FileChannel.MapMode.READ_WRITE, 0, bytes));
    }
  }

  private long at(int index) {
    return numbers.getLong(Long.BYTES * index);
  }

  private void put(int index, long value) {
    numbers.putLong(Long.BYTES * index, value);
  }

  /** The kind in work. */
  int kind() {
    return (int) at(0);
  }

  /** The input in work, counted within its kind. */
  long input() {
    return at(1);
  }

  /** Inputs begun in all, by which a standstill is seen. */
  long begun() {
    return at(2);
  }

  /** Says which input is worked on next. */
  void begin(int kind, long input) {
    put(0, kind);
    put(1, input);
    put(2, begun() + 1);
  }

  /** Adds an outcome. */
  void count(int kind, Verdict verdict) {
    put(index(kind, verdict), counted(kind, verdict) + 1);
  }

  long counted(int kind, Verdict verdict) {
    return at(index(kind, verdict));
  }

  private static int index(int kind, Verdict verdict) {
    return HEAD + kind * VERDICTS + verdict.ordinal();
  }
}
