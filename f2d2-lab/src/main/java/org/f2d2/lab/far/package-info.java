/**
 * A search far from the data: rows of which it is certain that the density never draws them must
 * never look usual to a model that was fitted to the density.
 *
 * <p>{@link org.f2d2.lab.far.FarRows} makes the rows and says what is certain; {@link
 * org.f2d2.lab.far.FarBenchmark} fits and counts.
 */
@org.jspecify.annotations.NullMarked
package org.f2d2.lab.far;
