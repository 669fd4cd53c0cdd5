/**
 * From noise to data: {@link org.f2d2.sampling.OdeSampler} solves the flow's ODE, {@link
 * org.f2d2.sampling.KernelChain} takes the transitions of any {@link
 * org.f2d2.sampling.TransitionKernel} one after the other, {@link org.f2d2.sampling.JumpSampler}
 * those of a flow map, and {@link org.f2d2.sampling.SelfGuidance} first moves the noise to where
 * the map says the density is higher.
 *
 * <p>Every sampler gives points alone, or points and their log-densities from the same pass. All
 * randomness is in the noise, which is drawn at once from an explicit {@link org.f2d2.tensor.Rng}:
 * the same noise gives the same points however rows are divided into {@link
 * org.f2d2.tensor.RowChunks}, up to rounding.
 *
 * <p>Samplers are immutable and may be shared by threads.
 */
@org.jspecify.annotations.NullMarked
package org.f2d2.sampling;
