/**
 * The pieces of work that decide the speed, each timed by itself on one thread.
 *
 * <p>The classes called {@code …Kernels} are benchmarks of JMH, whose annotation processor writes
 * the loops around them. {@link org.f2d2.bench.kernels.KernelSpeed} runs them and gives {@link
 * org.f2d2.bench.kernels.KernelTimes}.
 */
@NullMarked
package org.f2d2.bench.kernels;

import org.jspecify.annotations.NullMarked;
