/**
 * Densities that cost seconds to fit, as yardsticks: what a fitted model must at least reach on
 * rows that none of them has seen.
 *
 * <p>{@link org.f2d2.lab.cheap.CheapModels} fits all of them to the same rows: a Gaussian whose
 * covariance is shrunk, a mixture of Gaussians and a kernel density, each in columns of unit scale
 * and each with an answer in the units of the input. {@link org.f2d2.lab.cheap.NearestNeighbours}
 * ranks rows and has no density. They are written anew here, apart from whatever the product fits
 * for itself, so that an error there does not move the yardstick too.
 */
@org.jspecify.annotations.NullMarked
package org.f2d2.lab.cheap;
