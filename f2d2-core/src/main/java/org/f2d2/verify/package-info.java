/**
 * Proof that the mathematics of this build is right, on flows whose answers are known.
 *
 * <p>A {@link org.f2d2.verify.Check} is a statement that must hold up to a stated residual. A
 * {@link org.f2d2.verify.Mutant} is the same statement with a deliberate mistake in it: a sign
 * turned, a term forgotten, a point or a time mixed up. It must fail by a wide margin, for a check
 * that a wrong formula passes as well shows nothing. {@link org.f2d2.verify.Verification} holds
 * both in groups and runs them in 64-bit arithmetic; {@code f2d2 verify} prints what it returns.
 *
 * <p>To add one, write a supplier of a check or a mutant, and put it into a {@link
 * org.f2d2.verify.Verification.Group}. Each is run in a tensor scope of its own, on one thread.
 */
@org.jspecify.annotations.NullMarked
package org.f2d2.verify;
