package org.f2d2.lab.experiment;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;

/**
 * How all runs of an experiment are trained and measured. Results of different settings are not
 * comparable, so a results file names its own.
 *
 * @param batch rows per training step
 * @param learningRate peak of the learning rate
 * @param lastTime where the integrals over time and the samplers end, in (0, 1): Lipschitz
 *     constants may grow without bound towards time 1
 * @param errorPoints points that the velocity's error and the losses are averaged over
 * @param divergencePoints how many of them the divergence's error is averaged over
 * @param lipschitzTimes times that the Lipschitz constant is measured at
 * @param lipschitzPoints points at each of them
 * @param samplePoints rows of the samples whose distance is taken on the line, where they cost the
 *     way from noise to data only, or by an assignment in the plane, whose time grows with the cube
 * @param slicedPoints rows of the samples whose distance is taken by slices
 * @param directions slices, in more than two dimensions
 * @param solverSteps steps of the classical Runge–Kutta method from noise to data
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record Settings(
    int batch,
    double learningRate,
    double lastTime,
    int errorPoints,
    int divergencePoints,
    int lipschitzTimes,
    int lipschitzPoints,
    int samplePoints,
    int slicedPoints,
    int directions,
    int solverSteps) {

  /**
   * 100,000 points for errors; 4,096 rows for distances on the line and in the plane, since
   * carrying them from noise to data is much of the work of a short run, and 20,000 for slices.
   */
  public static final Settings DEFAULT =
      new Settings(256, 2e-3, 1 - 1e-3, 100_000, 10_000, 40, 2000, 4096, 20_000, 200, 200);

  /** Checks the ranges. */
  public Settings {
    boolean counts =
        batch > 0
            && errorPoints > 0
            && divergencePoints > 0
            && divergencePoints <= errorPoints
            && lipschitzTimes > 0
            && lipschitzPoints > 0
            && slicedPoints > 0
            && samplePoints > 0
            && directions > 0
            && solverSteps > 0;
    if (!counts || !(learningRate > 0) || !(lastTime > 0 && lastTime < 1)) {
      throw new IllegalArgumentException(
          "an experiment needs positive numbers of points and steps, no more points for the"
              + " divergence than for the velocity, a positive learning rate and a last time in"
              + " (0, 1)");
    }
  }

  /**
   * The same with other numbers of points and steps; the divergence takes no more than the errors.
   *
   * @param errors see {@link #errorPoints}
   * @param rows see {@link #samplePoints}
   * @param sliced see {@link #slicedPoints}
   * @param steps see {@link #solverSteps}
   */
  public Settings with(int errors, int rows, int sliced, int steps) {
    return new Settings(
        batch,
        learningRate,
        lastTime,
        errors,
        Math.min(errors, divergencePoints),
        lipschitzTimes,
        lipschitzPoints,
        rows,
        sliced,
        directions,
        steps);
  }
}
