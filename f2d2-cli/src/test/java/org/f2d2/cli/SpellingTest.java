package org.f2d2.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SpellingTest {

  private static final List<String> COMMANDS = List.of("fit", "score", "sample", "report", "data");

  @Test
  void findsTheNearestWord() {
    assertEquals(Optional.of("fit"), Spelling.meant("fitt", COMMANDS));
    assertEquals(Optional.of("score"), Spelling.meant("scroe", COMMANDS));
    assertEquals(Optional.of("sample"), Spelling.meant("sampel", COMMANDS));
    assertEquals(Optional.of("report"), Spelling.meant("raport", COMMANDS));
  }

  @Test
  void guessesNothingFromAnotherWord() {
    assertEquals(Optional.empty(), Spelling.meant("divine", COMMANDS));
    assertEquals(Optional.empty(), Spelling.meant("x", COMMANDS));
    assertEquals(Optional.empty(), Spelling.meant("", COMMANDS));
    assertEquals(Optional.empty(), Spelling.meant("fit", List.of()));
  }
}
