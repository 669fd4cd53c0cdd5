package org.f2d2.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.f2d2.error.F2d2Exception;
import org.f2d2.plain.Particles;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ParticleNetworkTest {

  private static final int N = 6;

  private static Particles particles(int space) {
    return new Particles(space, List.of(0, 1, 0, 0));
  }

  private static ParticleNetwork network(int space) {
    ParticleNetwork network =
        ParticleNetwork.random(
            new ParticleArchitecture(8, 2, 5, 4, 2),
            particles(space),
            true,
            true,
            DType.FLOAT64,
            new Rng(1));
    // The last layers start at zero, where all would be well.
    Tensor numbers = network.parameters().flat();
    numbers.addInPlace(new Rng(2).normal(DType.FLOAT64, numbers.count()).mul(0.3), 1);
    return network;
  }

  private static double[] answer(ParticleNetwork network, double[] x) {
    Particles p = network.particles();
    int d = p.meanFree();
    double[] y = new double[x.length / p.coordinates() * d];
    for (int row = 0; row < x.length / p.coordinates(); row++) {
      double[] one = Arrays.copyOfRange(x, row * p.coordinates(), (row + 1) * p.coordinates());
      System.arraycopy(p.toMeanFree(one), 0, y, row * d, d);
    }
    try (Scope scope = Scope.open()) {
      return network.forward(Tensor.of(y, y.length / d, d), 0.3, 0.8).toDoubles();
    }
  }

  /** Velocities of the particles of one point, and what is said of all. */
  private record Moved(double[] velocities, double divergence) {
    static Moved of(ParticleNetwork network, double[] x) {
      double[] out = answer(network, x);
      double[] y = Arrays.copyOf(out, out.length - 1);
      return new Moved(network.particles().toPlaces(y), out[out.length - 1]);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void velocitiesTurnAndChangePlacesAsTheParticlesDo(int space) {
    ParticleNetwork network = network(space);
    Particles p = particles(space);
    double[] x = new SplittableRandom(3).doubles(p.coordinates(), -2, 2).toArray();
    Moved before = Moved.of(network, x);
    assertTrue(Arrays.stream(before.velocities).map(Math::abs).max().orElseThrow() > 0.1);
    for (long seed = 0; seed < 5; seed++) {
      Moved turned = Moved.of(network, p.turned(x, new SplittableRandom(seed)));
      assertArrayEquals(
          p.turned(before.velocities, new SplittableRandom(seed)), turned.velocities, 1e-10);
      assertEquals(before.divergence, turned.divergence, 1e-10);
      Moved exchanged = Moved.of(network, p.exchanged(x, new SplittableRandom(seed)));
      assertArrayEquals(
          p.exchanged(before.velocities, new SplittableRandom(seed)), exchanged.velocities, 1e-10);
      assertEquals(before.divergence, exchanged.divergence, 1e-10);
      Moved moved = Moved.of(network, p.moved(x, new SplittableRandom(seed)));
      assertArrayEquals(before.velocities, moved.velocities, 1e-10);
    }
    // Two of different kinds are told apart.
    double[] other = x.clone();
    for (int c = 0; c < space; c++) {
      other[c] = x[space + c];
      other[space + c] = x[c];
    }
    assertTrue(Math.abs(Moved.of(network, other).divergence - before.divergence) > 1e-6);
  }

  @Test
  void derivativesAreThoseOfTheOutputs() {
    ParticleNetwork network = network(2);
    try (Scope scope = Scope.open()) {
      Rng rng = new Rng(4);
      int d = network.dimensions();
      Tensor x = rng.normal(DType.FLOAT64, N, d);
      Tensor s = rng.uniform(DType.FLOAT64, N, 1);
      Tensor t = rng.uniform(DType.FLOAT64, N, 1);
      List<Direction> directions = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        directions.add(
            Direction.ofPath(rng.normal(DType.FLOAT64, N, d), rng.normal(DType.FLOAT64, N, 1)));
      }
      Along along = network.forwardAlong(x, s, t, directions);
      assertArrayEquals(network.forward(x, s, t).toDoubles(), along.value().toDoubles(), 1e-12);
      double h = 1e-6;
      for (int i = 0; i < 3; i++) {
        Direction way = directions.get(i);
        Tensor dx = way.x().orElseThrow().mul(h);
        Tensor ds = way.s().orElseThrow().mul(h);
        double[] difference =
            network
                .forward(x.add(dx), s.add(ds), t)
                .sub(network.forward(x.sub(dx), s.sub(ds), t))
                .div(2 * h)
                .toDoubles();
        assertArrayEquals(difference, along.tangent(i).toDoubles(), 1e-5);
      }
      Tensor whole = network.forwardWithTrace(x, s, t);
      double[] trace = new double[N];
      Tensor identity = Tensor.eye(d, DType.FLOAT64);
      for (int i = 0; i < d; i++) {
        Tensor unit = identity.rows(i, i + 1).expand(N, d).mul(h);
        double[] difference =
            network
                .forward(x.add(unit), s, t)
                .sub(network.forward(x.sub(unit), s, t))
                .div(2 * h)
                .column(i)
                .toDoubles();
        for (int row = 0; row < N; row++) {
          trace[row] += difference[row];
        }
      }
      assertArrayEquals(trace, whole.column(network.outputs()).toDoubles(), 1e-5);
    }
  }

  @Test
  void gradientsPassThroughValuesAndTangents() {
    ParticleNetwork network = network(2);
    try (Scope scope = Scope.open()) {
      Rng rng = new Rng(5);
      int d = network.dimensions();
      Tensor x = rng.normal(DType.FLOAT64, N, d);
      Tensor s = rng.uniform(DType.FLOAT64, N, 1);
      Direction way = Direction.ofPoint(rng.normal(DType.FLOAT64, N, d));
      Along along = network.forwardAlong(x, s, s, List.of(way));
      Tensor loss = along.value().square().sum().add(along.tangent(0).square().sum());
      Tensor gradient =
          network.parameters().flatten(Autograd.grad(loss, network.parameters().variables()));
      Tensor flat = network.parameters().flat();
      Tensor step = rng.normal(DType.FLOAT64, flat.count());
      double h = 1e-6;
      double[] around = new double[2];
      for (int sign = 0; sign < 2; sign++) {
        Tensor kept = flat.detach().copy();
        flat.detach().addInPlace(step, sign == 0 ? h : -h);
        Along there = network.forwardAlong(x, s, s, List.of(way));
        around[sign] = there.value().square().sum().item() + there.tangent(0).square().sum().item();
        flat.detach().copyInPlace(kept);
      }
      double along1 = gradient.mul(step).sum().item();
      assertEquals((around[0] - around[1]) / (2 * h), along1, 1e-4 * (1 + Math.abs(along1)));
    }
  }

  @Test
  void severalQueriesOfOnePointAreOneWay() {
    ParticleNetwork network = network(2);
    try (Scope scope = Scope.open()) {
      int d = network.dimensions();
      Tensor x = new Rng(6).normal(DType.FLOAT64, N, d);
      Tensor s = x.column(0).zerosLike().add(0.2);
      Tensor t = s.add(0.5);
      List<Query> queries = new ArrayList<>();
      for (int i = 0; i < d; i++) {
        Tensor unit = Tensor.eye(d, DType.FLOAT64).rows(i, i + 1).expand(N, d);
        queries.add(new Query(x, s, t, Optional.of(Direction.ofPoint(unit)), Query.Gradients.NONE));
      }
      List<Query.Answer> together = network.answer(queries);
      for (int i = 0; i < d; i++) {
        Query.Answer alone = network.answer(List.of(queries.get(i))).get(0);
        assertArrayEquals(alone.value().toDoubles(), together.get(i).value().toDoubles(), 1e-12);
        assertArrayEquals(
            alone.derivative().toDoubles(), together.get(i).derivative().toDoubles(), 1e-12);
      }
    }
  }

  @Test
  void sizesAreChecked() {
    assertThrows(F2d2Exception.class, () -> new ParticleArchitecture(0, 1, 2, 1, 1));
    assertThrows(F2d2Exception.class, () -> new ParticleArchitecture(1, 1, 2, Double.NaN, 1));
    assertThrows(F2d2Exception.class, () -> new ParticleArchitecture(2_000_000_000, 1, 2, 1, 1));
  }
}
