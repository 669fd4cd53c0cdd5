/** Density models: fit, score and sample, arrays in and arrays out. */
@org.jspecify.annotations.NullMarked
package org.f2d2;
