package org.f2d2.lab.experiment;

import java.util.List;
import org.f2d2.error.F2d2Exception;
import org.f2d2.flow.ClosedFormFlow;
import org.f2d2.flow.GaussianMixtureFlow;
import org.f2d2.flow.QuantileFlow;
import org.f2d2.flow.RotatedProductFlow;
import org.f2d2.flow.UniformSquareFlow;
import org.f2d2.lab.Named;
import org.f2d2.tensor.Rng;

/** A law of the data whose velocity, divergence and density are known at every time. */
public sealed interface Target {

  /** The name on the command line. */
  String id();

  /** The flow from N(0, I) to the data. */
  ClosedFormFlow flow();

  /** The mixture of two Gaussians on the line that {@link QuantileFlow#reference} describes. */
  record Mixture() implements Target {
    @Override
    public String id() {
      return "mixture";
    }

    @Override
    public ClosedFormFlow flow() {
      return QuantileFlow.reference(1);
    }
  }

  /**
   * Eight Gaussians of standard deviation 0.3 on a circle of radius 4. Not bounded, as the theorem
   * asks, but with light tails.
   */
  record EightGaussians() implements Target {
    private static final int COMPONENTS = 8;
    private static final double RADIUS = 4;
    private static final double DEVIATION = 0.3;

    @Override
    public String id() {
      return "eight-gaussians";
    }

    @Override
    public ClosedFormFlow flow() {
      double[] weights = new double[COMPONENTS];
      double[][] means = new double[COMPONENTS][];
      double[] deviations = new double[COMPONENTS];
      for (int k = 0; k < COMPONENTS; k++) {
        double angle = 2 * Math.PI * k / COMPONENTS;
        weights[k] = 1;
        means[k] = new double[] {RADIUS * Math.cos(angle), RADIUS * Math.sin(angle)};
        deviations[k] = DEVIATION;
      }
      return GaussianMixtureFlow.isotropic(weights, means, deviations, 1);
    }
  }

  /** The uniform law on [-1, 1]²: bounded, with a velocity that becomes steep near time 1. */
  record UniformSquare() implements Target {
    @Override
    public String id() {
      return "uniform-square";
    }

    @Override
    public ClosedFormFlow flow() {
      return new UniformSquareFlow(1);
    }
  }

  /**
   * Independent copies of {@link Mixture}, turned by one fixed random rotation.
   *
   * @param dimensions number of copies, at least 1
   */
  record RotatedProduct(int dimensions) implements Target {
    private static final long ROTATION_SEED = 20;

    /** Checks the number of copies. */
    public RotatedProduct {
      if (dimensions < 1) {
        throw new IllegalArgumentException("a product needs a factor, not " + dimensions);
      }
    }

    @Override
    public String id() {
      return "product-" + dimensions;
    }

    @Override
    public ClosedFormFlow flow() {
      return RotatedProductFlow.random(
          QuantileFlow.reference(1), dimensions, new Rng(ROTATION_SEED).derive(dimensions));
    }
  }

  /** All that the experiment is meant for, the cheapest first. */
  static List<Target> all() {
    return List.of(
        new Mixture(),
        new EightGaussians(),
        new UniformSquare(),
        new RotatedProduct(1),
        new RotatedProduct(2),
        new RotatedProduct(5),
        new RotatedProduct(10));
  }

  /**
   * The one with a name.
   *
   * @throws F2d2Exception when there is none
   */
  static Target of(String id) {
    return Named.of("target", id, all(), Target::id);
  }
}
