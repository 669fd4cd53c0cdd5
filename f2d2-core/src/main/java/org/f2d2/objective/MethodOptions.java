package org.f2d2.objective;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.f2d2.error.F2d2Exception;

/**
 * The options of a method as names and values, for files and the command line.
 *
 * <p>A component {@code diagonalShare} of the record is the option {@code diagonal-share}; those of
 * a record within it have its name in front, as in {@code fall-from}. Components are numbers,
 * booleans, enums, numbers that may be left open ({@link OptionalDouble}, {@code auto}) and records
 * of such.
 */
public final class MethodOptions {

  /** The value of a number that is left open. */
  public static final String OPEN = "auto";

  private static final String OR_OPEN = " or " + OPEN;

  private MethodOptions() {}

  /**
   * One option.
   *
   * @param name in lower case, with dashes
   * @param values which it may have, in words, such as {@code [0, 1]}
   * @param value which it has
   */
  public record Described(String name, String values, Object value) {
    /** Whether it is a number that may be left open, as {@link #OPEN}. */
    public boolean mayBeOpen() {
      return values.endsWith(OR_OPEN);
    }
  }

  /**
   * Holds numbers to the intervals of the components that they are for; the first line of a
   * record's constructor.
   *
   * @param type of the record
   * @param values of all its components, in their order
   * @throws IllegalArgumentException for a number out of its interval
   */
  static void check(Class<? extends Record> type, Object... values) {
    RecordComponent[] components = type.getRecordComponents();
    for (int i = 0; i < components.length; i++) {
      Interval interval = components[i].getAnnotation(Interval.class);
      double number =
          values[i] instanceof OptionalDouble open
              ? open.orElse(Double.NaN)
              : values[i] instanceof Number n ? n.doubleValue() : Double.NaN;
      boolean absent = values[i] instanceof OptionalDouble open && open.isEmpty();
      if (interval != null && !absent && !Interval.Bounds.of(interval.value()).contains(number)) {
        Object got = values[i] instanceof OptionalDouble ? (Object) number : values[i];
        throw new Refused(
            components[i].getName(), "must lie in " + interval.value() + ", got " + got);
      }
    }
  }

  /**
   * A component that does not go with another one.
   *
   * @param component its name in Java
   * @param problem what is wrong, after the name; the name of another component stands in braces
   */
  static IllegalArgumentException refused(String component, String problem) {
    return new Refused(component, problem);
  }

  /** About a component, by its name in Java; whoever set it by its option hears of that. */
  private static final class Refused extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;
    private static final Pattern OTHER = Pattern.compile("\\{(\\w+)\\}");

    private final String component;
    private final String problem;

    Refused(String component, String problem) {
      super(component + " " + OTHER.matcher(problem).replaceAll("$1"));
      this.component = component;
      this.problem = problem;
    }

