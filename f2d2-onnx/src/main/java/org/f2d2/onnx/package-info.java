/**
 * Fitted models as ONNX graphs, for runtimes other than this library.
 *
 * <p>{@link org.f2d2.onnx.OnnxExport} writes two graphs of a model: one from input columns and a
 * number of evaluations to the log-density, and one from standard normal noise to rows. Both carry
 * the preprocessing, in 64 bits; the networks run in 32 bits, as they do in the library. The exact
 * log-density, which needs an adaptive solver, stays with the library.
 *
 * <p>The other classes each add the nodes of one part of a model to a {@code Graph}: columns and
 * their levels, the network, the flow map, the log-density head, the support. Nothing here is
 * shared between threads.
 */
@NullMarked
package org.f2d2.onnx;

import org.jspecify.annotations.NullMarked;
