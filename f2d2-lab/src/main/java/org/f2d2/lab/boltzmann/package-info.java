/** How good the samples of a model of a target are, with and without their weights. */
@org.jspecify.annotations.NullMarked
package org.f2d2.lab.boltzmann;
