/**
 * Scores of rows by fitted models, without native code.
 *
 * <p>{@link org.f2d2.score.Scorer} reads a model and scores rows; {@link org.f2d2.score.Scores} and
 * {@link org.f2d2.score.RowScore} are its answers, {@link org.f2d2.score.Nfe} says how much an
 * answer may cost, and {@link org.f2d2.score.Calibration} what held-out rows say about it.
 *
 * <p>A scorer may be used by any number of threads at once.
 */
@org.jspecify.annotations.NullMarked
package org.f2d2.score;
