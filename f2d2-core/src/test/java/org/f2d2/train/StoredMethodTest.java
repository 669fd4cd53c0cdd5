package org.f2d2.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.f2d2.error.F2d2Exception;
import org.f2d2.objective.AlphaFlow;
import org.f2d2.objective.LsdF2d2;
import org.f2d2.objective.Method;
import org.f2d2.objective.Methods;
import org.f2d2.objective.TrajectoryRegression;
import org.f2d2.store.StoredJson;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class StoredMethodTest {

  static List<Method> methods() {
    return Methods.all();
  }

  /** A component as options have it. */
  private record Holder(
      @JsonSerialize(using = StoredMethod.Writer.class)
          @JsonDeserialize(using = StoredMethod.Reader.class)
          Method method) {}

  private static Method read(String json) {
    byte[] held = ("{\"method\": " + json + "}").getBytes(StandardCharsets.UTF_8);
    return StoredJson.read("here", held, Holder.class).method();
  }

  private static String written(Method method) {
    return StoredJson.toTree(new Holder(method)).get("method").toString();
  }

  @ParameterizedTest
  @MethodSource("methods")
  void whatIsWrittenIsReadAgain(Method method) {
    assertEquals(method, read(written(method)));
    String earlier = method.id().toUpperCase(Locale.ROOT).replace('-', '_');
    assertEquals(method, read('"' + earlier + '"'), "as earlier builds wrote it");
  }

  @Test
  void optionsAreKept() {
    FitOptions options =
        FitOptions.DEFAULT.with(AlphaFlow.METHOD.with("fall-steepness", 12).with("fall-snap", 0));
    assertEquals(options, StoredJson.read("here", StoredJson.write(options), FitOptions.class));
    ImageFitOptions images =
        StoredJson.read("here", StoredJson.write(ImageFitOptions.DEFAULT), ImageFitOptions.class);
    assertEquals(TrajectoryRegression.METHOD, images.method());
    assertEquals(
        "{\"name\":\"lsd\",\"options\":{\"diagonal-share\":0.75}}",
        written(LsdF2d2.LSD.with("diagonal-share", 0.75)).replaceAll("\\s", ""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"MAGIC\"",
        "5",
        "{\"name\": \"lsd\"}",
        "{\"name\": \"magic\", \"options\": {}}",
        "{\"name\": \"lsd\", \"options\": {}}",
        "{\"name\": \"lsd\", \"options\": {\"diagonal-share\": \"0.5\"}}",
        "{\"name\": \"lsd\", \"options\": {\"diagonal-share\": 1.5}}",
        "{\"name\": \"lsd\", \"options\": {\"diagonal-share\": null}}",
        "{\"name\": \"lsd\", \"options\": {\"diagonal-share\": 0.5, \"levels\": 4}}",
        "{\"name\": \"lsd\", \"options\": {\"diagonal-share\": 0.5}, \"more\": 1}",
        "{\"name\": \"shortcut-f2d2\", \"options\": {\"levels\": 6.5}}"
      })
  void whatIsNoMethodIsRefusedInOneLine(String json) {
    F2d2Exception e = assertThrows(F2d2Exception.class, () -> read(json));
    assertTrue(e.getMessage().startsWith("here: "), e.getMessage());
  }
}
