/**
 * Tensors, derivatives and random draws: the only room that names a libtorch type.
 *
 * <h2>Map</h2>
 *
 * <ul>
 *   <li>{@link org.f2d2.tensor.Tensor}: an n-dimensional array with the operations this project
 *       needs and no others.
 *   <li>{@link org.f2d2.tensor.Scope}: who frees native memory. Open one for every step, batch and
 *       request.
 *   <li>{@link org.f2d2.tensor.Autograd}: forward mode ({@code jvp}), reverse mode ({@code vjp},
 *       {@code grad}) and switching both off.
 *   <li>{@link org.f2d2.tensor.SymmetricEigen}, {@link org.f2d2.tensor.ArrayEigen}: eigenvalues and
 *       eigenvectors of tensors and of plain arrays.
 *   <li>{@link org.f2d2.tensor.Rng}: every random draw, from a seed, with a state that can be
 *       saved.
 *   <li>{@link org.f2d2.tensor.Safetensors}: named tensors in a file.
 *   <li>{@link org.f2d2.tensor.Device}, {@link org.f2d2.tensor.DType}: where and how numbers lie. A
 *       process has one device in use, which is where all of the above put what they make.
 * </ul>
 *
 * <h2>Loading of native code</h2>
 *
 * <ol>
 *   <li>The natives are on the class path, unpacked once to the user's JavaCPP cache, and loaded
 *       when the first tensor is made.
 *   <li>Before that, {@link org.f2d2.tensor.Engine} sets from inside the process what decides the
 *       speed of the matrix products (kernel family, threads, allocator). A variable that the user
 *       has set in the environment is left as it is.
 *   <li>Each native operation runs on the thread that calls it. Work is spread over cores by giving
 *       rows to several Java threads, never by threads inside an operation, so a result does not
 *       depend on how an operation was split.
 * </ol>
 *
 * <h2>Threads</h2>
 *
 * A tensor may be read by several threads at once; in-place operations need the caller's own
 * ordering. Scopes, gradient mode and random generators belong to one thread at a time.
 */
@org.jspecify.annotations.NullMarked
package org.f2d2.tensor;
