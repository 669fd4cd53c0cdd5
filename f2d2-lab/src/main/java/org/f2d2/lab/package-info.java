/**
 * Densities with a known logarithm, and the measured tables of {@code docs/benchmarks.md}.
 *
 * <p>A {@link org.f2d2.lab.TestDensity} draws rows and knows their exact log-density; the tables
 * are printed by the {@code f2d2 bench} commands.
 */
@org.jspecify.annotations.NullMarked
package org.f2d2.lab;
