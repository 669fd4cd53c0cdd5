/**
 * The one error that every room may throw.
 *
 * <p>It stands below all the floors, so that the parser of a table, the loader of the native
 * library and the training loop can say what went wrong in the same way, and a caller has one type
 * to catch. Arguments that a programmer got wrong are still {@link IllegalArgumentException}s;
 * {@link org.f2d2.error.F2d2Exception} is for what the person at the keyboard can put right: a
 * missing column, a damaged checkpoint, a platform without native libraries.
 *
 * <p>The classes are immutable and safe to share between threads.
 */
@NullMarked
package org.f2d2.error;

import org.jspecify.annotations.NullMarked;
