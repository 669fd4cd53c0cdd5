package org.f2d2.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
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

  private static final int MOST_BYTES = 1 << 20;

  // A setting that is given twice, or behind the end of the first document, is not lost silently.
  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

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
    CommandLine settings = new CommandLine(new FitSettings());
    settings.setCaseInsensitiveEnumValuesAllowed(true);
    ParseResult read;
    try {
      read = settings.parseArgs(arguments(file, command, settings.getCommandSpec()));
    } catch (ParameterException e) {
      throw refused(command, file, String.valueOf(e.getMessage()));
    }
    boolean lengthGiven = LENGTHS.stream().anyMatch(given::hasMatchedOption);
    for (OptionSpec option : read.matchedOptions()) {
      String name = option.longestName();
      boolean overruled = given.hasMatchedOption(name) || (lengthGiven && LENGTHS.contains(name));
      if (!overruled) {
        set(command.findOption(name), option);
      }
    }
  }

  private static void set(OptionSpec target, OptionSpec source) {
    Object value = source.getValue();
    try {
      target.setter().set(value);
    } catch (Exception e) {
      throw new IllegalStateException("cannot set " + target.longestName(), e);
    }
  }

  private static String[] arguments(Path file, CommandSpec command, CommandSpec known) {
    List<String> arguments = new ArrayList<>();
    for (Map.Entry<String, JsonNode> entry : read(file, command).properties()) {
      String option = "--" + entry.getKey();
      if (known.findOption(option) == null) {
        throw refused(command, file, "there is no setting '" + entry.getKey() + "'");
      }
      arguments.add(option + "=" + text(entry, file, command));
    }
    return arguments.toArray(String[]::new);
  }

  private static JsonNode read(Path file, CommandSpec command) {
    try {
      JsonNode root = YAML.readTree(content(file, command));
      if (root.isMissingNode() || root.isNull() || root.isObject()) {
        return root;
      }
      throw refused(command, file, "is not a list of settings such as 'minutes: 5'");
    } catch (JsonProcessingException e) {
      throw refused(command, file, "is not valid YAML: " + e.getOriginalMessage());
    } catch (NoSuchFileException e) {
      throw refused(command, file, "no such file");
    } catch (CharacterCodingException e) {
      throw refused(command, file, "is not UTF-8");
    } catch (IOException e) {
      throw refused(command, file, "cannot be read: " + e.getMessage());
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

  private static String text(Map.Entry<String, JsonNode> entry, Path file, CommandSpec command) {
    JsonNode value = entry.getValue();
    if (value.isArray()) {
      List<String> parts = new ArrayList<>();
      for (JsonNode part : value) {
        if (!part.isValueNode() || part.isNull()) {
          throw refused(command, file, "'" + entry.getKey() + "' is a list of more than values");
        }
        parts.add(part.asText());
      }
      return String.join(",", parts);
    }
    if (!value.isValueNode() || value.isNull()) {
      throw refused(command, file, "'" + entry.getKey() + "' has no value");
    }
    return value.asText();
  }

  private static ParameterException refused(CommandSpec command, Path file, String why) {
    return new ParameterException(command.commandLine(), file + ": " + why);
  }
}
