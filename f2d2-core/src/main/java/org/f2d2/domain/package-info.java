/**
 * What a model is of.
 *
 * <p>A {@link org.f2d2.domain.Domain} takes rows into model space and back; {@code domain.table}
 * and {@code domain.image} hold those of this library and what a fit learns for them before any
 * network. Everything else of a model is the same for all domains.
 */
@org.jspecify.annotations.NullMarked
package org.f2d2.domain;
