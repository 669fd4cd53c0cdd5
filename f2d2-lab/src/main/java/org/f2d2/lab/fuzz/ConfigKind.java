package org.f2d2.lab.fuzz;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Configuration files of {@code fit}. Where a file that was taken is so plain that no rule of YAML
 * is needed to read it, every setting must be what its line says.
 */
final class ConfigKind extends FuzzedKind {

  private static final String FILE = "fit.yaml";

  private static final List<String> LINES =
      List.of(
          "minutes: 5",
          "steps: 100",
          "seed: 7",
          "workers: 2",
          "method: trajectory-regression",
          "method: lsd-f2d2",
          "label: y",
          "ignore: [a, b]",
          "ignore: a",
          "decorrelation: zca",
          "decorrelation: none",
          "teacher-width: 64",
          "teacher-depth: 3",
          "student-width: 32",
          "student-depth: 4",
          "cycle-weight: 0.5",
          "determinant-weight: 1.5e-1",
          "condition: c",
          "guidance: 2",
          "guidance-mix: 0.5",
          "autoguidance: true",
          "# a comment",
          "");

  private static final List<String> TRAPS =
      List.of(
          "seed: 0x10",
          "seed: 010",
          "seed: 1_000",
          "seed: 1:30",
          "minutes: .inf",
          "minutes: .nan",
          "label: yes",
          "label: null",
          "label: ~",
          "label: \"\"",
          "label: !!int 3",
          "a: &x [*x]",
          "label: &a b",
          "ignore: *a",
          "<<: {seed: 1}",
          "seed: 1 # one",
          "---",
          "...",
          "? seed",
          "label: |",
          "  text",
          "steps: 1e3",
          "steps: 99999999999",
          "minutes: -0",
          "{seed: 1}",
          "[1, 2]",
          "\tseed: 1",
          "seed:1",
          "seed: '7'",
          "workers: 2.0",
          "%YAML 1.2",
          "seed: [[7]]",
          "ignore: [[a], {b: c}]",
          "ignore: []",
          "minutes: {a: 1}",
          "seed: 7\u0000");

  private static final Pattern PLAIN =
      Pattern.compile("([a-z-]+): (-?(?:0|[1-9][0-9]{0,17})(?:\\.[0-9]{1,17})?|[a-z][a-z0-9-]*)");

  private final CommandsUnderTest commands;

  ConfigKind(CommandsUnderTest commands) {
    super("config", 20);
    this.commands = commands;
  }

  @Override
  void write(long seed, Path folder) throws IOException {
    Dice dice = new Dice(seed);
    StringBuilder text = new StringBuilder();
    int lines = dice.below(5);
    for (int i = 0; i < lines; i++) {
      text.append(dice.oneOf(dice.chance(0.1) ? TRAPS : LINES)).append('\n');
    }
    String config = text.toString();
    if (dice.chance(0.02)) {
      int depth = dice.oneOf(40, 60, 2000, 50_000);
      config = "seed: " + "[".repeat(depth) + "]".repeat(depth);
    }
    config = dice.chance(0.5) ? TextDamage.some(config, dice) : config;
    byte[] bytes = config.getBytes(StandardCharsets.UTF_8);
    Files.write(folder.resolve(FILE), dice.chance(0.15) ? ByteDamage.some(bytes, dice) : bytes);
  }

  @Override
  Outcome check(long seed, Path folder) throws IOException, Unreadable {
    Path file = folder.resolve(FILE);
    Map<String, String> settings = commands.settings(file);
    Map<String, String> lines = new LinkedHashMap<>();
    for (String line : PlainText.lines(Files.readAllBytes(file))) {
      Matcher plain = PLAIN.matcher(line);
      if (plain.matches()) {
        if (lines.put(plain.group(1), plain.group(2)) != null) {
          return Outcome.changed("'" + plain.group(1) + "' stands twice and was taken");
        }
      } else if (!line.isBlank() && !line.startsWith("#")) {
        return Outcome.ACCEPTED;
      }
    }
    for (Map.Entry<String, String> line : lines.entrySet()) {
      String taken = settings.getOrDefault("--" + line.getKey(), "");
      if (!same(line.getValue(), taken)) {
        return Outcome.changed(line.getKey() + ": " + line.getValue() + " was taken as " + taken);
      }
    }
    return Outcome.ACCEPTED;
  }

  private static boolean same(String stands, String taken) {
    try {
      // What has a fraction is a double in the program, and may be spelled shorter.
      return new BigDecimal(stands).compareTo(new BigDecimal(taken)) == 0
          || (stands.contains(".") && Double.parseDouble(stands) == Double.parseDouble(taken));
    } catch (NumberFormatException e) {
      // Names of choices are spelled in capitals and with other dashes inside the program.
      return letters(stands).equals(letters(taken));
    }
  }

  private static String letters(String text) {
    return text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
  }
}
