/**
 * The report page: one HTML file that carries its style, its charts and its images.
 *
 * <p>{@link org.f2d2.cli.report.ReportSource} says what to report on, {@link
 * org.f2d2.cli.report.Measurements} asks the model for every figure, and {@link
 * org.f2d2.cli.report.ReportPage} lays the figures out. The charts ({@link
 * org.f2d2.cli.report.LineChart}, {@link org.f2d2.cli.report.PlanePlot}, {@link
 * org.f2d2.cli.report.Histogram}, {@link org.f2d2.cli.report.ScatterChart}) return SVG, whose
 * colours are classes of the page's style sheet, so that a page follows the light or dark scheme of
 * its reader. No script runs in a page.
 *
 * <p>{@link org.f2d2.cli.report.SampleComplexityPage} shows an experiment in the same style, {@link
 * org.f2d2.cli.report.ImagePage} a model of images.
 *
 * <p>The classes are stateless or immutable, except for {@link org.f2d2.cli.report.Markup}.
 */
@NullMarked
package org.f2d2.cli.report;

import org.jspecify.annotations.NullMarked;
