package org.f2d2.tensor;

import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.pytorch.DeviceOptional;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * An n-dimensional array of numbers in native memory.
 *
 * <p>Element-wise operations broadcast: a dimension of size 1 is repeated to match the other
 * operand. Methods return new tensors; the few that end in {@code InPlace} change the tensor they
 * are called on and return it. A tensor lives until the {@link Scope} it was made in closes.
 *
 * <p>NaN and infinity pass through every operation as IEEE 754 has it, unless a method says
 * otherwise. A mismatch of shapes or element types throws {@link RuntimeException} with the first
 * line of the engine's message.
 *
 * <p>New tensors lie on the {@link Device} in use; the result of an operation lies where its
 * operands do.
 */
public final class Tensor implements AutoCloseable {

  static {
    Engine.start();
  }

  // Retained, since the scope that is open when this class loads would free it for good.
  private static final org.bytedeco.pytorch.Device CPU_DEVICE =
      Device.CPU.torchDevice().retainReference();

  private final org.bytedeco.pytorch.Tensor t;

  Tensor(org.bytedeco.pytorch.Tensor t) {
    this.t = t;
  }

  org.bytedeco.pytorch.Tensor torch() {
    return t;
  }

  /** Of a new tensor in main memory, whatever the device in use. */
  static TensorOptions hostOptions(DType type) {
    return new TensorOptions(type.scalarType());
  }

  /** Of a new tensor on the device in use. */
  private static TensorOptions options(DType type) {
    org.bytedeco.pytorch.Device elsewhere = Device.elsewhere();
    return elsewhere == null
        ? hostOptions(type)
        : hostOptions(type).device(new DeviceOptional(elsewhere));
  }

  // ---- Making tensors ----

  /** A tensor of 32-bit numbers, copied from {@code values} in row-major order. */
  public static Tensor of(float[] values, long... shape) {
    checkSize(values.length, shape);
    Tensor tensor = host(DType.FLOAT32, shape);
    if (values.length > 0) {
      tensor.t.data_ptr_float().put(values);
    }
    return tensor.placed();
  }

  /** A tensor of 64-bit numbers, copied from {@code values} in row-major order. */
  public static Tensor of(double[] values, long... shape) {
    checkSize(values.length, shape);
    Tensor tensor = host(DType.FLOAT64, shape);
    if (values.length > 0) {
      tensor.t.data_ptr_double().put(values);
    }
    return tensor.placed();
  }

  /** A tensor of 64-bit integers, copied from {@code values} in row-major order. */
  public static Tensor of(long[] values, long... shape) {
    checkSize(values.length, shape);
    Tensor tensor = host(DType.INT64, shape);
    if (values.length > 0) {
      tensor.t.data_ptr_long().put(values);
    }
    return tensor.placed();
  }

  /** A tensor of the given type from 64-bit numbers in row-major order. */
  public static Tensor of(double[] values, DType type, long... shape) {
    if (type != DType.FLOAT32) {
      return of(values, shape).to(type);
    }
    float[] single = new float[values.length];
    for (int i = 0; i < single.length; i++) {
      single[i] = (float) values[i];
    }
    return of(single, shape);
  }

  /** Bytes in main memory, whatever the device in use: the states of generators lie there. */
  static Tensor ofBytes(byte[] values) {
    Tensor tensor =
        new Tensor(
            torch.empty(
                new long[] {values.length},
                new TensorOptions(torch.ScalarType.Byte),
                new MemoryFormatOptional()));
    new BytePointer(tensor.t.data_ptr()).put(values);
    return tensor;
  }

  byte[] toBytes() {
    org.bytedeco.pytorch.Tensor c = t.cpu().contiguous();
    byte[] out = new byte[(int) (c.numel() * c.element_size())];
    if (out.length > 0) {
      new BytePointer(c.data_ptr()).get(out);
    }
    return out;
  }

  /** A tensor in main memory, whatever the device in use, whose numbers are not set yet. */
  static Tensor host(DType type, long... shape) {
    return empty(hostOptions(type), shape);
  }

  private static Tensor empty(TensorOptions options, long... shape) {
    Engine.start();
    return new Tensor(torch.empty(shape, options, new MemoryFormatOptional()));
  }

