/**
 * What a model of images is worth: bits per dimension against the teacher's own, image by image;
 * samples on the features of a classifier; images of another kind told apart; self-guidance.
 *
 * <p>{@link org.f2d2.lab.images.ImageStudy} measures and keeps in a folder what is done, {@link
 * org.f2d2.lab.images.ImageResults} is what it found.
 */
@org.jspecify.annotations.NullMarked
package org.f2d2.lab.images;
