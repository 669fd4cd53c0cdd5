package org.f2d2.cli;

import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.f2d2.error.F2d2Exception;
import org.f2d2.lab.fuzz.CommandsUnderTest;
import org.f2d2.train.Budget;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** The commands as {@code f2d2 bench fuzz} runs them: in its own processes, many in each. */
public final class FuzzedCommands implements CommandsUnderTest {

  /** Commands that take moments on small data. The others are parsed and not run. */
  private static final Set<String> QUICK =
      Set.of(
          "f2d2",
          "score",
          "sample",
          "evaluate",
          "export",
          "methods",
          "fit",
          "bench",
          "data",
          "experiment");

  private static final int MOST_ROWS = 1000;

  /** For {@code f2d2 bench fuzz}, which finds this class by its name. */
  public FuzzedCommands() {}

  @Override
  public int run(List<String> arguments, PrintWriter err) {
    String[] words = arguments.toArray(String[]::new);
    if (isLong(words)) {
      return CommandLine.ExitCode.OK;
    }
    return Main.execute(words, new PrintWriter(Writer.nullWriter()), err);
  }

  /** Whether a command is right, and would take more than moments. */
  private static boolean isLong(String[] words) {
    ParseResult parsed;
    try {
      parsed = Main.commandLine().setErr(new PrintWriter(Writer.nullWriter())).parseArgs(words);
    } catch (ParameterException refused) {
      return false;
    }
    while (parsed.hasSubcommand()) {
      parsed = parsed.subcommand();
    }
    if (parsed.isUsageHelpRequested() || parsed.isVersionHelpRequested()) {
      return false;
    }
    String name = parsed.commandSpec().name();
    if (name.equals("sample")) {
      return parsed.matchedOptionValue("--count", 0) > MOST_ROWS;
    }
    // A fit of a few rows is refused before it begins.
    return !QUICK.contains(name)
        || (name.equals("fit")
            && parsed.hasMatchedPositional(0)
            && isFittable(String.valueOf((Object) parsed.matchedPositionalValue(0, ""))));
  }

  private static boolean isFittable(String data) {
    return !data.endsWith("few.csv") && !data.equals("-") && exists(data);
  }

  private static boolean exists(String file) {
    return file.indexOf(0) < 0 && Files.exists(Path.of(file));
  }

  @Override
  public Map<String, String> settings(Path config) {
    ParseResult given =
        Main.commandLine()
            .parseArgs("fit", "data.csv", "--model", "model", "--config", config.toString())
            .subcommand();
    CommandSpec spec = given.commandSpec();
    try {
      FitConfigFile.apply(config, spec, given);
    } catch (ParameterException refused) {
      throw new F2d2Exception(String.valueOf(refused.getMessage()), refused);
    }
    Map<String, String> settings = new TreeMap<>();
    for (CommandSpec mixin : spec.mixins().values()) {
      if (mixin.userObject() instanceof FitSettings chosen) {
        chosen.options();
        for (OptionSpec option : mixin.options()) {
          Object value = option.getValue();
          settings.put(
              option.longestName(),
              value instanceof Budget.Steps length
                  ? Integer.toString(length.steps())
                  : String.valueOf(value));
        }
      }
    }
    return settings;
  }
}
