package org.f2d2.sampling;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.f2d2.energy.Energy;
import org.f2d2.energy.GeometricPath;
import org.f2d2.energy.Rescaled;
import org.f2d2.energy.systems.ManyWell;
import org.f2d2.energy.weights.Resampling;
import org.f2d2.error.F2d2Exception;
import org.f2d2.flow.Calls;
import org.f2d2.metric.EffectiveSampleSize;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Normalisers and weights that are known in closed form. */
class SequentialMonteCarloTest {

  private static final SequentialMonteCarlo.Parts HERE =
      new SequentialMonteCarlo.Parts() {
        @Override
        public <T> List<T> map(int parts, IntFunction<T> work) {
          return IntStream.range(0, parts).mapToObj(work).toList();
        }
      };

  /** exp(-(x-m)²/(2 v)) in each of d coordinates, unnormalised. */
  private static Energy gaussian(int d, double mean, double variance) {
    return new Energy() {
      @Override
      public String name() {
        return "gaussian";
      }

      @Override
      public int dimensions() {
        return d;
      }

      @Override
      public double value(double[] x) {
        return value(x, new double[d]);
      }

      @Override
      public double value(double[] x, double[] gradient) {
        double sum = 0;
        for (int i = 0; i < d; i++) {
          gradient[i] = (x[i] - mean) / variance;
          sum += (x[i] - mean) * (x[i] - mean) / (2 * variance);
        }
        return sum;
      }
    };
  }

  /** The densities of the path to that Gaussian are Gaussians: mean and variance of each. */
  private static double[] moments(GeometricPath path, double mean, double variance, double t) {
    double share = path.share(t);
    double precision = (1 - share) + share / variance;
    return new double[] {share * mean / variance / precision, 1 / precision};
  }

  /** The map between two of these, wrong by a factor of its stretch. */
  private record Affine(
      GeometricPath path, int dimensions, double mean, double variance, double off)
      implements TransitionKernel {
    @Override
    public boolean hasDivergence() {
      return true;
    }

    @Override
    public Step step(Tensor x, double from, double to, Rng rng) {
      double[] a = moments(path, mean, variance, from);
      double[] b = moments(path, mean, variance, to);
      double stretch = off * Math.sqrt(b[1] / a[1]);
      Tensor landed = x.to(DType.FLOAT64).sub(a[0]).mul(stretch).add(b[0]);
      Tensor volume = Tensor.full(dimensions * Math.log(stretch), DType.FLOAT64, x.size(0), 1);
      return new Step(landed, new Info(Optional.of(volume), new Calls(1, 0)));
    }
  }

  private static SequentialMonteCarlo.Options options(int particles, int steps, long seed) {
    return new SequentialMonteCarlo.Options(
        particles, steps, 0.5, Resampling.SYSTEMATIC, 1, 3, seed);
  }

  @ParameterizedTest
  @ValueSource(doubles = {1, 2})
  void theExactVelocityGivesEqualWeightsAndTheNormaliser(double power) {
    GeometricPath path = new GeometricPath(gaussian(3, 2, 0.25), power);
    Affine exact = new Affine(path, 3, 2, 0.25, 1);
    SequentialMonteCarlo.Run run =
        new SequentialMonteCarlo(
                path, Optional.of(exact), options(200, 10, 1).withoutChains(), HERE)
            .run();
    double[] w = run.particles().logWeights();
    assertEquals(1, EffectiveSampleSize.share(w), 1e-9);
    assertEquals(1.5 * Math.log(2 * Math.PI * 0.25), run.logNormaliser(), 1e-4);
  }

