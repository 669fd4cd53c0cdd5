package org.f2d2.data;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What the last step of preprocessing does about correlated columns. */
public enum Decorrelation {
  /** Columns stay as they are. */
  @JsonProperty("none")
  NONE,
  /** Symmetric whitening, see {@link Whitening}. */
  @JsonProperty("zca")
  ZCA
}
