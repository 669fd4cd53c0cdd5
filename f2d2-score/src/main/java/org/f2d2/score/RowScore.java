package org.f2d2.score;

import java.util.Optional;

/**
 * The answer for one row.
 *
 * @param logDensity nats, in the units of the input columns; NaN where there is a failure
 * @param errorBound the distance to the model's own exact value that 95 % of rows like the
 *     calibration rows stay below, nats; NaN where there is a failure
 * @param pValue share of normal rows whose log-density is as low or lower
 * @param nfe network evaluations spent
 * @param failure why the row has no density: it is impossible under the model, or too far from its
 *     data
 */
public record RowScore(
    double logDensity, double errorBound, double pValue, int nfe, Optional<String> failure) {}
