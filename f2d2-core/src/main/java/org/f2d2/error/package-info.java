/**
 * What the library throws.
 *
 * <p>{@link org.f2d2.error.F2d2Exception} is the root of every error that F2D2 raises on purpose. It
 * is unchecked, and its message is one line that a user can act on; the rooms above add their own
 * subclasses. Exceptions are immutable apart from what {@link Throwable} itself holds.
 */
@NullMarked
package org.f2d2.error;

import org.jspecify.annotations.NullMarked;
