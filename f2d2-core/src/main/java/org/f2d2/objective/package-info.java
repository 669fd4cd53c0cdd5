/**
 * Training objectives, one class per published method under its published name.
 *
 * <p>An {@link org.f2d2.objective.Objective} turns a number of rows and a source of random numbers
 * into a scalar loss. It is made from the model that it trains (a velocity field or a joint flow
 * map, given as interfaces, so that a closed form can stand in for the network) and from the data
 * or the teacher that it learns from. The identities of a flow map are stated once, in {@link
 * org.f2d2.flow}, on the joint rate; an objective chooses an identity, a target, a law for the
 * times and a weight.
 *
 * <p>Objectives are immutable and may be evaluated by several threads at once, each with its own
 * source of random numbers.
 */
@org.jspecify.annotations.NullMarked
package org.f2d2.objective;
