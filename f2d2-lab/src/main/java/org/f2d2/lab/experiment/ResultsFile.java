package org.f2d2.lab.experiment;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.f2d2.error.F2d2Exception;

/**
 * Finished runs, one JSON object a line, below a first line with the {@link Settings} that they
 * share. A line is written when its run ends, so that an interruption costs the runs under way and
 * nothing else; half a line at the end, which a kill may leave, is dropped.
 *
 * <p>Safe for several threads of one process.
 */
final class ResultsFile {

  private static final String NAME = "runs.jsonl";
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Optional<Path> file;
  private final Map<String, RunResult> results = new HashMap<>();

  private ResultsFile(Optional<Path> file) {
    this.file = file;
  }

  /** Results that are not kept. */
  static ResultsFile inMemory() {
    return new ResultsFile(Optional.empty());
  }

  /**
   * The results of a folder, which is made if there is none.
   *
   * @throws F2d2Exception when it cannot be read or written, or holds results of other settings
   */
  static ResultsFile in(Path folder, Settings settings) {
    Path path = folder.resolve(NAME);
    ResultsFile results = new ResultsFile(Optional.of(path));
    try {
      Files.createDirectories(folder);
      if (Files.exists(path)) {
        results.read(path, settings);
      } else {
        Files.writeString(path, line(settings));
      }
    } catch (IOException e) {
      throw new F2d2Exception(path + ": cannot be used: " + e.getMessage(), e);
    }
    return results;
  }

  private void read(Path path, Settings settings) throws IOException {
    String text = Files.readString(path);
    // What follows the last line break was cut off while it was written.
    String whole = text.substring(0, text.lastIndexOf('\n') + 1);
    List<String> lines = new ArrayList<>(whole.lines().toList());
    if (lines.isEmpty()) {
      Files.writeString(path, line(settings));
      return;
    }
    try {
      if (!MAPPER.readValue(lines.remove(0), Settings.class).equals(settings)) {
        throw new F2d2Exception(path + ": holds runs of other settings; take another folder");
      }
      for (String line : lines) {
        RunResult result = MAPPER.readValue(line, RunResult.class);
        results.put(result.key(), result);
      }
    } catch (JsonProcessingException e) {
      throw new F2d2Exception(path + ": is no file of results: " + e.getOriginalMessage(), e);
    }
    if (whole.length() < text.length()) {
      Files.writeString(path, whole);
    }
  }

  private static String line(Object object) {
    try {
      return MAPPER.writeValueAsString(object) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a record of numbers cannot fail to print", e);
    }
  }

  /** The result of a run, if it is finished. */
  synchronized Optional<RunResult> of(Run run) {
    return Optional.ofNullable(results.get(run.key()));
  }

  /** Keeps a result. */
  synchronized void add(RunResult result) {
    results.put(result.key(), result);
    file.ifPresent(
        path -> {
          try {
            Files.write(
                path, line(result).getBytes(StandardCharsets.UTF_8), StandardOpenOption.APPEND);
          } catch (IOException e) {
            throw new F2d2Exception(path + ": cannot be written: " + e.getMessage(), e);
          }
        });
  }
}
