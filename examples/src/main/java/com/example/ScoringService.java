package com.example;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import org.f2d2.error.F2d2Exception;
import org.f2d2.score.RowScore;
import org.f2d2.score.Scorer;

/**
 * A service that answers POST /score, whose body is a JSON object of column values, by the row's
 * log-density, the bound of its error and its p-value. What goes wrong is an object with an error.
 */
public final class ScoringService {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TypeReference<Map<String, Double>> ROW = new TypeReference<>() {};

  /** A row of names and numbers needs no more. */
  private static final int MOST_BYTES = 1 << 20;

  /** One for all threads: it is immutable, and there is nothing to close. */
  private final Scorer scorer;

  private ScoringService(Scorer scorer) {
    this.scorer = scorer;
  }

  /**
   * Starts the service and says where it listens.
   *
   * @param args the directory of a model and a port, or 0 for any that is free
   */
  public static void main(String[] args) throws IOException {
    if (args.length != 2) {
      System.err.println("usage: ScoringService MODEL PORT");
      System.exit(2);
    }
    ScoringService service = new ScoringService(Scorer.load(Path.of(args[0])));
    HttpServer server = HttpServer.create(new InetSocketAddress(Integer.parseInt(args[1])), 0);
    server.createContext("/score", service::answer);
    server.setExecutor(Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors()));
    server.start();
    System.out.println("listening on http://localhost:" + server.getAddress().getPort() + "/score");
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      if (!exchange.getRequestMethod().equals("POST")) {
        exchange.getResponseHeaders().set("Allow", "POST");
        reply(exchange, 405, Map.of("error", "POST a JSON object of column values"));
        return;
      }
      byte[] body = exchange.getRequestBody().readNBytes(MOST_BYTES + 1);
      if (body.length > MOST_BYTES) {
        reply(exchange, 413, Map.of("error", "a row may have " + MOST_BYTES + " bytes"));
        return;
      }
      try {
        Map<String, Double> row = JSON.readValue(body, ROW);
        if (row == null) {
          reply(exchange, 400, Map.of("error", "null is no JSON object of numbers"));
          return;
        }
        reply(exchange, 200, asJson(scorer.scoreRow(row)));
      } catch (JsonProcessingException e) {
        reply(
            exchange, 400, Map.of("error", "no JSON object of numbers: " + e.getOriginalMessage()));
      } catch (F2d2Exception e) {
        // A column that is missing, or a value that is no number: its message is for users.
        reply(exchange, 400, Map.of("error", e.getMessage()));
      }
    }
  }

  /** JSON has no NaN and no infinity: such a figure is null. */
  private static Map<String, Object> asJson(RowScore score) {
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("log_density", finite(score.logDensity()));
    answer.put("log_density_error", finite(score.errorBound()));
    answer.put("p_value", score.pValue());
    score.failure().ifPresent(reason -> answer.put("error", reason));
    return answer;
  }

  private static Double finite(double figure) {
    return Double.isFinite(figure) ? figure : null;
  }

  private static void reply(HttpExchange exchange, int status, Map<String, ?> answer)
      throws IOException {
    byte[] body = JSON.writeValueAsBytes(answer);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }
}
