package org.f2d2.net;

import static org.f2d2.flow.Differences.assertClose;
import static org.f2d2.flow.Differences.assertDerivative;

import java.util.List;
import org.f2d2.flow.GaussianMixtureFlow;
import org.f2d2.flow.NetworkFlowMap;
import org.f2d2.flow.NetworkVelocity;
import org.f2d2.flow.StandardGaussianFlow;
import org.f2d2.flow.VelocityField;
import org.f2d2.plain.FourierFeatures;
import org.f2d2.plain.MlpArchitecture;
import org.f2d2.plain.TimeEmbedding;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The perceptron's hand-written trace, and its derivatives, against the generic ones. */
class MlpTraceTest {

  private static final int ROWS = 7;

  private Scope scope;

  @BeforeEach
  void open() {
    scope = Scope.open();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  private static Mlp network(int d, int outputs, int depth, int frequencies, boolean twoTimes) {
    MlpArchitecture architecture =
        new MlpArchitecture(
            d,
            outputs,
            16,
            depth,
            new TimeEmbedding(3),
            new FourierFeatures(frequencies),
            twoTimes);
    Mlp mlp = Mlp.random(architecture, DType.FLOAT64, new Rng(1));
    // A fresh network has an output layer of zeros, whose trace would show nothing.
    Parameters all = mlp.parameters();
    Tensor noise = new Rng(2).normal(DType.FLOAT64, all.count());
    all.flat().detach().addInPlace(noise, 0.3);
    return mlp;
  }

  private static VelocityField generic(VelocityField field) {
    return new VelocityField() {
      @Override
      public int dimensions() {
        return field.dimensions();
      }

      @Override
      public Tensor velocity(Tensor x, Tensor t) {
        return field.velocity(x, t);
      }
    };
  }

  @ParameterizedTest
  @CsvSource({"1,1,0", "1,3,4", "2,1,3", "2,4,0", "3,2,2", "5,3,0"})
  void traceIsThatOfTheGenericField(int d, int depth, int frequencies) {
    NetworkVelocity field = new NetworkVelocity(network(d, d, depth, frequencies, false));
    Tensor x = new Rng(3).normal(DType.FLOAT64, ROWS, d);
    Tensor t = new Rng(4).uniform(DType.FLOAT64, ROWS, 1);
    assertClose(generic(field).joint(x, t), field.joint(x, t), 1e-11, "joint");
  }

  @Test
  void traceOverAMixtureIsThatOfTheGenericField() {
    GaussianMixtureFlow mixture =
        GaussianMixtureFlow.isotropic(
            new double[] {1, 2}, new double[][] {{1, 0}, {-1, 0.5}}, new double[] {0.3, 0.8}, 1);
    NetworkVelocity field = new NetworkVelocity(network(2, 2, 2, 3, false), mixture);
    Tensor x = new Rng(3).normal(DType.FLOAT64, ROWS, 2);
    Tensor t = new Rng(4).uniform(DType.FLOAT64, ROWS, 1);
    assertClose(generic(field).joint(x, t), field.joint(x, t), 1e-11, "joint");
    assertClose(
        new NetworkVelocity(field.network())
            .velocity(x, t)
            .sub(new StandardGaussianFlow(2).velocity(x, t))
            .add(mixture.velocity(x, t)),
        field.velocity(x, t),
        1e-12,
        "velocity");
  }

  @ParameterizedTest
  @CsvSource({"1,2,0", "2,3,3", "4,2,0"})
  void derivativesAgreeWithDifferences(int d, int depth, int frequencies) {
    NetworkFlowMap map = new NetworkFlowMap(network(d, d + 1, depth, frequencies, true), 2.5);
    Tensor x = new Rng(3).normal(DType.FLOAT64, ROWS, d);
    Tensor s = new Rng(4).uniform(DType.FLOAT64, ROWS, 1);
    Tensor t = new Rng(5).uniform(DType.FLOAT64, ROWS, 1);
    Tensor dx = new Rng(6).normal(DType.FLOAT64, ROWS, d);
    assertDerivative(
        in -> map.rate(in.get(0), in.get(1), in.get(2)),
        List.of(x, s, t),
        List.of(dx, s.onesLike(), t.onesLike().mul(-0.5)),
        1e-8,
        "rate");
    NetworkVelocity field = new NetworkVelocity(network(d, d, depth, frequencies, false));
    assertDerivative(
        in -> field.joint(in.get(0), in.get(1)),
        List.of(x, t),
        List.of(dx, t.onesLike()),
        1e-8,
        "joint");
  }
}
