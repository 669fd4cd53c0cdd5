package org.f2d2;

/**
 * Rows drawn from a model.
 *
 * @param rows row-major, in the units and order of the model's columns
 * @param logDensity nats per row; empty if it was not asked for
 * @param forwardEvaluations network evaluations forward, per row
 * @param backwardEvaluations network evaluations backward, per row
 */
public record Samples(
    double[] rows, double[] logDensity, int forwardEvaluations, int backwardEvaluations) {}
