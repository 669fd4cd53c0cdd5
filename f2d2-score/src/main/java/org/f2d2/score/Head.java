package org.f2d2.score;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/** The two ways of a fitted model to a log-density. */
public enum Head {
  /** k jumps of the flow map, adding up the average divergence D. */
  DIVERGENCE,
  /** One evaluation of the log-density head φ(x, 1), whatever k allows. */
  @JsonProperty("POTENTIAL") // its name in stored models
  LOG_DENSITY;

  /** The name as tables and reports print it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
