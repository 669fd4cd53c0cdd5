/**
 * Networks: from a point and two times to one vector of outputs.
 *
 * <p>{@link org.f2d2.net.Parameters} keeps all numbers of a network in one flat tensor, so that an
 * optimiser, a running average and a file each see one vector; {@link org.f2d2.net.Network} is what
 * a user would implement; {@link org.f2d2.net.Mlp} is the multilayer perceptron for tables and 2-D
 * densities, with {@link org.f2d2.plain.TimeEmbedding} and {@link org.f2d2.plain.FourierFeatures}
 * as its inputs.
 *
 * <p>{@link org.f2d2.net.ImageClassifier} is no {@code Network}: it knows no times, and judges
 * images instead of making them.
 *
 * <p>Networks hold no state besides their parameters and may be evaluated by several threads at
 * once while nobody writes to the parameters.
 */
@org.jspecify.annotations.NullMarked
package org.f2d2.net;