  /** This tensor, made in main memory, on the device in use. */
  Tensor placed() {
    org.bytedeco.pytorch.Device elsewhere = Device.elsewhere();
    return elsewhere == null ? this : new Tensor(t.to(elsewhere, t.scalar_type()));
  }

  /** A tensor of zeros. */
  public static Tensor zeros(DType type, long... shape) {
    return full(0, type, shape);
  }

  /** A tensor of ones. */
  public static Tensor ones(DType type, long... shape) {
    return full(1, type, shape);
  }

  /** A tensor whose elements all are {@code value}. */
  public static Tensor full(double value, DType type, long... shape) {
    Engine.start();
    return new Tensor(torch.full(shape, new Scalar(value), options(type)));
  }

  /** The identity matrix of size n. */
  public static Tensor eye(long n, DType type) {
    Engine.start();
    return new Tensor(torch.eye(n, options(type)));
  }

  /** The numbers 0, ..., n - 1. */
  public static Tensor range(long n, DType type) {
    Engine.start();
    return new Tensor(torch.arange(new Scalar((double) n), options(type)));
  }

  /** A tensor whose numbers are not set yet. */
  public static Tensor uninitialized(DType type, long... shape) {
    return empty(options(type), shape);
  }

  /** Zeros in the shape and type of this tensor. */
  public Tensor zerosLike() {
    return new Tensor(torch.zeros_like(t));
  }

  /** Ones in the shape and type of this tensor. */
  public Tensor onesLike() {
    return new Tensor(torch.ones_like(t));
  }

  // ---- What it is ----

