/**
 * Importance weights: what draws from a density q say about a target that is known up to a factor.
 *
 * <p>{@link org.f2d2.energy.weights.ImportanceWeights} has the figures (effective sample size, log
 * Z, expectations) and says when they are not to be trusted; {@link
 * org.f2d2.energy.weights.ParetoTail} is the law of its largest weights; {@link
 * org.f2d2.energy.weights.Resampling} makes equally weighted draws of weighted ones. Whatever gives
 * both log-densities of a draw can use them; there are no tensors here.
 *
 * <p>Everything is immutable and may be shared between threads.
 */
@org.jspecify.annotations.NullMarked
package org.f2d2.energy.weights;
