/**
 * Training: the loop, optimisers, schedules, running averages, checkpoints and listeners.
 *
 * <p>A step gives an equal share of the batch to each worker thread; the gradients are added in the
 * order of the workers, so a run is reproduced bit for bit by the same seed and number of workers.
 * Random numbers of a step depend on the seed, the stage, the step and the worker only, so a run
 * that resumes continues exactly where it was.
 */
@org.jspecify.annotations.NullMarked
package org.f2d2.train;
