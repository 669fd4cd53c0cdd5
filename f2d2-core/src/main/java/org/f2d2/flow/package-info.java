/**
 * Flows: probability paths, velocity fields, joint flow maps, solvers, and flows known in closed
 * form.
 *
 * <p>Time 0 is noise and time 1 is data, everywhere. A {@link org.f2d2.flow.VelocityField} gives v
 * and its divergence; a {@link org.f2d2.flow.JointFlowMap} gives their averages (u, D) between two
 * times in any order:
 *
 * <pre>
 *   X_{s,t}(x)      = x + (t-s) u(x,s,t)
 *   log p_t(X)      = log p_s(x) - (t-s) D(x,s,t)
 * </pre>
 *
 * The identities that tie the two together are in {@link org.f2d2.flow.FlowMapIdentities}, and
 * flows with known answers behind {@link org.f2d2.flow.ClosedFormFlow}.
 *
 * <p>Joint quantities are one matrix: the d columns of the velocity, then one column for the
 * divergence. Everything here is immutable and may be shared by threads.
 */
@org.jspecify.annotations.NullMarked
package org.f2d2.flow;
