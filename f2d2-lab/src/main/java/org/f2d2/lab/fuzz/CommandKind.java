package org.f2d2.lab.fuzz;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.f2d2.error.F2d2Exception;

/**
 * Command lines with a fault. Every one must end with an exit code of the program, and a failing
 * one with one line that begins with its name.
 */
final class CommandKind extends FuzzedKind {

  private static final String ARGUMENTS = "arguments.json";

  /** Stands for the folder in {@link #LINES}. */
  private static final String HERE = "HERE/";

  private static final List<String> LINES =
      List.of(
          "score HERE/rows.csv --model HERE/model --quiet",
          "score HERE/rows.csv --model HERE/model --nfe 2 --output HERE/out.csv --quiet",
          "score HERE/rows.csv --model HERE/classes --tolerance 0.5 --quiet",
          "score HERE/images-idx3-ubyte --model HERE/image-model --quiet",
          "sample --model HERE/model --count 3 --nfe 2 --seed 1 --density --output HERE/out.csv",
          "sample --model HERE/classes --count 2 --autoguidance 1.5 --condition 1",
          "sample --model HERE/model --count 2 --gamma 0.5 --nfe 4 --quiet",
          "sample --model HERE/image-model --count 1 --output HERE/out-idx3-ubyte",
          "evaluate HERE/few.csv --model HERE/model --nfe 1,2 --json --quiet",
          "export --model HERE/model --output HERE/out.onnx",
          "fit HERE/few.csv --model HERE/new --steps 1 --seed 3 --quiet",
          "fit HERE/few.csv --model HERE/new --minutes 0.1 --method lsd-f2d2 --workers 1",
          "fit HERE/few.csv --model HERE/new --ignore seven --label count --resume",
          "fit HERE/few.csv --model HERE/new --condition count --guidance 2 --config HERE/empty",
          "report --model HERE/model --output HERE/out.html",
          "methods",
          "verify --json",
          "compare --methods lsd-f2d2,esd --dataset ring --minutes 0.1 --seeds 1 --json",
          "bench accuracy --density ring --minutes 0.1 --rows 1000",
          "demo checkerboard",
          "data fetch digits",
          "experiment sample-complexity");

  private static final List<String> WORDS =
      List.of(
          "",
          " ",
          "-",
          "--",
          "---",
          "=",
          "--=",
          "-x",
          "--no-such-option",
          "--help",
          "--version",
          "--quiet",
          "--json",
          "--nfe",
          "--nfe=exact",
          "exact",
          "0",
          "-1",
          "1,2,3",
          "1,,2",
          "NaN",
          "1e999",
          "@",
          "@HERE/rows.csv",
          "@missing",
          "~",
          "*",
          "ä",
          "😀",
          "\n",
          "\t",
          "\u0000",
          "HERE/model",
          "HERE/missing",
          "HERE/rows.csv",
          "HERE/few.csv",
          "HERE/empty",
          "HERE/",
          "HERE/images-idx3-ubyte",
          "HERE/model/model.json",
          "/dev/null",
          "/dev/full",
          "HERE/missing/out.csv",
          "true",
          "--model",
          "--output",
          "--count",
          "--seed",
          "--labels",
          "x".repeat(5000),
          "fit",
          "score",
          "help");

  private final Path material;
  private final CommandsUnderTest commands;
  private Optional<DamagedFiles> data = Optional.empty();

  CommandKind(Path material, CommandsUnderTest commands) {
    super("command", 10);
    this.material = material;
    this.commands = commands;
  }

  @Override
  void begin(Path folder) throws IOException {
    data = Optional.of(new DamagedFiles(material));
    for (String directory : Material.MODELS) {
      new DamagedFiles(material.resolve(directory)).write(folder.resolve(directory));
    }
  }

  @Override
  void write(long seed, Path folder) throws IOException {
    Dice dice = new Dice(seed);
    // Any file here may be named as an output.
    if (data.isPresent()) {
      data.get().writeInto(folder);
    }
    Files.write(folder.resolve("empty"), new byte[0]);
    List<Object> words = new ArrayList<>(List.of((Object[]) dice.oneOf(LINES).split(" ")));
    int faults = dice.chance(0.7) ? 1 : dice.between(2, 4);
    for (int i = 0; i < faults && !words.isEmpty(); i++) {
      damage(words, dice);
    }
    words.replaceAll(word -> inside(String.valueOf(word), folder));
    Files.writeString(folder.resolve(ARGUMENTS), PlainJson.write(words), StandardCharsets.UTF_8);
  }

  private static void damage(List<Object> words, Dice dice) {
    int at = dice.below(words.size());
    String word = String.valueOf(words.get(at));
    switch (dice.below(9)) {
      case 0 -> words.remove(at);
      case 1 -> words.add(dice.below(words.size() + 1), word);
      case 2 -> words.add(dice.below(words.size() + 1), dice.oneOf(WORDS));
      case 3 -> words.set(at, dice.oneOf(WORDS));
      case 4 -> words.set(at, dice.numberText());
      case 5 -> words.set(at, words.set(dice.below(words.size()), word));
      case 6 -> words.add(at + 1, dice.oneOf(dice.oneOf(LINES).split(" ")));
      case 7 -> words.set(at, word + "=" + dice.oneOf(WORDS));
      default -> words.set(at, TextDamage.some(word, dice));
    }
  }

  /** A word that names nothing outside the folder, but for devices that swallow what they get. */
  private static String inside(String word, Path folder) {
    if (word.equals("/dev/null") || word.equals("/dev/full")) {
      return word;
    }
    return word.replace(HERE, "\u0001")
        .replace('/', '_')
        .replace("..", "_")
        .replace("\u0001", folder + "/");
  }

  @Override
  Outcome check(long seed, Path folder) throws IOException {
    List<String> words = new ArrayList<>();
    try {
      Object list = PlainJson.read(Files.readString(folder.resolve(ARGUMENTS)));
      ((List<?>) list).forEach(word -> words.add(String.valueOf(word)));
    } catch (Unreadable e) {
      throw new IllegalStateException("the arguments are JSON", e);
    }
    StringWriter err = new StringWriter();
    int exit = commands.run(words, new PrintWriter(err));
    return judged(exit, err.toString());
  }

  private static Outcome judged(int exit, String err) {
    List<String> lines = err.lines().filter(line -> !line.isBlank()).toList();
    String last = lines.isEmpty() ? "" : lines.get(lines.size() - 1);
    if (err.contains("\tat ") || err.contains("--debug shows the trace")) {
      return new Outcome(Verdict.TRACE, err);
    }
    return switch (exit) {
      case 0, 3 -> Outcome.ACCEPTED;
      case 1, 2 -> {
        if (!last.startsWith("f2d2: ")) {
          yield new Outcome(Verdict.TRACE, "exit code " + exit + " without its line: " + err);
        }
        throw new F2d2Exception(last);
      }
      default -> new Outcome(Verdict.TRACE, "exit code " + exit + ": " + err);
    };
  }
}
