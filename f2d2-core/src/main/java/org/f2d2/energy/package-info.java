/**
 * Densities that are known up to a factor, ρ(x) = exp(-E(x)), and what one does with them.
 *
 * <p>{@link org.f2d2.energy.Energy} is such a density on arrays of doubles; {@code systems} has
 * those whose facts are known, {@code reference} the chains that draw from them slowly, {@code
 * weights} what makes draws of another density stand for them. A system of particles does not care
 * where it stands, so its density lives on the points whose centre of mass is at the origin: {@link
 * org.f2d2.energy.MeanFree} gives them coordinates of their own, and everything else sees an
 * ordinary density there.
 *
 * <p>Energies are in units of kT, immutable, and may be asked by many threads at once.
 */
@org.jspecify.annotations.NullMarked
package org.f2d2.energy;
