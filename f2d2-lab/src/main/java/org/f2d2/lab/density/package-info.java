/**
 * More densities with a known logarithm: the shapes that tables of every day have and that a smooth
 * density on all of space is a poor picture of. Whole numbers and flags have probabilities, which
 * are densities of the column spread over cells of width 1.
 */
@org.jspecify.annotations.NullMarked
package org.f2d2.lab.density;
