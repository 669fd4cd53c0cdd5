/**
 * Speed beside the peers: the same network, losses and densities in this library and in a Python
 * one, timed in turns on the same machine.
 *
 * <p>A {@link org.f2d2.bench.speed.Peer} is a process that answers lines of JSON; the programs are
 * in {@code f2d2-bench/peers}. {@link org.f2d2.bench.speed.Interleaving} takes turns and keeps
 * medians; a {@link org.f2d2.bench.speed.Comparison} is the table that comes out. Before anything
 * is timed, both sides must give the same numbers from the same weights.
 */
@NullMarked
package org.f2d2.bench.speed;

import org.jspecify.annotations.NullMarked;
