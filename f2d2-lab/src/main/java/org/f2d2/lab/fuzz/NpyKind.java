package org.f2d2.lab.fuzz;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.f2d2.data.Table;
import org.f2d2.data.TableFile;

/** NumPy's files of arrays. */
final class NpyKind extends FuzzedKind {

  private static final String FILE = "table.npy";

  private static final List<String> TYPES =
      List.of(
          "<f8", "<f8", "<f4", "<i8", "<i4", "<i2", "|i1", "<u8", "<u4", "<u2", "|u1", "|b1", "f8",
          "=f4", ">f8", ">i2", "<f2", "<c16", "|S8", "<U1", "|O", "<M8[ns]");

  /** Pieces that a head may wrongly have. */
  private static final List<String> PIECES =
      List.of(
          "'descr': '<i8', ",
          "'shape': (1, 1), ",
          "'fortran_order': True, ",
          "'extra': 'shape': ",
          "'x': \"'shape': (2, 2), 'descr': '<u8'\", ",
          "(",
          ")",
          ",",
          "'",
          "\"",
          "{",
          "}",
          " ",
          "#",
          "0",
          "1",
          "-",
          "L",
          "_",
          "True",
          "None",
          "\\",
          "\u0000",
          "[('a', '<f8')]",
          "\n");

  NpyKind() {
    super("npy", 200);
  }

  @Override
  void write(long seed, Path folder) throws IOException {
    Dice dice = new Dice(seed);
    int rows = dice.below(6);
    int columns = dice.between(dice.chance(0.05) ? 0 : 1, 4);
    if (dice.chance(2e-4)) {
      columns = dice.oneOf(1000, 100_000, 1_000_000);
    }
    String type = dice.oneOf(TYPES);
    boolean vector = dice.chance(0.2);
    String shape = vector ? "(" + rows + ",)" : "(" + rows + ", " + columns + ")";
    String head =
        "{'descr': '"
            + type
            + "', 'fortran_order': "
            + dice.oneOf("False", "True")
            + ", 'shape': "
            + shape
            + ", }";
    if (dice.chance(0.4)) {
      head = damagedHead(head, dice);
    }
    int size = Math.max(1, "0123456789".indexOf(type.charAt(type.length() - 1)));
    byte[] data = elements(rows * (vector ? 1 : columns), size, type.contains("f"), dice);
    byte[] bytes = file(head, data, dice);
    Files.write(folder.resolve(FILE), dice.chance(0.3) ? ByteDamage.some(bytes, dice) : bytes);
  }

  private static String damagedHead(String head, Dice dice) {
    int at = dice.below(head.length() + 1);
    return switch (dice.below(5)) {
      case 0 -> TextDamage.some(head, dice);
      case 1 -> head.replace("(", "(" + dice.edge() + ", ");
      case 2 -> head.replaceAll("\\(\\d+", "(" + dice.edge());
      default -> head.substring(0, at) + dice.oneOf(PIECES) + head.substring(at);
    };
  }

  private static byte[] elements(int count, int size, boolean numbers, Dice dice) {
    if (!numbers || size < 4 || dice.chance(0.1)) {
      return dice.bytes(count * size);
    }
    ByteBuffer data = ByteBuffer.allocate(count * size).order(ByteOrder.LITTLE_ENDIAN);
    while (data.remaining() >= size) {
      if (size == 4) {
        data.putFloat((float) dice.gaussian());
      } else {
        data.putDouble(dice.gaussian());
      }
    }
    return data.array();
  }

  private static byte[] file(String head, byte[] data, Dice dice) {
    byte[] text = head.getBytes(StandardCharsets.UTF_8);
    int version = dice.chance(0.7) ? 1 : dice.between(1, 4);
    int lengthBytes = version == 1 ? 2 : 4;
    int padded = (8 + lengthBytes + text.length + 64) / 64 * 64;
    ByteBuffer out = ByteBuffer.allocate(padded + data.length).order(ByteOrder.LITTLE_ENDIAN);
    out.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', (byte) version, 0});
    int length = padded - 8 - lengthBytes;
    if (version == 1) {
      out.putShort((short) length);
    } else {
      out.putInt(length);
    }
    out.put(text);
    while (out.position() < padded - 1) {
      out.put((byte) ' ');
    }
    return out.put((byte) '\n').put(data).array();
  }

  @Override
  Outcome check(long seed, Path folder) throws IOException, Unreadable {
    Path file = folder.resolve(FILE);
    Table table = TableFile.read(file);
    PlainNpy plain = PlainNpy.read(Files.readAllBytes(file));
    List<String> names = IntStream.range(0, plain.columns()).mapToObj(c -> "x" + c).toList();
    return TableCheck.compare(table, names, plain.rows());
  }
}
