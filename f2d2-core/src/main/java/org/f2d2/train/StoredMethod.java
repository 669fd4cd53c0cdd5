package org.f2d2.train;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.f2d2.error.F2d2Exception;
import org.f2d2.objective.Method;
import org.f2d2.objective.MethodOptions;
import org.f2d2.objective.Methods;

/**
 * A method in JSON: its name and all its options.
 *
 * <pre>  {"name": "lsd-f2d2", "options": {"diagonal-share": 0.5}}</pre>
 *
 * <p>Earlier builds wrote a text, {@code "LSD_F2D2"}, and had nothing to choose: what they did is
 * {@link Methods#of} with its defaults. Whoever changes a default, or adds an option, says here
 * what that text, or the option's absence, means from then on.
 */
final class StoredMethod {

  private static final String NAME = "name";
  private static final String OPTIONS = "options";

  private StoredMethod() {}

  /** Writes it. */
  static final class Writer extends StdSerializer<Method> {
    private static final long serialVersionUID = 1L;

    Writer() {
      super(Method.class);
    }

    @Override
    public void serialize(Method method, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      Map<String, Object> stored = new LinkedHashMap<>();
      stored.put(NAME, method.id());
      stored.put(OPTIONS, method.optionValues());
      provider.defaultSerializeValue(stored, out);
    }
  }

  /** Reads it. */
  static final class Reader extends StdDeserializer<Method> {
    private static final long serialVersionUID = 1L;

    Reader() {
      super(Method.class);
    }

    @Override
    public Method deserialize(JsonParser in, DeserializationContext context) throws IOException {
      JsonNode tree = context.readTree(in);
      try {
        return method(tree);
      } catch (F2d2Exception e) {
        throw JsonMappingException.from(in, String.valueOf(e.getMessage()), e);
      }
    }

    private static Method method(JsonNode tree) {
      if (tree.isTextual()) {
        return Methods.of(tree.textValue().toLowerCase(Locale.ROOT).replace('_', '-'));
      }
      JsonNode name = tree.path(NAME);
      JsonNode options = tree.path(OPTIONS);
      if (tree.size() != 2 || !name.isTextual() || !options.isObject()) {
        throw new F2d2Exception("a method has a name and options");
      }
      Method method = Methods.of(name.textValue());
      Map<String, Object> values = new LinkedHashMap<>();
      for (MethodOptions.Described option : method.optionList()) {
        values.put(option.name(), value(option, options.path(option.name())));
      }
      if (options.size() != values.size()) {
        throw new F2d2Exception(method.id() + " has the options " + values.keySet() + " alone");
      }
      return method.with(values);
    }

    // A number that may be left open is a text then.
    private static Object value(MethodOptions.Described option, JsonNode stored) {
      boolean number = option.value() instanceof Number || option.mayBeOpen();
      boolean text = option.value() instanceof String;
      if (stored.isNumber() && number) {
        return stored.numberValue();
      }
      if (stored.isBoolean() && option.value() instanceof Boolean) {
        return stored.booleanValue();
      }
      if (stored.isTextual()
          && (option.mayBeOpen() ? stored.textValue().equals(MethodOptions.OPEN) : text)) {
        return stored.textValue();
      }
      throw new F2d2Exception("the option " + option.name() + " is " + stored);
    }
  }
}
