package org.f2d2;

import org.f2d2.data.ImageSet;

/**
 * Images drawn from a model.
 *
 * @param images in the format and levels of the training images, with the class that each was drawn
 *     for if the model is of images given their class
 * @param bits bits per dimension of each in the model's own scoring; empty if not asked for
 * @param forwardEvaluations network evaluations forward, per image
 * @param backwardEvaluations network evaluations backward, per image
 */
public record ImageSamples(
    ImageSet images, double[] bits, int forwardEvaluations, int backwardEvaluations) {}
