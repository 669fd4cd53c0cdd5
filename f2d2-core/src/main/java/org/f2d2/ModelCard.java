package org.f2d2;

import java.util.List;
import org.f2d2.objective.Method;
import org.f2d2.score.Calibration;
import org.f2d2.train.Curve;
import org.f2d2.train.FittedFlow;

/**
 * What a model says about itself.
 *
 * @param formatVersion version of the model directory
 * @param method how the few-step model was trained
 * @param dimensions columns that are modelled
 * @param closedForm whether the log-density is a closed form, which one evaluation gives exactly
 * @param warnings what the preprocessing found in the training data
 * @param calibration error bounds and the head behind each number of evaluations
 * @param curves loss of each stage
 * @param provenance options, plan, data hash, versions, time
 */
public record ModelCard(
    int formatVersion,
    Method method,
    int dimensions,
    boolean closedForm,
    List<String> warnings,
    Calibration calibration,
    List<Curve> curves,
    FittedFlow.Provenance provenance) {}
