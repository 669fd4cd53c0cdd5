/**
 * Damaged input by the million: what the program does with files and command lines that are not
 * what they should be.
 *
 * <p>A {@link org.f2d2.lab.fuzz.FuzzedKind} makes an input from a seed, well formed or damaged, and
 * gives it to the program by the way that the commands take. Only two outcomes are right: the input
 * is refused with one line ({@link org.f2d2.error.F2d2Exception}, or an exit code of the command
 * line), or it is accepted and means what a second reader, written for this purpose alone ({@code
 * Plain…}), says that it means. A model or a checkpoint that is accepted must answer like the one
 * that it was made from, bit for bit.
 *
 * <p>{@link org.f2d2.lab.fuzz.FuzzRun} divides the seeds among processes with small heaps ({@code
 * FuzzFork}), takes the time of every input and starts a process again that has crashed or hangs.
 * Every finding names its kind and its seed, which make the same input again.
 */
@org.jspecify.annotations.NullMarked
package org.f2d2.lab.fuzz;
