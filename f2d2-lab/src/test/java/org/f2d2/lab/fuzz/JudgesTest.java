package org.f2d2.lab.fuzz;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.f2d2.data.Table;
import org.f2d2.error.F2d2Exception;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The judges of the fuzz suite: a judge that lets everything pass would find nothing. */
class JudgesTest {

  @TempDir private Path folder;

  private static PlainCsv csv(String text) throws Unreadable {
    return PlainCsv.read(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void tablesOfTextAreReadAsTheyStand() throws Unreadable {
    PlainCsv table = csv("\ufeff a ,\"b,\"\"c\"\r\n\n1,\" -2.5e1 \"\r.5,7\n\n");
    assertEquals(List.of("a", "b,\"c"), table.columns());
    assertEquals(2, table.rows().size());
    assertArrayEquals(new double[] {1, -25}, table.rows().get(0));
    assertArrayEquals(new double[] {0.5, 7}, table.rows().get(1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\n",
        "a,a\n",
        "a,\n",
        "a,b\n1\n",
        "a\n\"1\"2\n",
        "a\n\"1",
        "a\nNaN\n",
        "a\n1e999\n",
        "a\n1\n\n2\n",
        "a\n9007199254740993\n",
        "a\n0x1p3\n"
      })
  void textThatIsNoTableOfNumbersIsNotRead(String text) {
    assertThrows(Unreadable.class, () -> csv(text));
  }

  @Test
  void anotherValueIsNoticed() {
    Table table = Table.of(List.of("a", "b"), new double[] {1, 2, 3, 4});
    List<double[]> rows = List.of(new double[] {1, 2}, new double[] {3, Math.nextUp(4.0)});
    assertEquals(Verdict.CHANGED, TableCheck.compare(table, List.of("a", "b"), rows).verdict());
    rows.get(1)[1] = 4;
    assertEquals(Outcome.ACCEPTED, TableCheck.compare(table, List.of("a", "b"), rows));
    assertEquals(Verdict.CHANGED, TableCheck.compare(table, List.of("a", "c"), rows).verdict());
    assertEquals(
        Verdict.CHANGED,
        TableCheck.compare(table, List.of("a", "b"), rows.subList(0, 1)).verdict());
  }

  @Test
  void everyBitOfAGzipMemberThatMattersIsNoticed() throws IOException, Unreadable {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] content = "a,b\n1,2\n".getBytes(StandardCharsets.US_ASCII);
    for (int member = 0; member < 2; member++) {
      try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
        gzip.write(content);
      }
    }
    byte[] packed = out.toByteArray();
    assertEquals(2 * content.length, PlainGzip.read(packed).length);
    assertEquals(2 * content.length, PlainGzip.read(Arrays.copyOf(packed, 600)).length);
    for (int cut = 1; cut < packed.length; cut++) {
      int length = cut;
      if (cut != packed.length / 2) {
        assertThrows(Unreadable.class, () -> PlainGzip.read(Arrays.copyOf(packed, length)));
      }
    }
    byte[] damaged = packed.clone();
    damaged[packed.length - 6] ^= 1;
    assertThrows(Unreadable.class, () -> PlainGzip.read(damaged));
  }

  @Test
  void literalsArePythons() throws Unreadable {
    assertEquals(
        Map.of("a", List.of(BigInteger.ONE), "b", true),
        PythonLiteral.read("{'a': (3), \"a\": (1,), 'b': True, }\n"));
    assertEquals(BigInteger.TEN, PythonLiteral.read("(10)"));
    for (String wrong : List.of("{'a': 01}", "{'a' 1}", "(1", "'a", "{} x", "-1", "('a',,)")) {
      assertThrows(Unreadable.class, () -> PythonLiteral.read(wrong), wrong);
    }
  }

  @Test
  void jsonIsReadAsStrictlyAsItIsDefined() throws Unreadable {
    String text = "{\"a\":[1,-2.5e3,true,null],\"b\":{\"\\u0041\\n\":\"x\"}}";
    Object tree = PlainJson.read(text);
    assertEquals(tree, PlainJson.read(PlainJson.write(tree)));
    for (String wrong :
        List.of("{\"a\":1,\"a\":2}", "[1,]", "{,}", "01", "nul", "\"\t\"", "[1] 2", "[", "+1")) {
      assertThrows(Unreadable.class, () -> PlainJson.read(wrong), wrong);
    }
  }

  @Test
  void onlyTheExceptionForUsersIsARefusal() {
    assertEquals(Verdict.REFUSED, Outcome.of(new F2d2Exception("a.csv: is empty")).verdict());
    assertEquals(Verdict.TRACE, Outcome.of(new F2d2Exception(" ")).verdict());
    Outcome wrong = Outcome.of(new IllegalStateException("two\nlines"));
    assertEquals(Verdict.WRONG_EXCEPTION, wrong.verdict());
    assertEquals(1, wrong.detail().lines().count());
    assertEquals(Verdict.WRONG_EXCEPTION, Outcome.of(new OutOfMemoryError()).verdict());
  }

  @Test
  void theSameSeedMakesTheSameInputAndOthersMakeOthers() throws IOException {
    for (FuzzedKind kind :
        List.of(new CsvKind(), new GzipKind(), new NpyKind(), new IdxKind(), new DigitsKind())) {
      int same = 0;
      for (long seed = 0; seed < 50; seed++) {
        byte[] first = written(kind, seed);
        assertArrayEquals(first, written(kind, seed), kind.name());
        same += Arrays.equals(first, written(kind, seed + 4)) ? 1 : 0;
      }
      assertTrue(same < 10, kind.name());
    }
  }

  private byte[] written(FuzzedKind kind, long seed) throws IOException {
    Path own = Files.createDirectories(folder.resolve(kind.name()));
    kind.write(seed, own);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    try (var files = Files.list(own)) {
      for (Path file : files.sorted().toList()) {
        all.writeBytes(Files.readAllBytes(file));
      }
    }
    return all.toByteArray();
  }

  @Test
  void aFindingIsTheSameAfterItsLine() {
    Finding finding = new Finding("csv", 17, Verdict.CHANGED, "row 3, column 'x'");
    assertEquals(finding, Finding.ofLine(finding.line()));
    assertEquals("csv:17", finding.id());
    Finding alike = new Finding("csv", 18, Verdict.CHANGED, "row 40, column 'y'");
    assertEquals(finding.cause(), alike.cause());
    assertFalse(finding.cause().equals(new Finding("csv", 17, Verdict.HANG, "x").cause()));
  }
}