  /** The mean of Ẑ over many runs, with wrong moves, with chains and without any of the two. */
  @Test
  void theNormaliserHasNoBias() {
    GeometricPath path = new GeometricPath(gaussian(2, 1.5, 0.3), 1);
    double right = Math.log(2 * Math.PI * 0.3);
    for (Optional<TransitionKernel> kernel :
        List.<Optional<TransitionKernel>>of(
            Optional.empty(), Optional.of(new Affine(path, 2, 1.5, 0.3, 1.1)))) {
      for (SequentialMonteCarlo.Options o :
          List.of(options(40, 6, 0), options(40, 6, 0).withoutChains())) {
        double[] ratios =
            IntStream.range(0, 400)
                .mapToDouble(
                    seed ->
                        Math.exp(
                            new SequentialMonteCarlo(path, kernel, o.withSeed(seed), HERE)
                                    .run()
                                    .logNormaliser()
                                - right))
                .toArray();
        assertUnbiased(ratios, 1, kernel.isPresent() + " " + o);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void theNormaliserOfManyWellsHasNoBias(int copies) {
    ManyWell wells = new ManyWell(copies);
    int d = wells.dimensions();
    Energy scaled = new Rescaled(wells, Collections.nCopies(d, 0.0), Collections.nCopies(d, 2.0));
    GeometricPath path = new GeometricPath(scaled, 1);
    double right = wells.logNormaliser().orElseThrow();
    double[] ratios =
        IntStream.range(0, 200)
            .mapToDouble(
                seed ->
                    Math.exp(
                        new SequentialMonteCarlo(
                                    path, Optional.empty(), options(200, 16, seed), HERE)
                                .run()
                                .logNormaliser()
                            - right))
            .toArray();
    assertUnbiased(ratios, 1, copies + " copies");
  }

  private static void assertUnbiased(double[] values, double right, String where) {
    double mean = Arrays.stream(values).average().orElseThrow();
    double square = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
    double error = Math.sqrt(square / (values.length - 1) / values.length);
    assertEquals(right, mean, 3 * error, where);
    assertTrue(error < 0.1, where + ": too few runs to tell, " + error);
  }

  /** A kernel that does not move is annealed importance sampling with the same draws. */
  @Test
  void aVelocityOfZeroIsNoVelocity() {
    GeometricPath path = new GeometricPath(gaussian(2, 1, 0.5), 1);
    TransitionKernel still =
        new TransitionKernel() {
          @Override
          public int dimensions() {
            return 2;
          }

          @Override
          public boolean hasDivergence() {
            return true;
          }

          @Override
          public Step step(Tensor x, double from, double to, Rng rng) {
            return new Step(
                x,
                new Info(Optional.of(Tensor.zeros(DType.FLOAT64, x.size(0), 1)), new Calls(1, 0)));
          }
        };
    SequentialMonteCarlo.Options once = options(100, 8, 5).withoutChains();
    SequentialMonteCarlo.Run a =
        new SequentialMonteCarlo(path, Optional.of(still), once, HERE).run();
    SequentialMonteCarlo.Run b = new SequentialMonteCarlo(path, Optional.empty(), once, HERE).run();
    assertArrayEquals(a.particles().points(), b.particles().points());
    assertArrayEquals(a.particles().logWeights(), b.particles().logWeights());
    assertEquals(a.steps(), b.steps());
  }

  /** Particles after chains and resampling have the moments of the target. */
  @Test
  void particlesAreOfTheTarget() {
    GeometricPath path = new GeometricPath(gaussian(2, 2, 0.25), 1);
    SequentialMonteCarlo.Run run =
        new SequentialMonteCarlo(path, Optional.empty(), options(4000, 32, 2), HERE).run();
    double[] w = run.particles().logWeights();
    double[] x = run.particles().points();
    double sum = 0;
    double mean = 0;
    double square = 0;
    for (int i = 0; i < w.length; i++) {
      double weight = Math.exp(w[i]);
      sum += weight;
      mean += weight * x[2 * i];
      square += weight * (x[2 * i] - 2) * (x[2 * i] - 2);
    }
    assertEquals(2, mean / sum, 0.03);
    assertEquals(0.25, square / sum, 0.03);
    for (SequentialMonteCarlo.Step step : run.steps()) {
      assertEquals(0.75, step.acceptance(), 0.2, step.toString());
    }
    double[] energies = new double[w.length];
    path.target().values(x, energies);
    assertArrayEquals(energies, run.particles().energies(), 1e-9);
  }

  @Test
  void threadsDoNotMatter() {
    GeometricPath path = new GeometricPath(gaussian(2, 2, 0.25), 2);
    Optional<TransitionKernel> carried = Optional.of(new Affine(path, 2, 2, 0.25, 1.1));
    SequentialMonteCarlo.Parts reversed =
        new SequentialMonteCarlo.Parts() {
          @Override
          public <T> List<T> map(int parts, IntFunction<T> work) {
            @SuppressWarnings("unchecked")
            T[] results = (T[]) new Object[parts];
            for (int p = parts - 1; p >= 0; p--) {
              results[p] = work.apply(p);
            }
            return List.of(results);
          }
        };
    SequentialMonteCarlo.Run a =
        new SequentialMonteCarlo(path, carried, options(100, 8, 5), HERE).run();
    SequentialMonteCarlo.Run b =
        new SequentialMonteCarlo(path, carried, options(100, 8, 5), reversed).run();
    assertArrayEquals(a.particles().points(), b.particles().points());
  }

  @Test
  void anEnergyThatIsNoNumberOrNeverFiniteIsAnError() {
    for (double value : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
      Energy bad =
          new Energy() {
            @Override
            public String name() {
              return "bad";
            }

            @Override
            public int dimensions() {
              return 1;
            }

            @Override
            public double value(double[] x) {
              return value;
            }

            @Override
            public double value(double[] x, double[] gradient) {
              gradient[0] = 0;
              return value;
            }
          };
      SequentialMonteCarlo sampler =
          new SequentialMonteCarlo(
              new GeometricPath(bad, 1), Optional.empty(), options(10, 4, 0), HERE);
      assertThrows(F2d2Exception.class, sampler::run);
    }
  }
}
