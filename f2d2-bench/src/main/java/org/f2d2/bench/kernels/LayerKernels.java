package org.f2d2.bench.kernels;

import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** One layer of 512 units: the matrix product alone, and with what follows it in the same pass. */
@State(org.openjdk.jmh.annotations.Scope.Thread)
public class LayerKernels {

  private static final int WIDTH = 512;

  /** Rows of the input. */
  @Param({"32", "4096"})
  public int batch;

  private Tensor x;
  private Tensor weight;
  private Tensor bias;

  /** Draws input and weights. */
  @Setup
  public void draw() {
    Rng rng = new Rng(1);
    x = rng.normal(DType.FLOAT32, batch, WIDTH);
    weight = rng.normal(DType.FLOAT32, WIDTH, WIDTH).mul(1 / Math.sqrt(WIDTH));
    bias = rng.normal(DType.FLOAT32, WIDTH);
  }

  /** x Wᵀ + b. */
  @Benchmark
  public void linear() {
    try (Scope scope = Scope.open()) {
      Autograd.noGrad(() -> x.linear(weight, bias));
    }
  }

  /** silu(x Wᵀ + b). */
  @Benchmark
  public void siluLayer() {
    try (Scope scope = Scope.open()) {
      Autograd.noGrad(() -> x.siluLayer(weight, bias));
    }
  }

  /** x + silu(x Wᵀ + b). */
  @Benchmark
  public void residualSiluLayer() {
    try (Scope scope = Scope.open()) {
      Autograd.noGrad(() -> x.residualSiluLayer(weight, bias));
    }
  }
}
