package org.f2d2.tensor;

import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.dnnl.IntMemoryMap;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.matmul;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.post_ops;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.dnnl.reorder;
import org.bytedeco.dnnl.stream;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * Matrix products of 32-bit tensors by oneDNN, with what follows them in the same pass.
 *
 * <p>libtorch hands such products to OpenBLAS, whose choice of kernels an environment variable may
 * have pinned, and makes a pass over memory for every bias, activation and sum after it. oneDNN
 * compiles a kernel for the shape at hand on the processor at hand.
 *
 * <p>A prepared product may be used by one thread at a time, so each thread keeps its own, the last
 * few dozen shapes of them. They know nothing of derivatives: callers see to it that none are
 * recorded.
 */
final class MatrixProduct {

  static {
    Engine.start();
  }

  /** What happens to the product a·b + bias before it is stored. */
  enum After {
    /** Nothing. */
    NOTHING,
    /** z becomes z · sigmoid(z). */
    SILU,
    /** z becomes z · sigmoid(z) + a; a and the product have the same shape. */
    SILU_PLUS_INPUT,
    /** The product is added to what is there. */
    ACCUMULATE
  }

  /**
   * A shape of product.
   *
   * @param m rows of the product
   * @param n columns of the product
   * @param k length of the sums
   * @param transposedLeft whether the left operand is stored as [k, m]
   * @param transposedRight whether the right operand is stored as [n, k]
   * @param packed whether the right operand is packed
   * @param bias whether a row [n] is added
   * @param after what follows
   */
  private record Shape(
      long m,
      long n,
      long k,
      boolean transposedLeft,
      boolean transposedRight,
      boolean packed,
      boolean bias,
      After after) {}

  private static final int MOST_KEPT = 64;

  /** Fewer multiplications than these take less time than the way to oneDNN. */
  private static final long LEAST_WORK = 20_000;

  /** The number of rows that weights are packed for; other numbers read the same order. */
  private static final long PACKED_FOR = 512;

  private static final engine CPU = kept(new engine(engine.kind.cpu, 0));

  private static final ThreadLocal<Prepared> PREPARED = ThreadLocal.withInitial(Prepared::new);

  private MatrixProduct() {}

  /** The products of one thread. */
  private static final class Prepared extends LinkedHashMap<Shape, MatrixProduct.Kernel> {
    private static final long serialVersionUID = 1;

    private final transient stream queue = kept(new stream(CPU));

    Prepared() {
      super(MOST_KEPT, 0.75f, true);
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<Shape, Kernel> eldest) {
      if (size() <= MOST_KEPT) {
        return false;
      }
      eldest.getValue().close();
      return true;
    }
  }

  /** A compiled product and the places of its operands. */
  private static final class Kernel {
    private final matmul product;
    private final memory left;
    private final memory right;
    private final memory out;
    private final @Nullable memory bias;
    private final IntMemoryMap arguments;

    Kernel(Shape s, @Nullable memory packedRight) {
      primitive_attr attributes = new primitive_attr();
      post_ops after = new post_ops();
      memory.desc product = matrix(s.m, s.n, false);
      switch (s.after) {
        case NOTHING -> {}
        case SILU -> after.append_eltwise(dnnl.algorithm.eltwise_swish, 1, 0);
        case SILU_PLUS_INPUT -> {
          after.append_eltwise(dnnl.algorithm.eltwise_swish, 1, 0);
          after.append_binary(dnnl.algorithm.binary_add, product);
        }
        case ACCUMULATE -> after.append_sum(1, 0, memory.data_type.undef);
      }
      attributes.set_post_ops(after);
      memory.desc a = matrix(s.m, s.k, s.transposedLeft);
      memory.desc b =
          packedRight == null ? matrix(s.k, s.n, s.transposedRight) : packedRight.get_desc();
      memory.desc row = matrix(1, s.n, false);
      matmul.primitive_desc description =
          s.bias
              ? new matmul.primitive_desc(CPU, a, b, row, product, attributes, false)
              : new matmul.primitive_desc(CPU, a, b, product, attributes, false);
      this.product = kept(new matmul(description));
      this.left = place(a);
      this.right = place(b);
      this.out = place(product);
      this.bias = s.bias ? place(row) : null;
      this.arguments = kept(new IntMemoryMap());
      arguments
          .put(dnnl.DNNL_ARG_SRC, left)
          .put(dnnl.DNNL_ARG_WEIGHTS, right)
          .put(dnnl.DNNL_ARG_DST, out);
      if (bias != null) {
        arguments.put(dnnl.DNNL_ARG_BIAS, bias);
      }
      if (s.after == After.SILU_PLUS_INPUT) {
        // The input is the operand of the second step after the product.
        arguments.put(2 * dnnl.DNNL_ARG_ATTR_MULTIPLE_POST_OP_BASE | dnnl.DNNL_ARG_SRC_1, left);
      }
    }

    static memory.desc matrix(long rows, long columns, boolean transposed) {
      return new memory.desc(
          new long[] {rows, columns},
          memory.data_type.f32,
          transposed ? memory.format_tag.ba : memory.format_tag.ab);
    }

    /** A matrix whose numbers lie where a tensor will say. */
    private static memory place(memory.desc description) {
      memory place = new memory(description, CPU, new Pointer());
      return kept(place);
    }

