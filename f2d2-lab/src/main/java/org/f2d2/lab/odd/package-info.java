/**
 * Inputs that are small or unusual and that everyone has, with their right values in closed form:
 * rounded columns, rare flags, far clusters, repeated rows, more columns than rows support, columns
 * that depend on each other, heavy tails, outliers.
 *
 * <p>An {@link org.f2d2.lab.odd.OddCase} makes rows from a seed and says what to measure; {@link
 * org.f2d2.lab.odd.OddBenchmark} fits the model and the cheap densities to the rows and measures
 * all of them.
 */
@org.jspecify.annotations.NullMarked
package org.f2d2.lab.odd;
