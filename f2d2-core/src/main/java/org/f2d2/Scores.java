package org.f2d2;

import java.util.Map;

/**
 * Answers for rows, in the order of the rows.
 *
 * @param logDensity nats, in the units of the input columns; NaN for a row in {@code failures}
 * @param errorBound the distance to the teacher's exact value that 95 % of rows like the
 *     calibration rows stay below, nats
 * @param pValue share of normal rows whose log-density is as low or lower
 * @param nfe network evaluations spent on each row
 * @param failures rows that have no density, by index, with the reason
 */
public record Scores(
    double[] logDensity,
    double[] errorBound,
    double[] pValue,
    int nfe,
    Map<Integer, String> failures) {}
