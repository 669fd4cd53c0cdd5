package org.f2d2.train;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.f2d2.error.F2d2Exception;
import org.f2d2.error.OptionException;
import org.f2d2.store.StoredJson;

/** How long a fit trains. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "unit")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Budget.Minutes.class, name = "minutes"),
  @JsonSubTypes.Type(value = Budget.Steps.class, name = "steps"),
  @JsonSubTypes.Type(value = Budget.Stages.class, name = "stages")
})
public sealed interface Budget {

  /**
   * Minutes of wall time on this machine, turned into steps once, from a rate measured at the
   * start.
   *
   * @param minutes positive
   */
  record Minutes(double minutes) implements Budget {
    private static final int MOST_MINUTES = 60 * 24 * 365;

    /** Checks the time. */
    public Minutes {
      if (!(minutes > 0) || minutes > MOST_MINUTES) {
        throw new OptionException(
            "minutes", "must be above 0 and at most " + MOST_MINUTES + ", got " + minutes);
      }
    }
  }

  /**
   * A number of teacher steps; the other stages follow in proportion.
   *
   * @param steps at least 1
   */
  record Steps(int steps) implements Budget {
    /** Checks the number. */
    public Steps {
      if (steps < 1) {
        throw new OptionException("steps", "must be at least 1, got " + steps);
      }
    }
  }

  /**
   * The length of every stage, as an earlier fit had it: what repeats that fit.
   *
   * @param counts of a {@link FitPlan} or {@link ImageFitPlan}, by the names of its components
   */
  record Stages(Map<String, Integer> counts) implements Budget {
    /** Copies the map, in the order of the names. */
    public Stages {
      counts = Collections.unmodifiableMap(new TreeMap<>(counts));
    }

    /** Those of a plan. */
    public static Stages of(Record plan) {
      return new Stages(StoredJson.counts(plan));
    }

    /**
     * Reads what {@link #text} says.
     *
     * @throws F2d2Exception when it is not a list such as {@code teacherSteps=400,studentSteps=200}
     */
    public static Stages parse(String text) {
      Map<String, Integer> counts = new TreeMap<>();
      for (String part : text.split(",", -1)) {
        String[] sides = part.split("=", -1);
        if (sides.length != 2
            || !sides[1].matches("[0-9]{1,9}")
            || counts.put(sides[0].strip(), Integer.valueOf(sides[1])) != null) {
          throw new F2d2Exception("'" + part + "' is not the length of a stage");
        }
      }
      return new Stages(counts);
    }

    /** In one word, for a command line. */
    public String text() {
      return String.join(
          ",", counts.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toList());
    }

    /**
     * The plan with these lengths.
     *
     * @throws F2d2Exception when a stage of that kind of fit is missing, or one is unknown
     */
    <P> P plan(Class<P> type) {
      return StoredJson.read("steps", StoredJson.write(counts), type);
    }
  }
}
