/**
 * Networks, flow maps and closed forms of one point on plain arrays: no native code, no tensors.
 *
 * <p>Everything is a {@link org.f2d2.plain.PointFunction}: {@link org.f2d2.plain.PointMlp} at two
 * times, {@link org.f2d2.plain.JointRateAt} and {@link org.f2d2.plain.JumpsAt} of a flow map,
 * {@link org.f2d2.plain.LogDensityHeadAt}, and the densities {@link
 * org.f2d2.plain.IsotropicLogDensity}, {@link org.f2d2.plain.MixtureLogDensity} and {@link
 * org.f2d2.plain.KernelLogDensity}. {@link org.f2d2.plain.SupportBlend} says what holds where no
 * training row was.
 *
 * <p>All are immutable, and any number of threads may use them at once.
 */
@org.jspecify.annotations.NullMarked
package org.f2d2.plain;
