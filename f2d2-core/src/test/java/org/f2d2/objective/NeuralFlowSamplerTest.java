package org.f2d2.objective;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.f2d2.energy.GeometricPath;
import org.f2d2.energy.systems.ManyWell;
import org.f2d2.flow.JointFlowMap;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NeuralFlowSamplerTest {

  /** Points stand still. */
  private record Still() implements JointFlowMap {
    @Override
    public int dimensions() {
      return 2;
    }

    @Override
    public boolean hasDivergence() {
      return true;
    }

    @Override
    public Tensor rate(Tensor x, Tensor s, Tensor t) {
      return Tensor.cat(1, x.mul(0), x.narrow(1, 0, 1).mul(0));
    }
  }

  /** Many workers have few rows each, and the jumps are trained all the same. */
  @ParameterizedTest
  @ValueSource(ints = {4, 8, 16, 20, 32, 64, 256})
  void jumpsHaveTheirShareOfAnyNumberOfRows(int rows) {
    try (Scope scope = Scope.open()) {
      SplittableRandom random = new SplittableRandom(1);
      double[] points = random.doubles(128, -1, 1).toArray();
      ReplayBuffer buffer =
          new ReplayBuffer.Builder(new GeometricPath(new ManyWell(1), 2), 1)
              .add(points)
              .add(points)
              .build(DType.FLOAT64);
      List<Integer> asked = new ArrayList<>();
      Objective jumps =
          (n, rng) -> {
            asked.add(n);
            return Tensor.zeros(DType.FLOAT64, 1);
          };
      Tensor loss =
          new NeuralFlowSampler(
                  new Still(), buffer, jumps, new NeuralFlowSampler.Options(32, 0.5, 30, 1))
              .loss(rows, new Rng(3));
      assertTrue(loss.item() > 0);
      assertEquals(1, asked.size());
      assertEquals(rows / 2.0, asked.get(0), rows / 8.0);
      asked.clear();
      new NeuralFlowSampler(new Still(), buffer, jumps, new NeuralFlowSampler.Options(32, 1, 30, 0))
          .loss(rows, new Rng(3));
      assertEquals(0, asked.size());
    }
  }
}
