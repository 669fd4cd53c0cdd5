package org.f2d2.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.f2d2.error.F2d2Exception;
import org.junit.jupiter.api.Test;

class TableTest {
  private final Table table = Table.of(List.of("a", "b", "c"), new double[] {1, 2, 3, 4, 5, 6});

  @Test
  void givesValuesColumnsAndRows() {
    assertEquals(2, table.rows());
    assertEquals(3, table.columnCount());
    assertEquals(6, table.value(1, 2));
    assertArrayEquals(new double[] {2, 5}, table.column("b"));
    assertArrayEquals(new double[] {3, 1, 6, 4}, table.select(List.of("c", "a")).values());
    assertArrayEquals(new double[] {4, 5, 6, 1, 2, 3}, table.rows(new int[] {1, 0}).values());
    assertEquals(List.of("a", "c"), table.without(List.of("b")).columns());
  }

  @Test
  void doesNotChangeWithTheArraysAroundIt() {
    double[] values = {1, 2};
    Table own = Table.of(List.of("a"), values);
    values[0] = 9;
    own.values()[1] = 9;
    assertArrayEquals(new double[] {1, 2}, own.values());
  }

  @Test
  void refusesWhatIsNoTable() {
    assertThrows(F2d2Exception.class, () -> Table.of(List.of(), new double[0]));
    assertThrows(F2d2Exception.class, () -> Table.of(List.of("a", "a"), new double[2]));
    assertThrows(F2d2Exception.class, () -> Table.of(List.of("a", "b"), new double[3]));
    assertThrows(F2d2Exception.class, () -> table.column("d"));
    assertThrows(F2d2Exception.class, () -> table.without(List.of("d")));
    assertThrows(F2d2Exception.class, () -> table.without(List.of("a", "b", "c")));
    assertThrows(IndexOutOfBoundsException.class, () -> table.value(2, 0));
    assertThrows(IndexOutOfBoundsException.class, () -> table.rows(new int[] {2}));
  }

  @Test
  void matchesColumnsByNameInAnyOrder() {
    ColumnMatch match = ColumnMatch.of("f.csv", List.of("id", "b", "a", "z"), List.of("a", "b"));
    assertEquals(List.of("a", "b"), match.columns());
    assertEquals(List.of("id", "z"), match.unknown());
    assertEquals(
        "f.csv: missing column 'b'",
        assertThrows(
                DataException.class, () -> ColumnMatch.of("f.csv", List.of("a"), List.of("a", "b")))
            .getMessage());
    assertEquals(
        "f.csv: missing columns 'b', 'c'",
        assertThrows(
                DataException.class,
                () -> ColumnMatch.of("f.csv", List.of("a"), List.of("a", "b", "c")))
            .getMessage());
  }

  @Test
  void hashIsTheShaOfTheDocumentedBytes() throws Exception {
    java.nio.ByteBuffer bytes = java.nio.ByteBuffer.allocate(4 + 4 + 1 + 4 + 2 + 8 + 16);
    bytes.putInt(2).putInt(1).put((byte) 'a').putInt(2).put((byte) 0xc3).put((byte) 0xa9);
    bytes.putLong(1).putDouble(0.0).putDouble(-2.5);
    byte[] sha = java.security.MessageDigest.getInstance("SHA-256").digest(bytes.array());
    assertEquals(
        java.util.HexFormat.of().formatHex(sha),
        DataHash.sha256(Table.of(List.of("a", "\u00e9"), new double[] {-0.0, -2.5})));
  }

  @Test
  void hashSeesNamesValuesShapeAndOrder() {
    String hash = DataHash.sha256(table);
    assertEquals(64, hash.length());
    assertNotEquals(hash, DataHash.sha256(table.select(List.of("b", "a", "c"))));
    assertNotEquals(hash, DataHash.sha256(table.rows(new int[] {1, 0})));
    assertNotEquals(hash, DataHash.sha256(Table.of(List.of("a", "b", "d"), table.values())));
    assertNotEquals(
        DataHash.sha256(Table.of(List.of("ab", "c"), new double[] {1, 2})),
        DataHash.sha256(Table.of(List.of("a", "bc"), new double[] {1, 2})));
    double[] many = new double[30_000];
    String before = DataHash.sha256(Table.of(List.of("a"), many));
    many[29_999] = 1e-300;
    assertNotEquals(before, DataHash.sha256(Table.of(List.of("a"), many)));
  }
}
