package org.f2d2.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
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
    refused(words("psd-m: rounds must lie in [0, 20], got 21;"), and(fit, "rounds=21"));
    refused(words("'many' is no number for rounds"), and(fit, "rounds=many"));
    refused(words("--option"), and(fit, "rounds"));
    refused(Methods.ids().toArray(String[]::new), "methods", "magic");
  }

  @Test
  void anOptionOfAMethodIsSetOnceByItsName() {
    String[] fit = {"fit", "x.csv", "--model", "m", "--method", "alphaflow", "--option"};
    String[] twice = words("f2d2: --option sets fall-to twice; give it once (");
    refused(twice, and(fit, "fall-to=0.5", "--option", "fall-to=0.6"));
    refused(twice, and(fit, "fall-to=0.5", "--option=fallTo=0.5"));
    refused(twice, and(fit, "fallTo=0.5,fall-to=0.6"));
    refused(
        words("f2d2: alphaflow: fall-from must be below fall-to, got 0.7 and 0.6; known: "),
        and(fit, "fallFrom=0.7,fall-to=0.6"));
    refused(words("f2d2: --option takes NAME=VALUE, not 'fall-to' ("), and(fit, "fall-to"));
    refused(words("f2d2: --option takes NAME=VALUE, not '' ("), and(fit, "fall-to=0.5,"));
    refused(words("f2d2: --option takes NAME=VALUE, not '=1' ("), and(fit, "=1"));
    refused(words("--option", "NAME=VALUE"), fit);
  }

  private static String[] and(String[] words, String... last) {
    return Stream.concat(Arrays.stream(words), Arrays.stream(last)).toArray(String[]::new);
  }

  @Test
  void numberOfEvaluationsBelowOne() {
    for (String command : new String[] {"score", "evaluate"}) {
      refused(words("--nfe", "at least 1"), command, "x.csv", "--model", "m", "--nfe", "0");
    }
    refused(words("--nfe"), "sample", "--count", "1", "--model", "m", "--nfe", "0");
    refused(words("--nfe", "exact"), "score", "x.csv", "--model", "m", "--nfe", "many");
    for (String command : new String[] {"score", "share"}) {
      refused(words("f2d2: --nfe must be at least 1, got 0 ("), "bench", command, "--nfe", "1,0");
    }
  }

  @Test
  void whatIsNoNumberOfEvaluations() {
    for (String nfe : new String[] {"-1", "0"}) {
      String[] said = words("f2d2: --nfe must be at least 1, got " + nfe + " (");
      refused(said, "score", "x.csv", "--model", "m", "--nfe", nfe);
      refused(said, "sample", "--count", "1", "--model", "m", "--nfe", nfe);
      refused(said, "evaluate", "x.csv", "--model", "m", "--nfe", "4," + nfe);
    }
    for (String nfe : new String[] {"", "1.5", "1,2", "99999999999", "EXACT"}) {
      String[] said =
          words("f2d2: --nfe takes a whole number from 1 or the word exact, not '" + nfe + "' (");
      refused(said, "score", "x.csv", "--model", "m", "--nfe", nfe);
      refused(said, "sample", "--count", "1", "--model", "m", "--nfe", nfe);
    }
    for (String nfe : new String[] {"", "1.5", "exact", "1,,2", "99999999999"}) {
      refused(words("--nfe"), "evaluate", "x.csv", "--model", "m", "--nfe", nfe);
    }
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
    refusedFit("--minutes must be above 0 and at most 525600, got -1.0", "--minutes", "-1");
    refusedFit("--minutes must be above 0 and at most 525600, got Infinity", "--minutes=Infinity");
    refusedFit("--steps must be at least 1, got 0", "--steps", "0");
    refusedFit("--workers must be at least 1, got 0", "--workers", "0");
    refusedFit("--teacher-depth must lie in [1, 64], got 65", "--teacher-depth", "65");
    refusedFit("--teacher-width must be at least 1, got 0", "--teacher-width", "0");
    refusedFit("--student-width must lie in [0, 8192], got 8193", "--student-width", "8193");
    refusedFit("--cycle-weight must lie in [0, 1000], got 1001.0", "--cycle-weight", "1001");
    refusedFit("--determinant-weight must lie in [0, 1000], got NaN", "--determinant-weight=NaN");
    refusedFit("--guidance must lie in [0, 100], got 101.0", "--condition=c", "--guidance=101");
    refusedFit(
        "--guidance-mix makes a --guidance of W/(1-K) = 200.0, at most 100 can be learned",
        "--condition=c",
        "--guidance=100",
        "--guidance-mix=0.5");
    refused(words("f2d2: --minutes must be above 0"), "compare", "--minutes", "0");
    refused(words("f2d2: --teacher-minutes must be above 0"), "compare", "--teacher-minutes", "0");
    refused(words("--rows"), "bench", "file", "--rows", "0");
    refused(words("--count"), "sample", "--model", "m", "--count", "0");
    refused(words("--tolerance"), "score", "x.csv", "--model", "m", "--tolerance", "NaN");
  }

  private static void refusedFit(String message, String... options) {
    refused(words("f2d2: " + message + " ("), and(words("fit", "x.csv", "--model", "m"), options));
  }

  @Test
  void weightsOfAModelOrOfColumns() {
    String[] model = {"weights", "x.csv", "--log-target", "p", "--model", "m"};
    refused(words("--model", "--log-density"), "weights", "x.csv", "--log-target", "p");
    refused(words("--log-target"), "weights", "x.csv", "--model", "m");
    refused(words("--model", "--log-density"), and(model, "--log-density=q"));
    refused(words("--resample needs --output"), and(model, "--resample=5"));
    refused(words("--resample must be at least 1"), and(model, "--resample=0"));
    refused(words("--exact-rows is for --compare"), and(model, "--exact-rows=5"));
    refused(words("--json and --output -"), and(and(model, "--json"), "--output=-"));
    String[] columns = {"weights", "x.csv", "--log-target", "p", "--log-density", "q"};
    refused(words("--compare is for --model"), and(columns, "--compare"));
    refused(words("--nfe is for --model"), and(columns, "--nfe=1"));
    columns[5] = "p";
    refused(words("are one column"), columns);
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
    // The words are those of the command line.
    refusedConfig("steps: 0\n", "fit.yaml: --steps must be at least 1, got 0 (");
    refusedConfig("teacher-width: abc\n", "'abc' is not a whole number");
    refusedConfig("teacher-width: 99999999999\n", "'99999999999' is too large");
    refusedConfig("minutes: soon\n", "'soon' is not a number");
    refusedConfig(
        "method: alphaflow\noptions: {fall-to: 0.5}\n",
        "f2d2: --option sets fall-to twice; give it once (",
        "--option",
        "fall-to=0.6",
        "--option",
        "fall-to=0.7");
    refusedConfig(
        "method: alphaflow\noptions: {fall-to: 0.5, fallTo: 0.6}\n",
        "fit.yaml: --option sets fall-to twice; give it once (");
    refused(
        words("cannot be read: "), "fit", "x.csv", "--model", "m", "--config", folder.toString());
    refused(
        words("nowhere.yaml", "no such file"),
        "fit",
        "x.csv",
        "--model",
        "m",
        "--config",
        folder.resolve("nowhere.yaml").toString());
  }

  private void refusedConfig(String content, String word, String... options) throws IOException {
    Path file = Files.writeString(folder.resolve("fit.yaml"), content);
    String[] fit = {"fit", "x.csv", "--model", "m", "--config", file.toString()};
    refused(options.length == 0 ? words("fit.yaml", word) : words(word), and(fit, options));
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
