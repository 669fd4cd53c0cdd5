package org.f2d2.lab.fuzz;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.f2d2.data.IdxFile;
import org.f2d2.data.ImageSet;
import org.f2d2.data.Table;
import org.f2d2.data.TableFile;

/** Gzipped CSV and IDX files, of one or several members. */
final class GzipKind extends FuzzedKind {

  private static final String TABLE = "table.csv.gz";
  private static final String IMAGES = "images.gz";

  /** One input in so many unpacks to far more than a heap holds. */
  private static final int BOMBS = 20_000;

  private static final int BOMB_BYTES = 1 << 28;

  GzipKind() {
    super("gzip", 160);
  }

  private static boolean ofImages(long seed) {
    return (seed & 3) == 0;
  }

  @Override
  void write(long seed, Path folder) throws IOException {
    Dice dice = new Dice(seed);
    if (dice.below(BOMBS) == 0) {
      writeBomb(seed, folder);
      return;
    }
    byte[] content =
        ofImages(seed)
            ? IdxBytes.images(dice)
            : CsvTexts.table(dice).getBytes(StandardCharsets.UTF_8);
    int cut = dice.below(content.length + 1);
    byte[] packed = member(Arrays.copyOf(content, cut), dice);
    byte[] second = member(Arrays.copyOfRange(content, cut, content.length), dice);
    if (dice.chance(0.5)) {
      packed = member(content, dice);
    } else {
      second = dice.chance(0.2) ? ByteDamage.some(second, dice) : second;
      packed = ByteDamage.inserted(packed, packed.length, second);
    }
    if (dice.chance(0.05)) {
      packed = ByteDamage.inserted(packed, packed.length, new byte[dice.between(1, 600)]);
    }
    Files.write(
        folder.resolve(ofImages(seed) ? IMAGES : TABLE),
        dice.chance(0.6) ? ByteDamage.some(packed, dice) : packed);
  }

  /** A member with a head of the optional parts, which few programs write. */
  private static byte[] member(byte[] content, Dice dice) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int flags = dice.chance(0.5) ? 0 : dice.below(32);
    out.writeBytes(new byte[] {0x1f, (byte) 0x8b, 8, (byte) flags, 1, 2, 3, 4, 0, 3});
    if ((flags & 4) != 0) {
      int length = dice.below(20);
      out.writeBytes(new byte[] {(byte) length, 0});
      out.writeBytes(dice.bytes(length));
    }
    for (int flag : new int[] {8, 16}) {
      if ((flags & flag) != 0) {
        out.writeBytes("name\0".getBytes(StandardCharsets.ISO_8859_1));
      }
    }
    if ((flags & 2) != 0) {
      putNumber(out, crc(out.toByteArray()), 2);
    }
    Deflater deflater = new Deflater(dice.between(0, 9), true);
    deflater.setInput(content);
    deflater.finish();
    byte[] part = new byte[4096];
    while (!deflater.finished()) {
      out.write(part, 0, deflater.deflate(part));
    }
    deflater.end();
    putNumber(out, crc(content), 4);
    putNumber(out, content.length, 4);
    return out.toByteArray();
  }

  private static long crc(byte[] bytes) {
    CRC32 crc = new CRC32();
    crc.update(bytes);
    return crc.getValue();
  }

  private static void putNumber(ByteArrayOutputStream out, long number, int size) {
    for (int i = 0; i < size; i++) {
      out.write((int) (number >>> (8 * i)));
    }
  }

  private static void writeBomb(long seed, Path folder) throws IOException {
    byte[] block = new byte[1 << 16];
    byte[] head;
    if (ofImages(seed)) {
      head = IdxBytes.head(BOMB_BYTES / 64, 8, 8);
    } else {
      head = "a,b\n".getBytes(StandardCharsets.US_ASCII);
      for (int i = 0; i < block.length; i++) {
        block[i] = (byte) "1,2\n".charAt(i & 3);
      }
    }
    Path file = folder.resolve(ofImages(seed) ? IMAGES : TABLE);
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file), 1 << 16)) {
      out.write(head);
      for (int written = 0; written < BOMB_BYTES; written += block.length) {
        out.write(block);
      }
    }
  }

  @Override
  Outcome check(long seed, Path folder) throws IOException, Unreadable {
    Path file = folder.resolve(ofImages(seed) ? IMAGES : TABLE);
    if (ofImages(seed)) {
      ImageSet images = IdxFile.read(file);
      return IdxBytes.compare(images, unpacked(file), new byte[0]);
    }
    Table table = TableFile.read(file);
    PlainCsv plain = PlainCsv.read(unpacked(file));
    return TableCheck.compare(table, plain.columns(), plain.rows());
  }

  /** The content of a file, unpacked if it begins as a gzip member. */
  static byte[] unpacked(Path file) throws IOException, Unreadable {
    byte[] bytes = Files.readAllBytes(file);
    return PlainGzip.isGzip(bytes) ? PlainGzip.read(bytes) : bytes;
  }
}
