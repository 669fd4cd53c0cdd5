package org.f2d2.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.f2d2.objective.Methods;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Wrong usage: exit code 2 and one line. These need no process of their own. */
class UsageTest {

  @TempDir private Path folder;

  @Test
  void unknownMethodListsTheKnownOnes() {
    refused(
        Methods.ids().toArray(String[]::new), "fit", "x.csv", "--model", "m", "--method", "magic");
  }

  @Test
  void anOptionOfAMethodThatIsNotThereListsThoseThatAre() {
    String[] fit = {"fit", "x.csv", "--model", "m", "--method", "psd-m", "--option"};
    refused(words("psd-m: unknown option colour", "rounds in [0, 20] (0)"), and(fit, "colour=red"));
    refused(words("rounds must lie in [0, 20], got 21"), and(fit, "rounds=21"));
    refused(words("'many' is no number for rounds"), and(fit, "rounds=many"));
    refused(words("--option"), and(fit, "rounds"));
    refused(Methods.ids().toArray(String[]::new), "methods", "magic");
  }

  private static String[] and(String[] words, String last) {
    String[] all = Arrays.copyOf(words, words.length + 1);
    all[words.length] = last;
    return all;
  }

  @Test
  void numberOfEvaluationsBelowOne() {
    for (String command : new String[] {"score", "evaluate"}) {
      refused(words("--nfe", "at least 1"), command, "x.csv", "--model", "m", "--nfe", "0");
    }
    refused(words("--nfe"), "sample", "--count", "1", "--model", "m", "--nfe", "0");
    refused(words("--nfe", "exact"), "score", "x.csv", "--model", "m", "--nfe", "many");
  }

  @Test
  void contradictions() {
    refused(
        words("--minutes", "--steps"),
        "fit",
        "x.csv",
        "--model",
        "m",
        "--minutes",
        "1",
        "--steps",
        "2");
    refused(
        words("--nfe", "--tolerance"),
        "score",
        "x.csv",
        "--model",
        "m",
        "--nfe",
        "1",
        "--tolerance",
        "2");
    refused(words("--data"), "report", "--model", "m", "--label", "x");
  }

  @Test
  void valuesOutOfRange() {
    refused(words("minutes"), "fit", "x.csv", "--model", "m", "--minutes", "-1");
    refused(words("steps"), "fit", "x.csv", "--model", "m", "--steps", "0");
    refused(words("--rows"), "bench", "file", "--rows", "0");
    refused(words("--count"), "sample", "--model", "m", "--count", "0");
    refused(words("--tolerance"), "score", "x.csv", "--model", "m", "--tolerance", "NaN");
  }

  @Test
  void missingArguments() {
    refused(words("--model"), "score", "x.csv");
    refused(words("DATA"), "fit", "--model", "m");
    refused(words("divine"), "divine");
  }

  @Test
  void whatWasTypedIsNamedBeforeWhatIsMissing() {
    refused(
        words("Unknown option '--modle'", "did you mean --model?"),
        "score",
        "x.csv",
        "--modle",
        "m");
    refused(words("Unknown option '--colour'"), "fit", "--colour=red");
    refused(words("no command 'fitt'", "did you mean fit?"), "fitt", "x.csv", "--model", "m");
    refused(words("no command 'scroe'", "did you mean score?"), "scroe");
    refused(words("'y.csv' is one argument too many"), "score", "x.csv", "y.csv", "--model", "m");
  }

  @Test
  void wordsInPlaceOfNumbers() {
    refused(words("'abc' is not a whole number"), "sample", "--model", "m", "--count", "abc");
    refused(words("'1e3' is not a whole number"), "sample", "--model", "m", "--count", "1e3");
    refused(
        words("'99999999999' is too large"), "sample", "--model", "m", "--count", "99999999999");
    refused(words("'abc' is not a number"), "fit", "x.csv", "--model", "m", "--minutes", "abc");
    refused(words("'x' is not a whole number"), "fit", "x.csv", "--model", "m", "--seed", "x");
  }

  @Test
  void anAtSignIsPartOfAName() throws IOException {
    Path options = Files.writeString(folder.resolve("options"), "--no-such-option\n");
    StringWriter err = new StringWriter();
    CommandLine commandLine = Main.commandLine().setErr(new PrintWriter(err, true));
    assertEquals(
        1,
        commandLine.execute("evaluate", "@" + options, "--model", folder.resolve("m").toString()));
    assertTrue(err.toString().contains("m"), err.toString());
  }

  @Test
  void demonstrationsThatAreNotThere() {
    refused(words("checkerboard", "shuttle", "fashion-mnist"), "demo", "chess");
    refused(words("minutes"), "demo", "fashion-mnist", "--minutes", "0");
  }

  @Test
  void unknownDataListsTheKnownOnes() {
    refused(words("fashion-mnist", "mnist", "cifar-10", "digits"), "data", "fetch", "chess");
    refused(words("fetch"), "data");
  }

  @Test
  void faultyConfiguration() throws IOException {
    refusedConfig("colour: red\n", "colour");
    refusedConfig("method: magic\n", "magic");
    refusedConfig("steps: [1, 2]\n", "steps");
    refusedConfig("steps: {a: 1}\n", "steps");
    refusedConfig("- steps\n", "settings");
    refusedConfig("steps: 'x", "YAML");
    refused(
        words("nowhere.yaml", "no such file"),
        "fit",
        "x.csv",
        "--model",
        "m",
        "--config",
        folder.resolve("nowhere.yaml").toString());
  }

  private void refusedConfig(String content, String word) throws IOException {
    Path file = Files.writeString(folder.resolve("fit.yaml"), content);
    refused(words("fit.yaml", word), "fit", "x.csv", "--model", "m", "--config", file.toString());
  }

  private static String[] words(String... words) {
    return words;
  }

  private static void refused(String[] words, String... arguments) {
    StringWriter err = new StringWriter();
    StringWriter out = new StringWriter();
    CommandLine commandLine = Main.commandLine();
    commandLine.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    assertEquals(2, commandLine.execute(arguments), err.toString());
    assertEquals("", out.toString());
    assertEquals(1, err.toString().lines().count(), err.toString());
    for (String word : words) {
      assertTrue(err.toString().contains(word), () -> word + " in: " + err);
    }
  }
}
