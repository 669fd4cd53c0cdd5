package org.f2d2.bench.kernels;

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

/** A whole network on rows that share their two times, without gradients. */
@State(org.openjdk.jmh.annotations.Scope.Thread)
public class ForwardKernels {

  /** Rows of the input. */
  @Param({"1", "32", "512", "4096"})
  public int batch;

  private Mlp network;
  private Tensor x;

  /** Draws input and weights. */
  @Setup
  public void draw() {
    network = ExampleNetwork.make();
    x = new Rng(2).normal(DType.FLOAT32, batch, ExampleNetwork.DIMENSIONS);
  }

  /** One evaluation. */
  @Benchmark
  public void forward() {
    try (Scope scope = Scope.open()) {
      Autograd.noGrad(() -> network.forward(x, 0.3, 1));
    }
  }
}
