/**
 * Images: the way of their levels into model space and back, and how samples of them are judged.
 *
 * <p>{@link org.f2d2.domain.image.Dequantization} owns the chain and all terms of {@link
 * org.f2d2.domain.image.BitsPerDimension}; {@link org.f2d2.domain.image.PixelScale} chooses it.
 * {@link org.f2d2.domain.image.FrechetDistance} and {@link org.f2d2.domain.image.ManifoldPrecision}
 * compare samples in the features of a classifier.
 */
@org.jspecify.annotations.NullMarked
package org.f2d2.domain.image;
