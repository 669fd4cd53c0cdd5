package org.f2d2.net;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.f2d2.plain.FourierFeatures;
import org.f2d2.plain.MlpArchitecture;
import org.f2d2.plain.TimeEmbedding;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.NowhereDevice;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A network keeps every tensor on the device in use, as a GPU demands.
 *
 * <p>Losses are not tested so: the device without memory lacks some of their operations.
 */
class OneDeviceTest {

  private static final int D = 2;
  private static final int ROWS = 300;

  private NowhereDevice nowhere;
  private Scope scope;
  private Mlp network;
  private Tensor x;
  private Tensor t;

  @BeforeEach
  void open() {
    scope = Scope.open();
    nowhere = NowhereDevice.use();
    network =
        Mlp.random(
            new MlpArchitecture(
                D, D + 1, 64, 3, new TimeEmbedding(2), new FourierFeatures(1), true),
            DType.FLOAT32,
            new Rng(1));
    x = new Rng(2).normal(DType.FLOAT32, ROWS, D);
    t = Tensor.full(0.5, DType.FLOAT32, ROWS, 1);
  }

  @AfterEach
  void close() {
    nowhere.close();
    scope.close();
  }

  @Test
  void withoutGradients() {
    List<Tensor> outputs =
        Autograd.noGrad(
            () ->
                List.of(
                    network.forward(x, 0.5, 1),
                    network.forward(x, t, t),
                    network.forwardWithTrace(x, t, t),
                    network.forwardAlong(x, t, t, Direction.ofPoint(x)).tangent(),
                    network.forwardAlong(x, t, t, Direction.ofTarget(t)).tangent()));
    for (Tensor output : outputs) {
      assertTrue(NowhereDevice.holds(output));
    }
  }

  @Test
  void byTheNetworksOwnWayBack() {
    try (Tape tape = Tape.open(network.parameters())) {
      Autograd.Jvp output = network.forwardAlong(x, t, t, Direction.ofPath(x, t));
      Tensor loss = output.value().square().mean().add(output.tangent().square().mean());
      assertTrue(NowhereDevice.holds(tape.gradient(loss)));
    }
  }

  @Test
  void byTheGeneralWayBack() {
    Parameters parameters = network.parameters();
    Tensor loss = network.forwardWithTrace(x, t, t).square().mean();
    assertTrue(
        NowhereDevice.holds(parameters.flatten(Autograd.grad(loss, parameters.variables()))));
  }

  @Test
  void aTransformerOfImages() {
    ImageFormat image = new ImageFormat(1, 4, 4);
    ImageArchitecture.Task all = new ImageArchitecture.Task(true, true, true);
    // This device knows no convolution; all other operations of both networks are here.
    ImageArchitecture a = new ImageArchitecture.Transformer(2, 8, 1, 2, 2);
    Network n = a.random(image, all, 0, new Rng(1));
    Tensor images = new Rng(2).normal(DType.FLOAT32, ROWS, image.dimensions());
    Along along = n.forwardAlong(images, t, t, List.of(Direction.ofPath(images, t)));
    assertTrue(NowhereDevice.holds(along.value()) && NowhereDevice.holds(along.tangents()));
    Tensor loss = n.forward(images, t, t).square().mean();
    Parameters p = n.parameters();
    assertTrue(NowhereDevice.holds(p.flatten(Autograd.grad(loss, p.variables()))));
  }
}
