package org.f2d2.train;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.AnnotatedMember;
import com.fasterxml.jackson.databind.introspect.AnnotatedParameter;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Executable;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.f2d2.data.Lattice;
import org.f2d2.data.Preprocessing;
import org.f2d2.error.F2d2Exception;
import org.f2d2.net.Mlp;
import org.jspecify.annotations.Nullable;

/**
 * The JSON of models and checkpoints. What is read is trusted in nothing: every component of a
 * record must be there unless it is {@code @Nullable}, nothing may be there twice or be unknown, a
 * text is no number, and a number must be finite.
 *
 * <p>A new component of a stored record is thus required in what is read. Where older files are to
 * stay readable, either it is {@code @Nullable}, or {@link #EARLIER} names it.
 */
public final class StoredJson {

  /**
   * Components that files of earlier builds lack, where 0, false or nothing has the meaning that
   * those builds had.
   */
  private static final Map<Class<?>, Set<String>> EARLIER =
      Map.of(
          Lattice.class, Set.of("range"),
          Preprocessing.State.class, Set.of("groups"),
          Mlp.Architecture.class, Set.of("conditions"),
          FitOptions.class, Set.of("condition"),
          FitOptions.TeacherOptions.class, Set.of("mixture"),
          FitOptions.StudentOptions.class,
              Set.of("cycleWeight", "determinantWeight", "autoguidance"),
          FitPlan.class, Set.of("mixtureTeacherSteps", "exactRows", "mixtureWork", "judgedRows"),
          FittedFlow.Provenance.class, Set.of("heldOut"),
          ImageFitOptions.class, Set.of("conditional"));

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .addModule(StoredMethod.module())
          .annotationIntrospector(new RequiredUnlessNullable())
          .defaultSetterInfo(JsonSetter.Value.construct(Nulls.FAIL, Nulls.FAIL))
          .build();

  private StoredJson() {}

  /** The JSON of a record. */
  public static byte[] write(Object value) {
    try {
      return JSON.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads JSON whose meaning is not known yet.
   *
   * @param where what the message begins with
   * @throws F2d2Exception with one line when it is not JSON, or a number in it is too large
   */
  public static JsonNode tree(String where, byte[] json) {
    JsonNode tree;
    try {
      tree = JSON.readTree(json);
    } catch (IOException e) {
      throw new F2d2Exception(where + ": is not valid JSON: " + firstLine(e), e);
    }
    requireFinite(where, tree);
    return tree;
  }

  /**
   * Reads a record.
   *
   * @param where what the message begins with
   * @throws F2d2Exception with one line when the JSON does not describe one
   */
  public static <T> T read(String where, JsonNode tree, Class<T> type) {
    try {
      T value = JSON.treeToValue(tree, type);
      if (value == null) {
        throw new F2d2Exception(where + ": there is nothing in it");
      }
      return value;
    } catch (JsonMappingException e) {
      Throwable cause = e;
      while (cause.getCause() != null && !(cause instanceof F2d2Exception)) {
        cause = cause.getCause();
      }
      String why =
          cause instanceof JsonProcessingException json
              ? firstLine(json)
              : String.valueOf(cause.getMessage());
      throw new F2d2Exception(where + ": " + place(e) + why, e);
    } catch (JsonProcessingException e) {
      throw new F2d2Exception(where + ": " + firstLine(e), e);
    }
  }

  /** {@link #tree} and {@link #read(String, JsonNode, Class)} in one. */
  public static <T> T read(String where, byte[] json, Class<T> type) {
    return read(where, tree(where, json), type);
  }

  /** The components of a record of whole numbers, by name. */
  static Map<String, Integer> counts(Record value) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    JSON.valueToTree(value)
        .properties()
        .forEach(e -> counts.put(e.getKey(), e.getValue().intValue()));
    return counts;
  }

  // Jackson takes 1e999 for infinity. An infinite number that is meant is the text "Infinity".
  private static void requireFinite(String where, JsonNode node) {
    if (node.isDouble() && !Double.isFinite(node.doubleValue())) {
      throw new F2d2Exception(where + ": holds a number that is too large");
    }
    for (JsonNode inner : node) {
      requireFinite(where, inner);
    }
  }

  private static String place(JsonMappingException e) {
    StringBuilder place = new StringBuilder();
    for (JsonMappingException.Reference at : e.getPath()) {
      String name = at.getFieldName();
      if (name == null) {
        place.append('[').append(at.getIndex()).append(']');
      } else {
        place.append(place.isEmpty() ? "" : ".").append(name);
      }
    }
    return place.isEmpty() ? "" : place + ": ";
  }

  private static String firstLine(IOException e) {
    String message =
        e instanceof JsonProcessingException json ? json.getOriginalMessage() : e.getMessage();
    return String.valueOf(message).lines().findFirst().orElse("");
  }

  private static final class RequiredUnlessNullable extends JacksonAnnotationIntrospector {
    private static final long serialVersionUID = 1L;

    @Override
    public @Nullable Boolean hasRequiredMarker(AnnotatedMember member) {
      return member instanceof AnnotatedParameter parameter
          ? !optional(parameter)
          : super.hasRequiredMarker(member);
    }

    @Override
    public JsonSetter.Value findSetterInfo(Annotated annotated) {
      return annotated instanceof AnnotatedParameter parameter && optional(parameter)
          ? JsonSetter.Value.construct(Nulls.SET, Nulls.FAIL)
          : super.findSetterInfo(annotated);
    }

    private static boolean optional(AnnotatedParameter parameter) {
      Class<?> owner = parameter.getDeclaringClass();
      int index = parameter.getIndex();
      if (owner.isRecord()) {
        var component = owner.getRecordComponents()[index];
        return isNullable(component.getAnnotatedType())
            || EARLIER.getOrDefault(owner, Set.of()).contains(component.getName());
      }
      return parameter.getOwner().getAnnotated() instanceof Executable creator
          && isNullable(creator.getAnnotatedParameterTypes()[index]);
    }

    private static boolean isNullable(AnnotatedType type) {
      return type.isAnnotationPresent(Nullable.class);
    }
  }
}
