package org.f2d2.lab.fuzz;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A second reader of {@code .npy}, by the rules of NumPy's own ({@code numpy.lib.format}), except
 * that nothing may follow the array.
 *
 * @param columns of each row
 * @param rows numbers, row by row
 */
record PlainNpy(int columns, List<double[]> rows) {

  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};

  /**
   * Reads an array of one or two dimensions.
   *
   * @throws Unreadable when NumPy would refuse it, or it is no table of finite numbers
   */
  static PlainNpy read(byte[] bytes) throws Unreadable {
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    if (bytes.length < 12 || !Arrays.equals(bytes, 0, 6, MAGIC, 0, 6)) {
      throw new Unreadable("no signature");
    }
    int version = in.get(6);
    if (version < 1 || version > 3 || in.get(7) != 0) {
      throw new Unreadable("version " + version + "." + in.get(7));
    }
    in.position(8);
    long length =
        version == 1 ? Short.toUnsignedInt(in.getShort()) : Integer.toUnsignedLong(in.getInt());
    if (length > in.remaining()) {
      throw new Unreadable("the head is cut off");
    }
    byte[] head = new byte[(int) length];
    in.get(head);
    String text = version == 3 ? PlainText.of(head) : new String(head, StandardCharsets.ISO_8859_1);
    return array(PythonLiteral.read(text), in);
  }

  private static PlainNpy array(Object head, ByteBuffer in) throws Unreadable {
    if (!(head instanceof Map<?, ?> dict)
        || !dict.keySet().equals(Set.of("descr", "fortran_order", "shape"))) {
      throw new Unreadable("the head has other keys");
    }
    if (!(dict.get("descr") instanceof String descr)
        || !(dict.get("fortran_order") instanceof Boolean fortran)
        || !(dict.get("shape") instanceof List<?> shape)) {
      throw new Unreadable("a value of the head has another type");
    }
    int[] sides = new int[shape.size()];
    for (int i = 0; i < sides.length; i++) {
      if (!(shape.get(i) instanceof BigInteger side) || side.bitLength() > 31) {
        throw new Unreadable("a side of the shape is no size");
      }
      sides[i] = side.intValue();
    }
    if (sides.length < 1 || sides.length > 2) {
      throw new Unreadable(sides.length + " dimensions");
    }
    int rows = sides[0];
    int columns = sides.length == 1 ? 1 : sides[1];
    int size = size(descr);
    if (in.remaining() != (long) rows * columns * size) {
      throw new Unreadable(in.remaining() + " bytes for " + rows + " × " + columns + " " + descr);
    }
    ByteBuffer data = in.slice();
    data.order(descr.startsWith(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    List<double[]> out = new ArrayList<>();
    for (int r = 0; r < rows; r++) {
      double[] row = new double[columns];
      for (int c = 0; c < columns; c++) {
        int element = fortran ? c * rows + r : r * columns + c;
        row[c] = element(data, element * size, kind(descr), size);
        if (!Double.isFinite(row[c])) {
          throw new Unreadable("row " + (r + 1) + " is not finite");
        }
      }
      out.add(row);
    }
    return new PlainNpy(columns, out);
  }

  private static char kind(String descr) {
    return descr.charAt(descr.length() - 2);
  }

  private static int size(String descr) throws Unreadable {
    if (!descr.matches("[<>|=]?([iu][1248]|f[48]|b1)")) {
      throw new Unreadable("elements of type " + descr);
    }
    return descr.charAt(descr.length() - 1) - '0';
  }

  private static double element(ByteBuffer data, int at, char kind, int size) throws Unreadable {
    if (kind == 'b') {
      return data.get(at) == 0 ? 0 : 1;
    }
    if (kind == 'f') {
      return size == 4 ? data.getFloat(at) : data.getDouble(at);
    }
    byte[] bytes = new byte[size];
    for (int i = 0; i < size; i++) {
      bytes[data.order() == ByteOrder.BIG_ENDIAN ? i : size - 1 - i] = data.get(at + i);
    }
    BigInteger whole = kind == 'i' ? new BigInteger(bytes) : new BigInteger(1, bytes);
    if (new BigDecimal(whole.doubleValue()).compareTo(new BigDecimal(whole)) != 0) {
      throw new Unreadable(whole + " has more digits than a double keeps");
    }
    return whole.doubleValue();
  }
}
