/**
 * Densities known up to a factor that samplers are tried on, each under the name of its convention.
 *
 * <p>{@link org.f2d2.energy.systems.Target} lists them. Two papers that speak of one system may
 * mean energies a factor of two apart; the names tell them apart, and models and results carry the
 * name.
 */
@org.jspecify.annotations.NullMarked
package org.f2d2.energy.systems;
