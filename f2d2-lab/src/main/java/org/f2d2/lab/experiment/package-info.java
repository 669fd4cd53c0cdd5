/**
 * Experiments that compare a theorem with what training really does.
 *
 * <h2>Sample complexity of flow matching</h2>
 *
 * <p>{@link org.f2d2.lab.experiment.SampleComplexity} trains velocity fields on n rows of a {@link
 * org.f2d2.lab.experiment.Target}, whose exact velocity is known, and measures how far they are
 * from it and how far their samples are from the data, against n. The statements it looks at are
 * those of Gaur et al., "Generative Modeling with Continuous Flows: Sample Complexity of Flow
 * Matching" (arXiv 2512.01286):
 *
 * <pre>
 *   W2 ≤ K √ E|v̂ - v|²,    K = exp ∫ L_t dt,    L_t the Lipschitz constant of v̂(·, t)
 *   E|v̂ - v|² ≲ approximation + statistical + optimisation
 *   E|v̂ - v|² = O(n^(-1/2)) above the approximation,  so that W2 = O(n^(-1/4))
 * </pre>
 *
 * <p>The first is reconstructed from summaries of the paper and is a known property of flows with a
 * Lipschitz velocity; the exponents are upper bounds, and a steeper fall agrees with them.
 *
 * <h2>Map</h2>
 *
 * <ul>
 *   <li>What is trained: {@link org.f2d2.lab.experiment.Run}, of which {@link
 *       org.f2d2.lab.experiment.Design} lists all, one factor changed at a time.
 *   <li>What is measured: {@link org.f2d2.lab.experiment.FieldErrors}, {@link
 *       org.f2d2.lab.experiment.LipschitzConstant}, {@link org.f2d2.lab.experiment.Losses} and
 *       {@link org.f2d2.lab.experiment.Transport}, gathered in a {@link
 *       org.f2d2.lab.experiment.RunResult} and kept in a {@link
 *       org.f2d2.lab.experiment.ResultsFile}.
 *   <li>What is made of it: {@link org.f2d2.lab.experiment.PowerLaw}, {@link
 *       org.f2d2.lab.experiment.ErrorTerms} and {@link
 *       org.f2d2.lab.experiment.SampleComplexityReport}.
 * </ul>
 *
 * <p>A run is fixed by its record and the {@link org.f2d2.lab.experiment.Settings}: it gives the
 * same numbers in any order, on any number of threads and after any interruption.
 */
@NullMarked
package org.f2d2.lab.experiment;

import org.jspecify.annotations.NullMarked;
