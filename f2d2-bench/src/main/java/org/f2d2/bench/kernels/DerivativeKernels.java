package org.f2d2.bench.kernels;

import org.f2d2.net.Direction;
import org.f2d2.net.Mlp;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A whole network together with a derivative of it, without gradients. */
@State(org.openjdk.jmh.annotations.Scope.Thread)
public class DerivativeKernels {

  /** Rows of the input. */
  @Param("512")
  public int batch;

  private Mlp network;
  private Tensor x;
  private Tensor s;
  private Tensor t;
  private Direction direction;

  /** Draws input, weights and direction. */
  @Setup
  public void draw() {
    Rng rng = new Rng(2);
    network = ExampleNetwork.make();
    x = rng.normal(DType.FLOAT32, batch, ExampleNetwork.DIMENSIONS);
    s = rng.uniform(DType.FLOAT32, batch, 1);
    t = rng.uniform(DType.FLOAT32, batch, 1);
    direction = Direction.ofPoint(rng.normal(DType.FLOAT32, x.shape()));
  }

  /** One evaluation and its derivative in a direction. */
  @Benchmark
  public void forwardAlong() {
    try (Scope scope = Scope.open()) {
      Autograd.noGrad(() -> network.forwardAlong(x, s, t, direction));
    }
  }

  /** One evaluation and the trace of its Jacobian in 16 dimensions. */
  @Benchmark
  public void forwardWithTrace() {
    try (Scope scope = Scope.open()) {
      Autograd.noGrad(() -> network.forwardWithTrace(x, s, t));
    }
  }
}
