package org.f2d2.objective;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.f2d2.flow.JointFlowMap;
import org.f2d2.flow.NetworkFlowMap;
import org.f2d2.flow.NetworkVelocity;
import org.f2d2.flow.VelocityField;
import org.f2d2.net.Mlp;
import org.f2d2.net.Network;
import org.f2d2.plain.FourierFeatures;
import org.f2d2.plain.MlpArchitecture;
import org.f2d2.plain.TimeEmbedding;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Tensor;

/** For tests: tiny networks in two dimensions whose output layer is not zero, and their data. */
final class Students {

  static final int D = 2;

  private Students() {}

  static Mlp network(int outputs, boolean twoTimes, DType type, long seed) {
    Mlp mlp =
        Mlp.random(
            new MlpArchitecture(
                D, outputs, 6, 2, new TimeEmbedding(2), new FourierFeatures(1), twoTimes),
            type,
            new Rng(seed));
    Tensor noise = new Rng(seed + 1000).normal(type, mlp.parameters().count());
    mlp.parameters().flat().detach().addInPlace(noise, 0.3);
    return mlp;
  }

  /** A flow map with a divergence whose unit is not 1. */
  static NetworkFlowMap map(DType type) {
    return map(network(D + 1, true, type, 1));
  }

  static NetworkFlowMap map(Network network) {
    return new NetworkFlowMap(network, 1.7);
  }

  static NetworkVelocity teacher(DType type) {
    return new NetworkVelocity(network(D, false, type, 2));
  }

  static TrainingRows data(DType type) {
    return TrainingRows.of(new Rng(3).normal(type, 50, D).mul(0.8).add(0.3));
  }

  /** Rows of which no two are the same, so that a row tells its trajectory. */
  private static TrainingRows endless(DType type) {
    return new TrainingRows() {
      @Override
      public Tensor draw(int rows, Rng rng) {
        return rng.normal(type, rows, D).mul(0.8).add(0.3);
      }

      @Override
      public DType type() {
        return type;
      }
    };
  }

  /** Trajectories in two chunks of 20, with every second node exact. */
  static Trajectories trajectories(VelocityField teacher, DType type) {
    return Trajectories.solve(
        teacher,
        endless(type),
        40,
        type,
        new Trajectories.Options(16, 2, 20, 0.35, 0.15),
        new Rng(4),
        Students::inOrder);
  }

  static List<Trajectories> inOrder(int parts, java.util.function.IntFunction<Trajectories> work) {
    return IntStream.range(0, parts).mapToObj(work).toList();
  }

  /** What a map was asked. */
  record Query(Tensor x, Tensor s, Tensor t) {}

  /** A map that notes what it is asked. */
  record Recording(JointFlowMap map, List<Query> queries) implements JointFlowMap {
    Recording(JointFlowMap map) {
      this(map, new ArrayList<>());
    }

    @Override
    public int dimensions() {
      return map.dimensions();
    }

    @Override
    public boolean hasDivergence() {
      return map.hasDivergence();
    }

    @Override
    public JointFlowMap apart() {
      return map.apart();
    }

    @Override
    public VelocityField secondBranch() {
      return map.secondBranch();
    }

    // By way of arrays, which leaves tangents behind.
    @Override
    public Tensor rate(Tensor x, Tensor s, Tensor t) {
      queries.add(new Query(plain(x), plain(s), plain(t)));
      return map.rate(x, s, t);
    }

    private static Tensor plain(Tensor a) {
      return Tensor.of(a.to(DType.FLOAT64).toDoubles(), a.shape());
    }
  }

  /** A map without its divergence. */
  record VelocityOnly(JointFlowMap map) implements JointFlowMap {
    @Override
    public int dimensions() {
      return map.dimensions();
    }

    @Override
    public boolean hasDivergence() {
      return false;
    }

    @Override
    public JointFlowMap apart() {
      return new VelocityOnly(map.apart());
    }

    @Override
    public VelocityField secondBranch() {
      return map.secondBranch();
    }

    @Override
    public Tensor rate(Tensor x, Tensor s, Tensor t) {
      return JointFlowMap.velocity(map.rate(x, s, t), dimensions());
    }
  }
}
