package org.f2d2.cli.report;

import java.util.List;
import org.f2d2.lab.images.ImageResults;
import org.f2d2.lab.images.ImageResults.Detection;
import org.f2d2.lab.images.ImageResults.Few;
import org.f2d2.lab.images.ImageResults.Guidance;
import org.f2d2.lab.images.ImageResults.Likelihood;
import org.f2d2.lab.images.ImageResults.Quality;
import org.f2d2.lab.images.ImageResults.Score;

/** Made-up results with figures that are easy to find again. */
public final class SmallImageResults {

  /** With all parts. */
  public static final ImageResults WHOLE =
      results(
          List.of(
              new Quality("teacher", 50, 100, 0, 3.25, 0.8, 0.7),
              new Quality("velocity", 1, 1, 0, 9.5, 0.6, 0.5),
              new Quality("velocity", 2, 2, 0, 7.5, 0.65, 0.55),
              new Quality("joint", 1, 1, 0, 8.5, 0.61, 0.51),
              new Quality("joint", 2, 2, 0, 6.25, 0.66, 0.56),
              new Quality("guided", 2, 3, 1, 5.75, 0.67, 0.57)),
          List.of(
              new Guidance(0, new Quality("guided", 2, 2, 0, 6.25, 0.66, 0.56), 2.9),
              new Guidance(0.05, new Quality("guided", 2, 3, 1, 5.75, 0.67, 0.57), 2.8),
              new Guidance(0.2, new Quality("guided", 2, 3, 1, 6.75, 0.6, 0.5), 2.6)),
          List.of(
              new Detection(
                  "<digits>",
                  200,
                  1.875,
                  List.of(new Score("bits & pieces", 0.125), new Score("typicality", 0.9375)))));

  /** With likelihoods alone. */
  public static final ImageResults BARE = results(List.of(), List.of(), List.of());

  private SmallImageResults() {}

  private static ImageResults results(
      List<Quality> quality, List<Guidance> guidance, List<Detection> detection) {
    double none = Double.NaN;
    return new ImageResults(
        "clothes & <shoes>",
        784,
        60_000,
        3720,
        "1,000 + 500 steps",
        new Likelihood(
            3,
            2.9375,
            4.5,
            -1.5625,
            0.002,
            400,
            0.5,
            3.75,
            List.of(
                new Few("divergence", false, 1, 3.0625, 0.125, 0.1375, 0.91, none, none, 0.002),
                new Few("log-density", true, 1, 2.9525, 0.015, 0.0225, 0.9925, 0.953, 0.06, 0.001),
                new Few("divergence", true, 2, 2.9425, 0.005, 0.0125, 0.9965, 0.947, 0.03, 0.004)),
            new double[] {2.5, 3, 3.5},
            new double[] {2.55, 2.95, none}),
        quality,
        new Quality("real", 0, 0, 0, 0.75, 0.9, 0.91),
        200,
        0.925,
        guidance,
        detection);
  }
}
