/**
 * Points of a density that is known up to a factor: places of particles, or plain coordinates.
 *
 * <p>Where there are particles, the density is that of the points whose centre of mass is at the
 * origin, in coordinates of their own.
 */
@org.jspecify.annotations.NullMarked
package org.f2d2.domain.configuration;