    /** The message with the options of a record whose options begin so. */
    String withOptions(String prefix) {
      return prefix
          + dashed(component)
          + " "
          + OTHER.matcher(problem).replaceAll(m -> prefix + dashed(m.group(1)));
    }
  }

  /** All options, in the order of the components. */
  static List<Described> of(Record options) {
    List<Described> all = new ArrayList<>();
    for (RecordComponent c : options.getClass().getRecordComponents()) {
      Object value = value(options, c);
      if (value instanceof Record inner) {
        of(inner)
            .forEach(
                d ->
                    all.add(
                        new Described(
                            dashed(c.getName()) + "-" + d.name(), d.values(), d.value())));
      } else {
        all.add(new Described(dashed(c.getName()), values(c), plain(value)));
      }
    }
    return all;
  }

  /**
   * The options with other values.
   *
   * @param values numbers, booleans or texts of them by name, with dashes or as Java has it
   * @throws F2d2Exception for an unknown name or an impossible value; the message lists the options
   */
  static Record with(Record options, Map<String, ?> values) {
    Map<String, Object> left = new TreeMap<>();
    values.forEach(
        (name, value) -> {
          if (left.put(dashed(name), value) != null) {
            throw new F2d2Exception(dashed(name) + " is set twice");
          }
        });
    try {
      Record changed = with(options, "", left);
      if (!left.isEmpty()) {
        throw new F2d2Exception(
            "unknown option " + String.join(", ", left.keySet()) + "; " + listed(options));
      }
      return changed;
    } catch (IllegalArgumentException e) {
      throw new F2d2Exception(e.getMessage() + "; " + listed(options), e);
    }
  }

  /** The options in words, for messages. */
  static String listed(Record options) {
    List<String> all =
        of(options).stream()
            .map(d -> d.name() + " in " + d.values() + " (" + d.value() + ")")
            .toList();
    return all.isEmpty() ? "there are none" : "known: " + String.join(", ", all);
  }

  /** Takes what it uses out of the values. */
  private static Record with(Record options, String prefix, Map<String, Object> left) {
    RecordComponent[] components = options.getClass().getRecordComponents();
    Object[] values = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      Object old = value(options, components[i]);
      String name = prefix + dashed(components[i].getName());
      Object wanted = left.remove(name);
      if (old instanceof Record inner) {
        if (wanted != null) {
          left.put(name, wanted); // Only its parts can be set.
        }
        values[i] = with(inner, name + "-", left);
      } else {
        values[i] = wanted == null ? old : read(name, components[i].getType(), wanted);
      }
    }
    return made(options.getClass(), prefix, values);
  }

  private static Record made(Class<? extends Record> type, String prefix, Object[] values) {
    try {
      Class<?>[] types =
          Arrays.stream(type.getRecordComponents())
              .map(RecordComponent::getType)
              .toArray(Class<?>[]::new);
      Constructor<? extends Record> constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(values);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof Refused refused) {
        throw new IllegalArgumentException(refused.withOptions(prefix), refused);
      }
      if (e.getCause() instanceof RuntimeException refused) {
        throw refused;
      }
      throw new IllegalStateException(type + " cannot be made", e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(type + " cannot be made", e);
    }
  }

  private static Object value(Record record, RecordComponent component) {
    try {
      component.getAccessor().setAccessible(true);
      return component.getAccessor().invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(component + " cannot be read", e);
    }
  }

  private static Object read(String name, Class<?> type, Object given) {
    String text = String.valueOf(given).strip();
    try {
      if (type == OptionalDouble.class) {
        return text.equals(OPEN)
            ? OptionalDouble.empty()
            : OptionalDouble.of(Double.parseDouble(text));
      }
      if (type == double.class) {
        return Double.parseDouble(text);
      }
      if (type == int.class) {
        return Integer.parseInt(text);
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("'" + text + "' is no number for " + name, e);
    }
    if (type == boolean.class && (text.equals("true") || text.equals("false"))) {
      return text.equals("true");
    }
    if (type.isEnum()) {
      for (Object constant : type.getEnumConstants()) {
        if (named(constant).equals(dashed(text))) {
          return constant;
        }
      }
    }
    throw new IllegalArgumentException("'" + text + "' is not possible for " + name);
  }

  /** A value as JSON has it. */
  private static Object plain(Object value) {
    if (value instanceof OptionalDouble open) {
      return open.isPresent() ? open.getAsDouble() : OPEN;
    }
    return value instanceof Enum<?> ? named(value) : value;
  }

  private static String values(RecordComponent component) {
    Interval interval = component.getAnnotation(Interval.class);
    Class<?> type = component.getType();
    if (type.isEnum()) {
      return String.join("|", Arrays.stream(type.getEnumConstants()).map(c -> named(c)).toList());
    }
    String range = interval == null ? "true|false" : interval.value();
    return type == OptionalDouble.class ? range + OR_OPEN : range;
  }

  private static String named(Object constant) {
    return ((Enum<?>) constant).name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * The name of an option.
   *
   * @param name the same, or as Java has it
   */
  public static String name(String name) {
    return dashed(name);
  }

  private static String dashed(String name) {
    return name.replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
  }

  /** The values by name. */
  static Map<String, Object> values(Record options) {
    Map<String, Object> values = new LinkedHashMap<>();
    of(options).forEach(d -> values.put(d.name(), d.value()));
    return values;
  }
}
