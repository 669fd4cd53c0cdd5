package org.f2d2.bench.speed;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.f2d2.error.F2d2Exception;

/** Another implementation of the same work, in a process of its own. */
public final class Peer implements AutoCloseable {

  /** What can be measured against. */
  public enum Kind {
    /** PyTorch without compilation. */
    EAGER("torch-eager", "eager"),
    /** PyTorch with {@code torch.compile}. */
    COMPILE("torch-compile", "compile"),
    /** JAX with {@code jit}. */
    JAX("jax", "jax");

    private final String id;
    private final String argument;

    Kind(String id, String argument) {
      this.id = id;
      this.argument = argument;
    }

    /** The name in tables and on the command line. */
    public String id() {
      return id;
    }
  }

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Kind kind;
  private final Process process;
  private final Writer requests;
  private final BufferedReader answers;

  private Peer(Kind kind, Process process) {
    this.kind = kind;
    this.process = process;
    this.requests = process.outputWriter();
    this.answers = process.inputReader();
  }

  /**
   * Starts a peer.
   *
   * @param folder where {@code f2d2-bench/peers} and what its {@code install} has made lie
   * @param log where the peer's own messages go
   * @throws F2d2Exception when the peers are not installed
   */
  public static Peer start(Kind kind, Path folder, Path log) {
    Path python = folder.resolve(".venv/bin/python");
    if (!Files.isExecutable(python)) {
      throw new F2d2Exception(folder + ": the peers are not installed; run " + folder + "/install");
    }
    try {
      ProcessBuilder builder =
          new ProcessBuilder(
              python.toAbsolutePath().toString(),
              folder.resolve("peer.py").toAbsolutePath().toString(),
              kind.argument);
      return new Peer(
          kind, builder.redirectError(ProcessBuilder.Redirect.appendTo(log.toFile())).start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Which one this is. */
  public Kind kind() {
    return kind;
  }

  /**
   * Asks a question and waits for the answer.
   *
   * @param what the method of the peer
   * @param arguments its arguments, names and values in turn
   * @throws F2d2Exception when the peer answers with an error or is gone
   */
  public JsonNode ask(String what, Object... arguments) {
    Map<String, Object> request = new LinkedHashMap<>();
    request.put("do", what);
    for (int i = 0; i < arguments.length; i += 2) {
      Object value = arguments[i + 1];
      request.put((String) arguments[i], value instanceof Path p ? p.toString() : value);
    }
    try {
      requests.write(JSON.writeValueAsString(request) + "\n");
      requests.flush();
      String line = answers.readLine();
      if (line == null) {
        throw new F2d2Exception(kind.id + " ended without an answer to '" + what + "'");
      }
      JsonNode answer = JSON.readTree(line);
      if (answer.has("error")) {
        throw new F2d2Exception(kind.id + ": " + answer.get("error").asText());
      }
      return answer;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The seconds that a question took, as the peer measured them. */
  public double[] seconds(String what, Object... arguments) {
    JsonNode seconds = ask(what, arguments).get("seconds");
    return StreamSupport.stream(seconds.spliterator(), false)
        .mapToDouble(JsonNode::asDouble)
        .toArray();
  }

  /** Ends the process. */
  @Override
  public void close() {
    process.destroy();
  }
}