  /** Sizes of the dimensions. */
  public long[] shape() {
    long[] shape = new long[(int) t.dim()];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = t.size(i);
    }
    return shape;
  }

  /** Size of one dimension; negative numbers count from the last, which is -1. */
  public long size(int dimension) {
    return t.size(dimension);
  }

  /** Number of dimensions. */
  public int rank() {
    return (int) t.dim();
  }

  /** Number of elements. */
  public long count() {
    return t.numel();
  }

  /** Element type. */
  public DType type() {
    return DType.of(t.scalar_type());
  }

  /**
   * This tensor, if it is a matrix of so many columns.
   *
   * @throws IllegalArgumentException if it is not; the message says what it is
   */
  public Tensor requireColumns(long columns) {
    if (rank() != 2 || size(1) != columns) {
      throw new IllegalArgumentException("expected rows of " + columns + " numbers, got " + this);
    }
    return this;
  }

  // ---- Reading ----

  /** The elements as 32-bit numbers in row-major order. */
  public float[] toFloats() {
    org.bytedeco.pytorch.Tensor c = hostCopy(DType.FLOAT32);
    float[] out = new float[Math.toIntExact(c.numel())];
    if (out.length > 0) {
      new FloatPointer(c.data_ptr_float()).get(out);
    }
    return out;
  }

  /** The elements as 64-bit numbers in row-major order. */
  public double[] toDoubles() {
    if (type() == DType.FLOAT32) {
      float[] single = toFloats();
      double[] out = new double[single.length];
      for (int i = 0; i < out.length; i++) {
        out[i] = single[i];
      }
      return out;
    }
    org.bytedeco.pytorch.Tensor c = hostCopy(DType.FLOAT64);
    double[] out = new double[Math.toIntExact(c.numel())];
    if (out.length > 0) {
      new DoublePointer(c.data_ptr_double()).get(out);
    }
    return out;
  }

  /** The elements as 64-bit integers in row-major order; fractions are cut off. */
  public long[] toLongs() {
    org.bytedeco.pytorch.Tensor c = hostCopy(DType.INT64);
    long[] out = new long[Math.toIntExact(c.numel())];
    if (out.length > 0) {
      new LongPointer(c.data_ptr_long()).get(out);
    }
    return out;
  }

  /** The only element of a tensor of one element. */
  public double item() {
    return t.item_double();
  }

  private org.bytedeco.pytorch.Tensor hostCopy(DType type) {
    boolean asItIs = t.is_cpu() && type() == type && t.is_contiguous();
    return asItIs ? t : t.detach().cpu().to(type.scalarType()).contiguous();
  }

  /** This tensor in another element type. */
  public Tensor to(DType type) {
    return new Tensor(t.to(type.scalarType()));
  }

  /** This tensor on another device. */
  public Tensor to(Device device) {
    if (device == Device.CPU && t.is_cpu()) {
      return this;
    }
    return new Tensor(
        t.to(device == Device.CPU ? CPU_DEVICE : device.torchDevice(), t.scalar_type()));
  }

  // ---- Arithmetic ----

  /** this + other. */
  public Tensor add(Tensor other) {
    return new Tensor(t.add(other.t));
  }

  /** this + other. */
  public Tensor add(double other) {
    return new Tensor(t.add(new Scalar(other)));
  }

  /** this - other. */
  public Tensor sub(Tensor other) {
    return new Tensor(t.sub(other.t));
  }

  /** this - other. */
  public Tensor sub(double other) {
    return new Tensor(t.sub(new Scalar(other)));
  }

  /** other - this. */
  public Tensor subtractFrom(double other) {
    return new Tensor(torch.rsub(t, new Scalar(other)));
  }

  /** this · other, element by element. */
  public Tensor mul(Tensor other) {
    return new Tensor(t.mul(other.t));
  }

  /** this · other. */
  public Tensor mul(double other) {
    return new Tensor(t.mul(new Scalar(other)));
  }

  /** this / other, element by element. */
  public Tensor div(Tensor other) {
    return new Tensor(t.div(other.t));
  }

  /** this / other. */
  public Tensor div(double other) {
    return new Tensor(t.div(new Scalar(other)));
  }

  /** this + a · b, element by element. */
  public Tensor addProduct(Tensor a, Tensor b) {
    return new Tensor(t.addcmul(a.t, b.t));
  }

  /** this + factor · other. */
  public Tensor addScaled(Tensor other, double factor) {
    return new Tensor(t.add(other.t, new Scalar(factor)));
  }

  /** this raised to a power. */
  public Tensor pow(double exponent) {
    return new Tensor(t.pow(new Scalar(exponent)));
  }

  /** Element by element, -x. */
  public Tensor neg() {
    return new Tensor(t.neg());
  }

  /** Element by element, e^x. */
  public Tensor exp() {
    return new Tensor(t.exp());
  }

  /** Element by element, the natural logarithm; -infinity at 0, NaN below. */
  public Tensor log() {
    return new Tensor(t.log());
  }

  /** Element by element, the square root; NaN below 0. */
  public Tensor sqrt() {
    return new Tensor(t.sqrt());
  }

  /** Element by element, x². */
  public Tensor square() {
    return new Tensor(t.square());
  }

  /** Element by element, |x|. */
  public Tensor abs() {
    return new Tensor(t.abs());
  }

  /** Element by element, sin x. */
  public Tensor sin() {
    return new Tensor(t.sin());
  }

  /** Element by element, cos x. */
  public Tensor cos() {
    return new Tensor(t.cos());
  }

  /** Element by element, tanh x. */
  public Tensor tanh() {
    return new Tensor(t.tanh());
  }

  /** Element by element, the error function. */
  public Tensor erf() {
    return new Tensor(t.erf());
  }

  /** Element by element, e^(x²) (1 - erf x), without underflow for large x. */
  public Tensor erfcx() {
    return new Tensor(torch.special_erfcx(t));
  }

  /**
   * Element by element, the x below which a standard normal number lies with the given probability;
   * infinite for 0 and 1, NaN outside [0, 1]. Accurate to the last digits below one half; above it,
   * ask for the other tail and change the sign.
   */
  public Tensor inverseNormalCdf() {
    return new Tensor(torch.special_ndtri(t));
  }

  /** Element by element, 1/(1+e^-x). */
  public Tensor sigmoid() {
    return new Tensor(t.sigmoid());
  }

  /** Element by element, 1/x. */
  public Tensor reciprocal() {
    return new Tensor(t.reciprocal());
  }

  /** Element by element, the inverse hyperbolic sine. */
  public Tensor asinh() {
    return new Tensor(t.asinh());
  }

  /** Element by element, x · sigmoid(x). */
  public Tensor silu() {
    return new Tensor(torch.silu(t));
  }

  /** {@link #sqrt} into an existing tensor of the same shape; returns that. */
  public Tensor sqrtInto(Tensor out) {
    torch.sqrt_out(out.t, t);
    return out;
  }

  /** {@link #sigmoid} into an existing tensor of the same shape; returns that. */
  public Tensor sigmoidInto(Tensor out) {
    torch.sigmoid_out(out.t, t);
    return out;
  }

  /** {@link #mul(Tensor)} into an existing tensor of the same shape; returns that. */
  public Tensor mulInto(Tensor other, Tensor out) {
    torch.mul_out(out.t, t, other.t);
    return out;
  }

  /** this + factor · a · b into an existing tensor of the same shape; returns that. */
  public Tensor addProductInto(Tensor a, Tensor b, double factor, Tensor out) {
    torch.addcmul_out(out.t, t, a.t, b.t, new Scalar(factor));
    return out;
  }

  /** {@link #sigmoidBackward} into an existing tensor of the same shape; returns that. */
  public Tensor sigmoidBackwardInto(Tensor cotangent, Tensor out) {
    torch.sigmoid_backward_out(out.t, cotangent.t, t);
    return out;
  }

  /** {@link #silu} into an existing tensor of the same shape; returns that. */
  public Tensor siluInto(Tensor out) {
    torch.silu_out(out.t, t);
    return out;
  }

  /** {@link #siluBackward} into an existing tensor of the same shape; returns that. */
  public Tensor siluBackwardInto(Tensor cotangent, Tensor out) {
    torch.silu_backward_out(out.t, cotangent.t, t);
    return out;
  }

  /** Element by element, cotangent · y (1-y) for y = sigmoid(x) of this tensor's values y. */
  public Tensor sigmoidBackward(Tensor cotangent) {
    return new Tensor(torch.sigmoid_backward(cotangent.t, t));
  }

  /** Element by element, cotangent · silu'(x): the way back through {@link #silu}. */
  public Tensor siluBackward(Tensor cotangent) {
    return new Tensor(torch.silu_backward(cotangent.t, t));
  }

  /** Element by element, x · Φ(x) with Φ the standard normal distribution function. */
  public Tensor gelu() {
    return new Tensor(torch.gelu(t));
  }

  /** Element by element, cotangent · gelu'(x): the way back through {@link #gelu}. */
  public Tensor geluBackward(Tensor cotangent) {
    return new Tensor(torch.gelu_backward(cotangent.t, t));
  }

  /** Element by element, the nearest number in [lower, upper]; NaN stays NaN. */
  public Tensor clamp(double lower, double upper) {
    return new Tensor(
        t.clamp(new ScalarOptional(new Scalar(lower)), new ScalarOptional(new Scalar(upper))));
  }

  /** Element by element, the larger of the two. */
  public Tensor maximum(Tensor other) {
    return new Tensor(torch.maximum(t, other.t));
  }

  /** Element by element, the smaller of the two. */
  public Tensor minimum(Tensor other) {
    return new Tensor(t.minimum(other.t));
  }

  // ---- Comparison ----

  /** Element by element, whether this is less than {@code other}. */
  public Tensor lessThan(double other) {
    return new Tensor(t.lt(new Scalar(other)));
  }

  /** Element by element, whether this is less than {@code other}. */
  public Tensor lessThan(Tensor other) {
    return new Tensor(t.lt(other.t));
  }

  /** Element by element, {@code a} where {@code condition} holds and {@code b} elsewhere. */
  public static Tensor where(Tensor condition, Tensor a, Tensor b) {
    return new Tensor(torch.where(condition.t, a.t, b.t));
  }

  /** The entries of this vector at which a vector of truth values holds. */
  public Tensor where(Tensor condition) {
    return new Tensor(t.masked_select(condition.t));
  }

  /** Whether no element is NaN or infinite. */
  public boolean allFinite() {
    return torch.all(t.isfinite()).item_bool();
  }

  // ---- Reductions ----

  /** The sum of all elements, a tensor of one element. */
  public Tensor sum() {
    return new Tensor(t.sum());
  }

  /** The sum of the products of the elements of two vectors. */
  public double dot(Tensor other) {
    return torch.dot(t, other.t).item_double();
  }

  /** Sums over one dimension, which stays with size 1. */
  public Tensor sumKeep(int dimension) {
    return new Tensor(t.sum(new long[] {dimension}, true, new ScalarTypeOptional()));
  }

  /** Sums over one dimension, which goes. */
  public Tensor sum(int dimension) {
    return new Tensor(t.sum(new long[] {dimension}, false, new ScalarTypeOptional()));
  }

  /** The mean of all elements, a tensor of one element. */
  public Tensor mean() {
    return new Tensor(t.mean());
  }

  /** Means over one dimension, which stays with size 1. */
  public Tensor meanKeep(int dimension) {
    return new Tensor(t.mean(new long[] {dimension}, true, new ScalarTypeOptional()));
  }

  /** The largest element, a tensor of one element. */
  public Tensor max() {
    return new Tensor(t.max());
  }

  // The engine's own logsumexp and softmax cannot be differentiated in reverse over forward mode:
  // their forward derivative changes a tensor in place that the reverse pass still needs. So both
  // are composed here. The shift cancels, which is why it may be detached.

  /** The largest element along one dimension, which goes. */
  public Tensor max(int dimension) {
    return new Tensor(t.amax(new long[] {dimension}, false));
  }

  /**
   * The k-th smallest element along the last dimension, which goes; NaN counts as the largest.
   *
   * @param k from 1 to the size of the dimension
   */
  public Tensor kthSmallest(long k) {
    return new Tensor(torch.kthvalue(t, k, -1, false).get0());
  }

  /** log Σ e^x over one dimension, which stays with size 1, without overflow. */
  public Tensor logSumExpKeep(int dimension) {
    Tensor shift = finiteMaximum(dimension);
    return sub(shift).exp().sumKeep(dimension).log().add(shift);
  }

  /** e^x / Σ e^x over one dimension, without overflow; NaN where all x are -infinity. */
  public Tensor softmax(int dimension) {
    Tensor exponential = sub(finiteMaximum(dimension)).exp();
    return exponential.div(exponential.sumKeep(dimension));
  }

  /**
   * The largest element over one dimension, which stays with size 1: a shift that keeps
   * exponentials from overflowing. It is finite, and no derivative passes through it.
   */
  public Tensor finiteMaximum(int dimension) {
    Tensor largest = new Tensor(t.detach().amax(new long[] {dimension}, true));
    return largest.clamp(-Float.MAX_VALUE, Float.MAX_VALUE);
  }

  // ---- Matrices ----

  /** The matrix product; leading dimensions are batches. */
  public Tensor matmul(Tensor other) {
    return new Tensor(torch.matmul(t, other.t));
  }

  /** x Wᵀ + b for rows x of this tensor: weight [out, in], bias [out]. */
  public Tensor linear(Tensor weight, Tensor bias) {
    return fused(weight)
        ? MatrixProduct.of(this, false, weight, true, bias, MatrixProduct.After.NOTHING)
        : new Tensor(torch.linear(t, weight.t, new TensorOptional(bias.t)));
  }

  /** x Wᵀ for rows x of this tensor: weight [out, in]. */
  public Tensor linear(Tensor weight) {
    return fused(weight)
        ? MatrixProduct.of(this, false, weight, true, null, MatrixProduct.After.NOTHING)
        : new Tensor(torch.linear(t, weight.t, new TensorOptional()));
  }

  /** {@link #linear(Tensor)} into an existing matrix; returns that. */
  public Tensor linearInto(Tensor weight, Tensor out) {
    if (fused(weight) && MatrixProduct.holds(out)) {
      MatrixProduct.into(out, this, false, weight, true, null, MatrixProduct.After.NOTHING);
      return out;
    }
    return out.copyInPlace(linear(weight));
  }

  /** silu(x Wᵀ + b) for rows x of this tensor: weight [out, in], bias [out]. */
  public Tensor siluLayer(Tensor weight, Tensor bias) {
    return fused(weight)
        ? MatrixProduct.of(this, false, weight, true, bias, MatrixProduct.After.SILU)
        : linear(weight, bias).silu();
  }

  /** x + silu(x Wᵀ + b) for rows x of this tensor: weight [n, n], bias [n]. */
  public Tensor residualSiluLayer(Tensor weight, Tensor bias) {
    return fused(weight)
        ? MatrixProduct.of(this, false, weight, true, bias, MatrixProduct.After.SILU_PLUS_INPUT)
        : add(linear(weight, bias).silu());
  }

  /** {@link #siluLayer(Tensor, Tensor)} with packed weights. */
  public Tensor siluLayer(PackedWeights weight, Tensor bias) {
    return fused(weight.weight())
        ? MatrixProduct.of(this, weight, bias, MatrixProduct.After.SILU)
        : siluLayer(weight.weight(), bias);
  }

  /** {@link #residualSiluLayer(Tensor, Tensor)} with packed weights. */
  public Tensor residualSiluLayer(PackedWeights weight, Tensor bias) {
    return fused(weight.weight())
        ? MatrixProduct.of(this, weight, bias, MatrixProduct.After.SILU_PLUS_INPUT)
        : residualSiluLayer(weight.weight(), bias);
  }

  private boolean fused(Tensor weight) {
    return MatrixProduct.suits(this, weight, count() * weight.size(0));
  }

  /**
   * The log of the absolute determinant of each matrix of a batch [n, d, d]; shape [n].
   *
   * <p>Differentiable in forward and in reverse mode, but a tangent of it is a constant to reverse
   * mode.
   */
  public Tensor logAbsDeterminant() {
    return new Tensor(torch.linalg_slogdet(t).get1());
  }

  /** The sign of the determinant of each matrix of a batch [n, d, d], -1, 0 or 1; shape [n]. */
  public Tensor signOfDeterminant() {
    return new Tensor(torch.linalg_slogdet(t).get0());
  }

  /**
   * Solves A x = b for each matrix of a batch.
   *
   * @param b right sides [n, d, m] of these matrices [n, d, d]
   * @return [n, d, m]; infinities or NaN where a matrix is singular
   */
  public Tensor solve(Tensor b) {
    return new Tensor(torch.linalg_solve_ex(t, b.t, true, false).get0());
  }

  // ---- Shape ----

  /** The same elements in another shape; one size may be -1 and is then worked out. */
  public Tensor reshape(long... shape) {
    return new Tensor(t.reshape(shape));
  }

  /** The last two dimensions of a matrix swapped. */
  public Tensor transpose() {
    return new Tensor(t.transpose(-2, -1));
  }

  /** Two dimensions swapped. */
  public Tensor swap(int first, int second) {
    return new Tensor(t.transpose(first, second));
  }

  /** The dimensions in another order, without a copy. */
  public Tensor permute(long... order) {
    return new Tensor(t.permute(order));
  }

  /** The part of one dimension that starts at {@code start} and has {@code length} entries. */
  public Tensor narrow(int dimension, long start, long length) {
    return new Tensor(t.narrow(dimension, start, length));
  }

  /** One column of a matrix, as a matrix [n, 1]. */
  public Tensor column(long index) {
    return narrow(1, index, 1);
  }

  /** Rows {@code start} to {@code end}, without the last. */
  public Tensor rows(long start, long end) {
    return narrow(0, start, end - start);
  }

  /** The rows that a vector of indices names, in its order. */
  public Tensor rows(Tensor indices) {
    return new Tensor(t.index_select(0, indices.t));
  }

  /** The entries of the last dimension in the order that a vector of indices names. */
  public Tensor columns(Tensor indices) {
    return new Tensor(t.index_select(-1, indices.t));
  }

  /** A new dimension of size 1 at the given place. */
  public Tensor unsqueeze(int dimension) {
    return new Tensor(t.unsqueeze(dimension));
  }

  /** Dimensions of size 1 repeated to the given sizes, without a copy; -1 keeps a size. */
  public Tensor expand(long... shape) {
    return new Tensor(t.expand(shape));
  }

  /** The whole tensor repeated along each dimension. */
  public Tensor repeat(long... times) {
    return new Tensor(t.repeat(times));
  }

  /** Several tensors joined along an existing dimension. */
  public static Tensor cat(int dimension, Tensor... tensors) {
    return new Tensor(torch.cat(vector(tensors), dimension));
  }

  /** {@link #cat(int, Tensor...)} of a list. */
  public static Tensor cat(int dimension, List<Tensor> tensors) {
    return cat(dimension, tensors.toArray(Tensor[]::new));
  }

  /** Several tensors of one shape joined along a new dimension. */
  public static Tensor stack(int dimension, List<Tensor> tensors) {
    return new Tensor(torch.stack(vector(tensors.toArray(Tensor[]::new)), dimension));
  }

  /** A copy of its own, in row-major order. */
  public Tensor copy() {
    return new Tensor(t.clone());
  }

  // ---- Derivatives ----

  /** The same numbers, unknown to the recording of reverse mode; no copy. */
  public Tensor detach() {
    return new Tensor(t.detach());
  }

  /** The same numbers as an input that gradients can be asked for; no copy. */
  public Tensor variable() {
    return new Tensor(t.detach().set_requires_grad(true));
  }

  // ---- In place: for optimisers and running averages ----

  /** this := this + factor · other. */
  public Tensor addInPlace(Tensor other, double factor) {
    t.add_(other.t, new Scalar(factor));
    return this;
  }

  /** this := this + number. */
  public Tensor addInPlace(double number) {
    t.add_(new Scalar(number));
    return this;
  }

  /** this := this + a · b, a product of matrices. */
  public Tensor addMatmulInPlace(Tensor a, Tensor b) {
    return addMatmulInPlace(a, false, b);
  }

  /** this := this + aᵀ · b, a product of matrices. */
  public Tensor addTransposedMatmulInPlace(Tensor a, Tensor b) {
    return addMatmulInPlace(a, true, b);
  }

  private Tensor addMatmulInPlace(Tensor a, boolean transposed, Tensor b) {
    if (MatrixProduct.holds(this) && MatrixProduct.suits(a, b, a.count() * b.size(1))) {
      MatrixProduct.into(this, a, transposed, b, false, null, MatrixProduct.After.ACCUMULATE);
    } else {
      t.addmm_(transposed ? a.t.t() : a.t, b.t);
    }
    return this;
  }

  /** this := 0. */
  public Tensor zeroInPlace() {
    t.zero_();
    return this;
  }

  /** this := factor · this. */
  public Tensor mulInPlace(double factor) {
    t.mul_(new Scalar(factor));
    return this;
  }

  /** this := this + factor · a · b. */
  public Tensor addProductInPlace(Tensor a, Tensor b, double factor) {
    t.addcmul_(a.t, b.t, new Scalar(factor));
    return this;
  }

  /** this := this + factor · a / b. */
  public Tensor addQuotientInPlace(Tensor a, Tensor b, double factor) {
    t.addcdiv_(a.t, b.t, new Scalar(factor));
    return this;
  }

  /** this := this + weight · (other - this). */
  public Tensor lerpInPlace(Tensor other, double weight) {
    t.lerp_(other.t, new Scalar(weight));
    return this;
  }

  /** this := other. */
  public Tensor copyInPlace(Tensor other) {
    t.copy_(other.t);
    return this;
  }

  /**
   * Lets this tensor outlive every scope, until {@link #close} or until the garbage collector finds
   * it unreachable.
   */
  public Tensor outliveScopes() {
    t.retainReference();
    return this;
  }

  /** Frees the native memory now. */
  @Override
  public void close() {
    t.deallocate();
  }

  /** Type and shape, for messages. */
  @Override
  public String toString() {
    return type() + Arrays.toString(shape());
  }

  private static TensorVector vector(Tensor[] tensors) {
    org.bytedeco.pytorch.Tensor[] parts = new org.bytedeco.pytorch.Tensor[tensors.length];
    for (int i = 0; i < parts.length; i++) {
      parts[i] = tensors[i].t;
    }
    return new TensorVector(parts);
  }

  private static void checkSize(int length, long[] shape) {
    long count = 1;
    for (long s : shape) {
      count *= s;
    }
    if (count != length) {
      throw new IllegalArgumentException(
          length + " values do not fill the shape " + Arrays.toString(shape));
    }
  }
}
