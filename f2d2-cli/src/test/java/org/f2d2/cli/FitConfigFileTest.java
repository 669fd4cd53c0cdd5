package org.f2d2.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.f2d2.data.Decorrelation;
import org.f2d2.objective.AlignYourFlow;
import org.f2d2.objective.AlphaFlow;
import org.f2d2.objective.LsdF2d2;
import org.f2d2.objective.Method;
import org.f2d2.train.Budget;
import org.f2d2.train.FitOptions;
import org.f2d2.train.ImageFitOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class FitConfigFileTest {

  @TempDir private Path folder;

  @Test
  void fileFillsWhatTheCommandLineLeavesOpen() throws IOException {
    FitSettings settings =
        settings(
            """
            method: lsd-f2d2
            steps: 70
            seed: 3
            ignore: [x, y]
            decorrelation: none
            teacher-width: 48
            """,
            "--seed",
            "4");
    FitOptions options = settings.options();
    assertEquals(LsdF2d2.LSD_F2D2, options.method());
    assertEquals(new Budget.Steps(70), options.budget());
    assertEquals(4, options.seed());
    assertEquals(List.of("x", "y"), settings.ignore());
    assertEquals(Decorrelation.NONE, options.decorrelation());
    assertEquals(48, options.teacher().width());
    assertEquals(FitOptions.DEFAULT.student(), options.student());
  }

  @Test
  void optionsOfTheMethodAreAListWithinTheList() throws IOException {
    String file =
        """
        method: alphaflow
        options:
          diagonal-share: 0.3
          fall-from: 0.2
        """;
    Method stated = AlphaFlow.METHOD.with("diagonal-share", 0.3).with("fall-from", 0.2);
    assertEquals(stated, settings(file).options().method());
    assertEquals(
        stated.with("fall-from", 0.1).with("fall-snap", 0.01),
        settings(file, "--option", "fall-from=0.1", "--option", "fall-snap=0.01")
            .options()
            .method());
    assertEquals(stated, settings(file, "--method", "alphaflow").options().method());
    assertEquals(
        LsdF2d2.LSD, settings(file, "--method", "lsd").options().method(), "of another method");
    assertEquals(
        LsdF2d2.LSD.with("diagonal-share", 0.3),
        settings("options: {diagonal-share: 0.3}\n", "--method", "lsd").options().method());
    assertEquals(
        stated,
        settings("method: alphaflow\noption: [diagonal-share=0.3, fall-from=0.2]\n")
            .options()
            .method());
  }

  @Test
  void anOptionIsTheSameUnderBothItsNames() throws IOException {
    String file = "method: alphaflow\noptions: {fallFrom: 0.2, fallSnap: 0.1}\n";
    Method snapped = AlphaFlow.METHOD.with("fall-snap", 0.1);
    assertEquals(snapped.with("fall-from", 0.2), settings(file).options().method());
    assertEquals(
        snapped.with("fall-from", 0.1),
        settings(file, "--option", "fall-from=0.1").options().method());
    assertEquals(
        snapped.with("fall-from", 0.1).with("fall-to", 0.5),
        settings(file, "--option", "fallFrom=0.1,fallTo=0.5").options().method());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "options: 3\n",
        "options: [a]\n",
        "options: {a: 1, a: 2}\n",
        "options: {fall-to: 0.5, fallTo: 0.5}\n",
        "option: [a=1, a=2]\n",
        "options: {a: [1, 2]}\n",
        "options: {a: 1}\noption: b=2\n",
      })
  void optionsAreNamesAndValues(String content) {
    assertThrows(CommandLine.ParameterException.class, () -> settings(content));
  }

  @Test
  void imagesHaveTheOptionsOfTheirMethodToo() throws IOException {
    assertEquals(
        AlignYourFlow.AYF_EMD.with("last-r", 0.9),
        settings("method: ayf-emd\noptions: {last-r: 0.9}\n")
            .imageOptions(ImageFitOptions.DEFAULT, false)
            .method());
  }

  @Test
  void whatContradictsABegunFitIsNamed() throws IOException {
    FitOptions begun = FitOptions.DEFAULT.with(LsdF2d2.LSD.with("diagonal-share", 0.3));
    assertEquals(List.of(), contradicting(begun, "--method", "lsd"));
    assertEquals(List.of(), contradicting(begun, "--option", "diagonal-share=0.3"));
    assertEquals(List.of("--option"), contradicting(begun, "--option", "diagonal-share=0.5"));
    assertEquals(
        List.of("--method", "--option"),
        contradicting(begun, "--method", "psd-m", "--option", "rounds=0"));
  }

  private List<String> contradicting(FitOptions begun, String... arguments) throws IOException {
    return settings("", arguments).contradicting(one -> one.options(begun).equals(begun));
  }

  @Test
  void lengthOnTheCommandLineReplacesTheOtherKindToo() throws IOException {
    FitOptions options = settings("minutes: 9\n", "--steps", "5").options();
    assertEquals(new Budget.Steps(5), options.budget());
  }

  @Test
  void emptyFileAndJsonAreFine() throws IOException {
    assertEquals(FitOptions.DEFAULT, settings("").options());
    assertEquals(9, settings("{\"seed\": 9}").options().seed());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "seed: 1\nseed: 2\n",
        "seed: 1\n---\nseed: 2\n",
        "ignore: [[a], {b: c}]\n",
        "ignore: [a, null]\n",
        "ignore: &x [a]\nlabel: *x\n",
        "seed: 0x10\n",
        "minutes: .inf\n",
        "seed: 1\n\"\\uFFFE",
      })
  void nothingIsLostSilently(String content) {
    assertThrows(CommandLine.ParameterException.class, () -> settings(content));
  }

  @Test
  void textStaysAsItIsSpelled() throws IOException {
    assertEquals("yes", settings("label: yes\n").label());
    assertEquals(List.of("007", "1_000", "on"), settings("ignore: [007, 1_000, on]\n").ignore());
  }

  @Test
  void anEndlessFileIsRefused() {
    assertThrows(
        CommandLine.ParameterException.class, () -> settings("# " + "x".repeat(2 << 20) + "\n"));
  }

  private FitSettings settings(String content, String... arguments) throws IOException {
    Path file = Files.writeString(folder.resolve("fit.yaml"), content);
    Holder holder = new Holder();
    CommandLine commandLine = new CommandLine(holder);
    CommandLine.ParseResult given = commandLine.parseArgs(arguments);
    FitConfigFile.apply(file, commandLine.getCommandSpec(), given);
    return holder.settings;
  }

  @Command(name = "holder")
  private static final class Holder {
    @Mixin private final FitSettings settings = new FitSettings();
  }
}
