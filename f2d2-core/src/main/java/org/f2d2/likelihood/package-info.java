/**
 * Log-densities of rows under a flow, in nats.
 *
 * <h2>Map</h2>
 *
 * <table>
 * <caption>Which estimator to take</caption>
 * <tr><th>class</th><th>needs</th><th>forward calls</th><th>is</th></tr>
 * <tr><td>{@link org.f2d2.likelihood.ExactTrace}</td><td>a velocity</td>
 *     <td>right sides of the solver</td>
 *     <td>the reference, for up to some dozens of coordinates</td></tr>
 * <tr><td>{@link org.f2d2.likelihood.Hutchinson}</td><td>a velocity</td>
 *     <td>right sides times probes</td>
 *     <td>the reference for many coordinates; unbiased, with a standard error</td></tr>
 * <tr><td>{@link org.f2d2.likelihood.Jumps}</td><td>a joint flow map</td><td>jumps</td>
 *     <td>the fast one; as good as the map's divergence head</td></tr>
 * <tr><td>{@link org.f2d2.likelihood.ChangeOfVariables}</td><td>a flow map</td>
 *     <td>jumps times coordinates</td>
 *     <td>the density that the map itself has, for small d; judges the head of the former</td></tr>
 * </table>
 *
 * All take points of time 1, go down to time 0 and add the log-density of the prior there. They
 * work in {@link org.f2d2.tensor.RowChunks}, outside reverse mode, add up in 64 bits and hand back
 * plain arrays. NaN and infinity in a row give NaN or -infinity for that row, and a row that an
 * adaptive solver cannot solve gives NaN. No row's answer depends on the rows beside it, beyond the
 * rounding of kernels made for another number of rows.
 *
 * <p>Estimators are immutable and may be shared by threads.
 */
@org.jspecify.annotations.NullMarked
package org.f2d2.likelihood;
