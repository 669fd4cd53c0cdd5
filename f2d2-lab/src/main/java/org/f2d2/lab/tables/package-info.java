/**
 * Small real tables with labels: the fitted model's held-out likelihood and ranking beside those of
 * cheap densities.
 */
@org.jspecify.annotations.NullMarked
package org.f2d2.lab.tables;
