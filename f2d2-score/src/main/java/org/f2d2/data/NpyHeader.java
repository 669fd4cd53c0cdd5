package org.f2d2.data;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * The head of a {@code .npy} file: what the numbers are and how they lie.
 *
 * @param type how one element is stored
 * @param fortranOrder whether columns lie one after another
 * @param rows number of rows
 * @param columns number of columns; 1 for a one-dimensional array
 * @param dataOffset where the elements begin, in bytes
 */
record NpyHeader(Element type, boolean fortranOrder, long rows, int columns, long dataOffset) {
  private static final int PREFIX = 8;
  private static final int LONGEST = 1 << 20;

  /** How one element is stored, and how it becomes a double. */
  enum Element {
    F8("f8", 8) {
      @Override
      double get(ByteBuffer bytes, int at) {
        return bytes.getDouble(at);
      }
    },
    F4("f4", 4) {
      @Override
      double get(ByteBuffer bytes, int at) {
        return bytes.getFloat(at);
      }
    },
    I8("i8", 8) {
      @Override
      double get(ByteBuffer bytes, int at) {
        return bytes.getLong(at);
      }

      @Override
      Optional<String> rounded(ByteBuffer bytes, int at) {
        long value = bytes.getLong(at);
        // The largest long rounds up to 2^63, and casting that back would give it again.
        return value == (long) (double) value && value != Long.MAX_VALUE
            ? Optional.empty()
            : Optional.of(Long.toString(value));
      }
    },
    I4("i4", 4) {
      @Override
      double get(ByteBuffer bytes, int at) {
        return bytes.getInt(at);
      }
    },
    I2("i2", 2) {
      @Override
      double get(ByteBuffer bytes, int at) {
        return bytes.getShort(at);
      }
    },
    I1("i1", 1) {
      @Override
      double get(ByteBuffer bytes, int at) {
        return bytes.get(at);
      }
    },
    U8("u8", 8) {
      @Override
      double get(ByteBuffer bytes, int at) {
        long bits = bytes.getLong(at);
        // Above 2^63 the lowest bit is folded in, so that halving does not round twice.
        return bits >= 0 ? bits : ((bits >>> 1) | (bits & 1)) * 2.0;
      }

      @Override
      Optional<String> rounded(ByteBuffer bytes, int at) {
        String digits = Long.toUnsignedString(bytes.getLong(at));
        return new BigDecimal(get(bytes, at)).compareTo(new BigDecimal(digits)) == 0
            ? Optional.empty()
            : Optional.of(digits);
      }
    },
    U4("u4", 4) {
      @Override
      double get(ByteBuffer bytes, int at) {
        return Integer.toUnsignedLong(bytes.getInt(at));
      }
    },
    U2("u2", 2) {
      @Override
      double get(ByteBuffer bytes, int at) {
        return Short.toUnsignedInt(bytes.getShort(at));
      }
    },
    U1("u1", 1) {
      @Override
      double get(ByteBuffer bytes, int at) {
        return Byte.toUnsignedInt(bytes.get(at));
      }
    },
    B1("b1", 1) {
      @Override
      double get(ByteBuffer bytes, int at) {
        return bytes.get(at) == 0 ? 0 : 1;
      }
    };

    private final String code;
    private final int size;

    Element(String code, int size) {
      this.code = code;
      this.size = size;
    }

    /** Bytes per element. */
    int size() {
      return size;
    }

    /**
     * The element at a byte index of a little-endian buffer; integers past 2^53 are rounded, see
     * {@link #rounded}.
     */
    abstract double get(ByteBuffer bytes, int at);

    /** The digits of an element that {@link #get} had to round; empty where it is exact. */
    Optional<String> rounded(ByteBuffer bytes, int at) {
      return Optional.empty();
    }
  }

  /**
   * Reads and checks the head against the length of the file.
   *
   * @throws DataException when it is no head, describes something else than a table of numbers, or
   *     promises more or less data than the file holds
   */
  static NpyHeader read(String source, SeekableByteChannel channel) throws IOException {
    ByteBuffer prefix = fill(channel, 0, 12);
    byte[] magic = new byte[6];
    if (prefix.remaining() < 10) {
      throw new DataException(source, "not a .npy file: it has only " + channel.size() + " bytes");
    }
    prefix.get(magic);
    if (!new String(magic, StandardCharsets.ISO_8859_1).equals("\u0093NUMPY")) {
      throw new DataException(source, "not a .npy file: its first bytes are not the signature");
    }
    int version = Byte.toUnsignedInt(prefix.get());
    int minor = Byte.toUnsignedInt(prefix.get());
    if (version < 1 || version > 3 || minor != 0) {
      throw new DataException(
          source,
          "version " + version + (minor == 0 ? "" : "." + minor) + " of .npy is not supported");
    }
    int lengthBytes = version == 1 ? 2 : 4;
    long length =
        version == 1
            ? Short.toUnsignedInt(prefix.getShort())
            : prefix.remaining() < 4 ? Long.MAX_VALUE : Integer.toUnsignedLong(prefix.getInt());
    long start = (long) PREFIX + lengthBytes;
    if (length > LONGEST || start + length > channel.size()) {
      throw new DataException(source, "the .npy header is longer than the file or than 1 MiB");
    }
    ByteBuffer text = fill(channel, start, (int) length);
    // Nothing beyond ASCII has a meaning there, whatever the encoding of the version.
    return parse(
        source,
        StandardCharsets.ISO_8859_1.decode(text).toString(),
        start + length,
        channel.size());
  }

  private static NpyHeader parse(String source, String text, long offset, long fileSize) {
    NpyDict dict = NpyDict.read(source, text);
    Element type = element(source, dict.order(), dict.code());
    List<Long> shape = dict.shape();
    if (shape.isEmpty() || shape.size() > 2) {
      throw new DataException(
          source, "an array of " + shape.size() + " dimensions is not a table; 1 or 2 are needed");
    }
    long rows = shape.get(0);
    long columns = shape.size() == 1 ? 1 : shape.get(1);
    if (columns < 1 || columns > Short.MAX_VALUE * 32L) {
      throw new DataException(source, "the .npy header names " + columns + " columns");
    }
    long held = fileSize - offset;
    long promised;
    try {
      promised = Math.multiplyExact(Math.multiplyExact(rows, columns), (long) type.size());
    } catch (ArithmeticException e) {
      throw new DataException(source, "the shape (" + dict.shapeText() + ") is impossible", e);
    }
    if (held != promised) {
      throw new DataException(
          source, "the header promises " + promised + " bytes of data, the file holds " + held);
    }
    boolean fortran = dict.fortranOrder() && columns > 1;
    return new NpyHeader(type, fortran, rows, (int) columns, offset);
  }

  private static Element element(String source, String order, String code) {
    for (Element element : Element.values()) {
      if (element.code.equals(code)) {
        if (order.equals(">") && element.size > 1) {
          throw new DataException(source, "big-endian numbers ('>" + code + "') are not supported");
        }
        return element;
      }
    }
    throw new DataException(source, "elements of type '" + order + code + "' are not supported");
  }

  /** Reads up to {@code count} bytes from a position; fewer at the end of the file. */
  private static ByteBuffer fill(SeekableByteChannel channel, long position, int count)
      throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
    channel.position(position);
    while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
      // read until full or at the end
    }
    return bytes.flip();
  }
}
