/**
 * Markov chains that draw from an energy alone, slowly and with a measure of how well they have
 * mixed: what faster samplers are judged by.
 */
@org.jspecify.annotations.NullMarked
package org.f2d2.energy.reference;
