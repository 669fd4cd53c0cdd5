package org.f2d2.cli;

import org.junit.jupiter.api.Test;

/** What the benchmarks of cases say to names and numbers that are none. */
class BenchCasesTest {

  @Test
  void unknownNamesListTheKnownOnes() {
    Program.run("bench", "odd", "--case", "nothing").failed(1, "'nothing'", "poisson", "clusters");
    Program.run("bench", "far", "--case", "nothing").failed(1, "'nothing'", "curve", "chain20");
  }

  @Test
  void numbersAreChecked() {
    Program.run("bench", "odd", "--seeds", "0").failed(1, "--seeds");
    Program.run("bench", "far", "--seeds", "0").failed(1, "--seeds");
    Program.run("bench", "tables", "none.csv", "--seeds", "0").failed(1, "--seeds");
  }

  @Test
  void aMissingTableIsNamed() {
    Program.run("bench", "tables", "none.csv").failed(1, "none.csv");
  }
}
