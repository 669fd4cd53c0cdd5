package org.f2d2.score;

/** The two ways of a fitted model to a log-density. */
public enum Head {
  /** k jumps of the flow map, adding up the average divergence D. */
  DIVERGENCE,
  /** One evaluation of the potential φ(x, 1), whatever k allows. */
  POTENTIAL
}