    void run(stream queue, Tensor a, Pointer b, @Nullable Tensor row, Tensor result) {
      left.set_data_handle(a.torch().data_ptr());
      right.set_data_handle(b);
      out.set_data_handle(result.torch().data_ptr());
      if (bias != null && row != null) {
        bias.set_data_handle(row.torch().data_ptr());
      }
      product.execute(queue, arguments);
    }

    void close() {
      arguments.releaseReference();
      product.releaseReference();
      left.releaseReference();
      right.releaseReference();
      out.releaseReference();
      if (bias != null) {
        bias.releaseReference();
      }
    }
  }

  /** Keeps a native object past the scope that is open while it is made. */
  private static <P extends Pointer> P kept(P pointer) {
    return pointer.retainReference();
  }

  /**
   * Whether a product of these operands can be left to oneDNN: matrices of 32-bit numbers in
   * row-major order on the processor, large enough, and nothing that records derivatives.
   */
  static boolean suits(Tensor a, Tensor b, long work) {
    return work >= LEAST_WORK
        && holds(a)
        && holds(b)
        && !Autograd.recording(a)
        && !Autograd.recording(b);
  }

  /** Whether a tensor is a matrix whose numbers oneDNN can read and write where they lie. */
  static boolean holds(Tensor t) {
    return t.rank() == 2
        && t.torch().is_cpu()
        && t.type() == DType.FLOAT32
        && t.torch().is_contiguous();
  }

  /**
   * left · right + bias, and what follows.
   *
   * @param transposedLeft whether the left operand is to be transposed
   * @param transposedRight whether the right operand is to be transposed
   * @param bias a row, or null
   */
  static Tensor of(
      Tensor left,
      boolean transposedLeft,
      Tensor right,
      boolean transposedRight,
      @Nullable Tensor bias,
      After after) {
    long m = left.size(transposedLeft ? 1 : 0);
    long n = right.size(transposedRight ? 0 : 1);
    Tensor out = Tensor.host(DType.FLOAT32, m, n);
    into(out, left, transposedLeft, right, transposedRight, bias, after);
    return out;
  }

  /** The same into an existing matrix. */
  static void into(
      Tensor out,
      Tensor left,
      boolean transposedLeft,
      Tensor right,
      boolean transposedRight,
      @Nullable Tensor bias,
      After after) {
    long k = left.size(transposedLeft ? 0 : 1);
    if (k != right.size(transposedRight ? 1 : 0)) {
      throw new IllegalArgumentException("cannot multiply " + left + " and " + right);
    }
    Shape shape =
        new Shape(
            out.size(0),
            out.size(1),
            k,
            transposedLeft,
            transposedRight,
            false,
            bias != null,
            after);
    run(shape, null, left, right.torch().data_ptr(), bias, out);
  }

  /** left · weightᵀ + bias, and what follows, for packed weights. */
  static Tensor of(Tensor left, PackedWeights right, Tensor bias, After after) {
    memory packed = right.packed();
    if (packed == null) {
      return of(left, false, right.weight(), true, bias, after);
    }
    long n = right.weight().size(0);
    long k = right.weight().size(1);
    if (left.size(1) != k) {
      throw new IllegalArgumentException("cannot multiply " + left + " and " + right.weight());
    }
    Tensor out = Tensor.host(DType.FLOAT32, left.size(0), n);
    Shape shape = new Shape(left.size(0), n, k, false, true, true, true, after);
    run(shape, packed, left, packed.get_data_handle(), bias, out);
    return out;
  }

  private static void run(
      Shape shape,
      @Nullable memory packed,
      Tensor left,
      Pointer right,
      @Nullable Tensor bias,
      Tensor out) {
    // An address on another device would be read as one of main memory.
    if (bias != null && !bias.torch().is_cpu()) {
      throw new IllegalArgumentException("the bias " + bias + " is not in main memory");
    }
    Prepared prepared = PREPARED.get();
    Kernel kernel = prepared.get(shape);
    if (kernel == null) {
      try (Scope scope = Scope.open()) {
        kernel = new Kernel(shape, packed);
      }
      prepared.put(shape, kernel);
    }
    kernel.run(prepared.queue, left, right, bias, out);
  }

  /**
   * A weight in the order that the kernels choose for many rows; null where it is not one that
   * {@link #suits} would take.
   *
   * @param weight [out, in], read as its transpose
   */
  static @Nullable memory pack(Tensor weight) {
    if (!holds(weight) || Autograd.recording(weight)) {
      return null;
    }
    long n = weight.size(0);
    long k = weight.size(1);
    try (Scope scope = Scope.open()) {
      memory.desc free =
          new memory.desc(new long[] {k, n}, memory.data_type.f32, memory.format_tag.any);
      memory.desc left = Kernel.matrix(PACKED_FOR, k, false);
      memory.desc out = Kernel.matrix(PACKED_FOR, n, false);
      memory.desc bias = Kernel.matrix(1, n, false);
      matmul.primitive_desc chosen =
          new matmul.primitive_desc(CPU, left, free, bias, out, new primitive_attr(), false);
      memory from = new memory(Kernel.matrix(k, n, true), CPU, weight.torch().data_ptr());
      memory to = kept(new memory(chosen.weights_desc(), CPU));
      stream queue = new stream(CPU);
      new reorder(from, to).execute(queue, from, to);
      return to;
    }
  }
}
