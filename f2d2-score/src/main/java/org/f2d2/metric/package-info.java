/**
 * Figures that judge a density model: errors, ranking, calibration, distances between samples.
 *
 * <h2>Map</h2>
 *
 * <ul>
 *   <li>{@link org.f2d2.metric.ErrorStatistics}: how far estimates are from reference values.
 *   <li>{@link org.f2d2.metric.RankingCurve}: how well a score separates anomalies.
 *   <li>{@link org.f2d2.metric.ConformalBound} and {@link org.f2d2.metric.ReferenceDistribution}:
 *       what held-out rows promise about new ones, as an error bound and as a p-value.
 *   <li>{@link org.f2d2.metric.EnergyDistance}, {@link org.f2d2.metric.Wasserstein} and {@link
 *       org.f2d2.metric.SlicedWasserstein}: how far two samples are apart.
 *   <li>{@link org.f2d2.metric.EffectiveSampleSize}: what importance weights are worth.
 *   <li>{@link org.f2d2.metric.GridIntegral}: whether a two-dimensional density integrates to one.
 * </ul>
 *
 * <p>Everything works on plain arrays, rows lying one after another, and says what it does with NaN
 * and infinities; what is refused is refused by a {@link org.f2d2.error.F2d2Exception} that names
 * the index.
 *
 * <h2>Thread-safety</h2>
 *
 * <p>Methods keep no state and results are immutable, so all of it may be shared between threads.
 */
@NullMarked
package org.f2d2.metric;

import org.jspecify.annotations.NullMarked;
