package org.f2d2.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.f2d2.store.AtomicFile;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * A YAML file whose keys are the long options of {@code fit} without their dashes.
 *
 * <p>JSON is YAML too, so a JSON file does as well. The file is read by the same definitions as the
 * command line: a value that is refused there is refused here, and whatever the command line says
 * itself wins.
 */
final class FitConfigFile {

  /** A length given on the command line replaces one of either kind in the file. */
  private static final Set<String> LENGTHS = Set.of("--minutes", "--steps");

  /** The method's own settings: {@code options}, a list of names and values within the list. */
  private static final String OPTION = "option";

  private static final String METHOD = "method";

  private static final int MOST_BYTES = 1 << 20;

  private static final YAMLFactory YAML = new YAMLFactory();

  private FitConfigFile() {}

  /**
   * Fills in what the command line left open.
   *
   * @param file the file
   * @param command the command whose {@link FitSettings} are filled
   * @param given what the command line said
   * @throws ParameterException for a file that cannot be read, an unknown key or a refused value
   */
  static void apply(Path file, CommandSpec command, ParseResult given) {
    CommandLine settings = Main.reading(new CommandLine(new FitSettings()));
    String[] arguments = arguments(file, command, settings.getCommandSpec());
    ParseResult read;
    try {
      read = settings.parseArgs(arguments);
    } catch (ParameterException e) {
      throw refused(command, file, Complaint.about(e));
    }
    boolean lengthGiven = LENGTHS.stream().anyMatch(given::hasMatchedOption);
    for (OptionSpec option : read.matchedOptions()) {
      String name = option.longestName();
      boolean overruled = given.hasMatchedOption(name) || (lengthGiven && LENGTHS.contains(name));
      if (name.equals("--" + OPTION)) {
        options(command, option, read, given);
      } else if (!overruled) {
        set(command.findOption(name), option.getValue());
      }
    }
  }

  /**
   * The method's own settings, of which the command line may replace some; those of one method mean
   * nothing to another that the command line names.
   */
  private static void options(
      CommandSpec command, OptionSpec source, ParseResult read, ParseResult given) {
    String method = "--" + METHOD;
    if (read.hasMatchedOption(method)
        && given.hasMatchedOption(method)
        && !Objects.equals(
            read.matchedOption(method).<Object>getValue(),
            given.matchedOption(method).<Object>getValue())) {
      return;
    }
    OptionSpec target = command.findOption(source.longestName());
    Map<String, String> merged = new LinkedHashMap<>(all(source));
    if (given.hasMatchedOption(target)) {
      merged.putAll(Complaint.asUsage(command, () -> all(target)));
    }
    set(target, List.of(new FitSettings.Pairs(merged)));
  }

  private static Map<String, String> all(OptionSpec option) {
    return FitSettings.Pairs.all(option.<List<FitSettings.Pairs>>getValue());
  }

  private static void set(OptionSpec target, Object value) {
    try {
      target.setter().set(value);
    } catch (Exception e) {
      throw new IllegalStateException("cannot set " + target.longestName(), e);
    }
  }

  private static String[] arguments(Path file, CommandSpec command, CommandSpec known) {
    List<String> arguments = new ArrayList<>();
    for (Map.Entry<String, String> entry : read(file, command).entrySet()) {
      String option = "--" + entry.getKey();
      if (known.findOption(option) == null) {
        throw refused(command, file, "there is no setting '" + entry.getKey() + "'");
      }
      arguments.add(option + "=" + entry.getValue());
    }
    return arguments.toArray(String[]::new);
  }

  /**
   * The settings by name, each as it is spelled: what a command line takes is text, and to read it
   * as YAML does would make a column called 007 or yes another one.
   */
  private static Map<String, String> read(Path file, CommandSpec command) {
    try (YAMLParser in = YAML.createParser(content(file, command))) {
      Map<String, String> settings = new LinkedHashMap<>();
      JsonToken first = in.nextToken();
      if (first == JsonToken.START_OBJECT) {
        while (in.nextToken() == JsonToken.FIELD_NAME) {
          String name = in.currentName();
          in.nextToken();
          boolean inner = name.equals(OPTION + "s") && in.currentToken() == JsonToken.START_OBJECT;
          String text = inner ? pairs(in, file, command) : text(in, name, file, command);
          if (settings.put(inner ? OPTION : name, text) != null) {
            throw refused(command, file, "'" + name + "' is set twice");
          }
        }
      } else if (first != null && first != JsonToken.VALUE_NULL) {
        throw refused(command, file, "is not a list of settings such as 'minutes: 5'");
      }
      if (first != null && in.nextToken() != null) {
        throw refused(command, file, "goes on behind its list of settings");
      }
      return settings;
    } catch (JsonProcessingException e) {
      throw refused(command, file, "is not valid YAML: " + e.getOriginalMessage());
    } catch (NoSuchFileException e) {
      throw refused(command, file, "no such file");
    } catch (CharacterCodingException e) {
      throw refused(command, file, "is not UTF-8");
    } catch (IOException e) {
      throw refused(command, file, "cannot be read: " + AtomicFile.reason(e));
    }
  }

  /** The text of a file, which may be a pipe, but not an endless device. */
  private static String content(Path file, CommandSpec command) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MOST_BYTES + 1);
      if (bytes.length > MOST_BYTES) {
        throw refused(command, file, "is too long for a list of settings");
      }
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    }
  }

  /** The names and values of a list within the list, as a command line takes them. */
  private static String pairs(YAMLParser in, Path file, CommandSpec command) throws IOException {
    Map<String, String> pairs = new LinkedHashMap<>();
    while (in.nextToken() == JsonToken.FIELD_NAME) {
      String name = in.currentName();
      in.nextToken();
      if (pairs.put(name, value(in, name, file, command)) != null) {
        throw refused(command, file, "'" + name + "' is set twice");
      }
    }
    return String.join(
        ",", pairs.entrySet().stream().map(p -> p.getKey() + "=" + p.getValue()).toList());
  }

  /** The value that the parser has reached, or the values of a list with commas between them. */
  private static String text(YAMLParser in, String name, Path file, CommandSpec command)
      throws IOException {
    if (in.currentToken() != JsonToken.START_ARRAY) {
      return value(in, name, file, command);
    }
    List<String> parts = new ArrayList<>();
    while (in.nextToken() != JsonToken.END_ARRAY) {
      parts.add(value(in, name, file, command));
    }
    return String.join(",", parts);
  }

  private static String value(YAMLParser in, String name, Path file, CommandSpec command)
      throws IOException {
    JsonToken token = in.currentToken();
    // An alias would be read as its own name.
    if (token == JsonToken.VALUE_NULL || !token.isScalarValue() || in.isCurrentAlias()) {
      throw refused(command, file, "'" + name + "' has no value, or more than a list of values");
    }
    return in.getText();
  }

  private static ParameterException refused(CommandSpec command, Path file, String why) {
    return new ParameterException(command.commandLine(), file + ": " + why);
  }
}
