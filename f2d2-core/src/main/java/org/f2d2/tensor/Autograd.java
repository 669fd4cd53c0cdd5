package org.f2d2.tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Dispatcher;
import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.OperatorHandle;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * Derivatives of tensor programs.
 *
 * <p>Forward mode ({@link #jvp}) carries a tangent beside each number; reverse mode ({@link #vjp},
 * {@link #grad}) walks back through the operations that were recorded. The value and the tangent of
 * {@code jvp} can themselves be differentiated in reverse mode.
 */
public final class Autograd {

  static {
    Engine.start();
  }

  private static final ReentrantLock LEVEL = new ReentrantLock();
  private static int levelUsers = 0;
  private static long level;

  private Autograd() {}

  /**
   * A function value and its directional derivative.
   *
   * @param value f(x)
   * @param tangent the derivative of f at x along the given direction; same shape as the value
   */
  public record Jvp(Tensor value, Tensor tangent) {}

  /** A tensor program of several inputs and one output. */
  @FunctionalInterface
  public interface Program {
    /** Computes the output. */
    Tensor apply(List<Tensor> inputs);
  }

  /**
   * Value and directional derivative of a program, in one forward pass.
   *
   * @param program what to differentiate
   * @param inputs where
   * @param tangents along which direction; shapes of the inputs
   */
  public static Jvp jvp(Program program, List<Tensor> inputs, List<Tensor> tangents) {
    if (inputs.size() != tangents.size()) {
      throw new IllegalArgumentException(
          inputs.size() + " inputs but " + tangents.size() + " tangents");
    }
    enterLevel();
    try {
      List<Tensor> duals = new ArrayList<>(inputs.size());
      for (int i = 0; i < inputs.size(); i++) {
        duals.add(makeDual(inputs.get(i), tangents.get(i)));
      }
      Tensor[] parts = unpackDual(program.apply(duals));
      return new Jvp(parts[0], parts[1]);
    } finally {
      exitLevel();
    }
  }

  /** {@link #jvp(Program, List, List)} for a program of one input. */
  public static Jvp jvp(UnaryOperator<Tensor> f, Tensor input, Tensor tangent) {
    return jvp(inputs -> f.apply(inputs.get(0)), List.of(input), List.of(tangent));
  }

  /**
   * Gradients of a scalar.
   *
   * @param scalar a tensor of one element that was computed from {@code inputs}
   * @param inputs tensors that require gradients
   * @return one gradient per input; zeros where the scalar does not depend on the input
   */
  public static List<Tensor> grad(Tensor scalar, List<Tensor> inputs) {
    return gradients(scalar, inputs, null, false);
  }

  /**
   * {@link #grad(Tensor, List)} that tells a gradient of zero from none.
   *
   * @return one gradient per input; empty where the scalar does not depend on the input
   */
  public static List<Optional<Tensor>> gradWhereAny(Tensor scalar, List<Tensor> inputs) {
    TensorVector result = engineGradients(scalar, inputs, null, false);
    List<Optional<Tensor>> gradients = new ArrayList<>(inputs.size());
    for (int i = 0; i < inputs.size(); i++) {
      org.bytedeco.pytorch.Tensor g = result.get(i);
      gradients.add(g.defined() ? Optional.of(new Tensor(g)) : Optional.empty());
    }
    return gradients;
  }

  /** {@link #grad(Tensor, List)} whose result can be differentiated again. */
  public static List<Tensor> gradCreatingGraph(Tensor scalar, List<Tensor> inputs) {
    return gradients(scalar, inputs, null, true);
  }

  /**
   * The product of a cotangent with the Jacobian of an output.
   *
   * @param output a tensor that was computed from {@code inputs}
   * @param inputs tensors that require gradients
   * @param cotangent shape of the output
   * @return one tensor per input, in the shape of the input
   */
  public static List<Tensor> vjp(Tensor output, List<Tensor> inputs, Tensor cotangent) {
    return gradients(output, inputs, cotangent, false);
  }

  /** Runs without recording operations for reverse mode. */
  public static <T> T noGrad(Supplier<T> body) {
    boolean before = GradMode.is_enabled();
    GradMode.set_enabled(false);
    try {
      return body.get();
    } finally {
      GradMode.set_enabled(before);
    }
  }

  /** Runs while recording operations for reverse mode. */
  public static <T> T withGrad(Supplier<T> body) {
    boolean before = GradMode.is_enabled();
    GradMode.set_enabled(true);
    try {
      return body.get();
    } finally {
      GradMode.set_enabled(before);
    }
  }

  /** Whether operations on variables are recorded for reverse mode on this thread. */
  public static boolean isRecording() {
    Engine.start();
    return GradMode.is_enabled();
  }

  /** Whether a tensor carries a tangent, or gradients can be asked for what led to it. */
  public static boolean isDifferentiated(Tensor tensor) {
    return LEVEL.isHeldByCurrentThread() || tensor.torch().requires_grad();
  }

  /** Whether what is done with a tensor now is recorded for a derivative. */
  static boolean recording(Tensor tensor) {
    return isDifferentiated(tensor) && (GradMode.is_enabled() || LEVEL.isHeldByCurrentThread());
  }

  private static List<Tensor> gradients(
      Tensor output,
      List<Tensor> inputs,
      @org.jspecify.annotations.Nullable Tensor cotangent,
      boolean createGraph) {
    TensorVector result = engineGradients(output, inputs, cotangent, createGraph);
    List<Tensor> gradients = new ArrayList<>(inputs.size());
    for (int i = 0; i < inputs.size(); i++) {
      org.bytedeco.pytorch.Tensor g = result.get(i);
      gradients.add(g.defined() ? new Tensor(g) : inputs.get(i).detach().zerosLike());
    }
    return gradients;
  }

  private static TensorVector engineGradients(
      Tensor output,
      List<Tensor> inputs,
      @org.jspecify.annotations.Nullable Tensor cotangent,
      boolean createGraph) {
    TensorVector cotangents =
        cotangent == null ? new TensorVector() : new TensorVector(cotangent.torch());
    org.bytedeco.pytorch.Tensor[] sources = new org.bytedeco.pytorch.Tensor[inputs.size()];
    for (int i = 0; i < sources.length; i++) {
      sources[i] = inputs.get(i).torch();
    }
    return torch.grad(
        new TensorVector(output.torch()),
        new TensorVector(sources),
        cotangents,
        new BoolOptional(createGraph),
        createGraph,
        true);
  }

  // libtorch allows one dual level per process, and only leaving it clears the tangents that the
  // recorded operations keep: a thread that stayed in it would make the reverse passes of another
  // meet them. So one thread at a time takes forward derivatives; programs may nest.
  private static void enterLevel() {
    Engine.start();
    LEVEL.lock();
    if (levelUsers++ == 0) {
      level = torch.enter_dual_level();
    }
  }

  private static void exitLevel() {
    try {
      if (--levelUsers == 0) {
        torch.exit_dual_level(level);
      }
    } finally {
      LEVEL.unlock();
    }
  }

  private static final class Ops {
    static final OperatorHandle MAKE_DUAL = find("aten::_make_dual");
    static final OperatorHandle UNPACK_DUAL = find("aten::_unpack_dual");

    // The first caller may have a scope open, which would free the handle for everybody after it.
    private static OperatorHandle find(String name) {
      OperatorHandle handle = Dispatcher.singleton().findSchemaOrThrow(name, "");
      return handle.retainReference();
    }
  }

  private static Tensor makeDual(Tensor primal, Tensor tangent) {
    IValueVector stack = new IValueVector();
    // The engine lays a tangent out like its primal, which it cannot where elements share memory.
    stack.push_back(new IValue(primal.torch().contiguous()));
    stack.push_back(new IValue(tangent.torch().contiguous()));
    stack.push_back(new IValue(level));
    Ops.MAKE_DUAL.callBoxed(stack);
    return new Tensor(stack.get(0).toTensor());
  }

  private static Tensor[] unpackDual(Tensor dual) {
    IValueVector stack = new IValueVector();
    stack.push_back(new IValue(dual.torch()));
    stack.push_back(new IValue(level));
    Ops.UNPACK_DUAL.callBoxed(stack);
    Tensor primal = new Tensor(stack.get(0).toTensor());
    org.bytedeco.pytorch.Tensor tangent = stack.get(1).toTensor();
    return new Tensor[] {
      primal, tangent.defined() ? new Tensor(tangent) : primal.detach().zerosLike()
    };
  }
}
