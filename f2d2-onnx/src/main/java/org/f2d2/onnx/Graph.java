package org.f2d2.onnx;

import ai.onnx.proto.OnnxMl;
import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * An ONNX graph under construction: each method adds a node and returns its output.
 *
 * <p>A {@link #part} of a graph, such as the body of a loop, sees the values of the graph around
 * it.
 */
final class Graph {

  /**
   * A value of the graph.
   *
   * @param name by which nodes refer to it
   */
  record Value(String name) {}

  /** Element types of the format that this project uses. */
  enum Type {
    FLOAT(TensorProto.DataType.FLOAT),
    DOUBLE(TensorProto.DataType.DOUBLE),
    INT64(TensorProto.DataType.INT64),
    BOOL(TensorProto.DataType.BOOL);

    private final TensorProto.DataType code;

    Type(TensorProto.DataType code) {
      this.code = code;
    }
  }

  private final GraphProto.Builder proto;
  private final int[] count;

  private Graph(String name, int[] count) {
    this.proto = GraphProto.newBuilder().setName(name);
    this.count = count;
  }

  static Graph named(String name) {
    return new Graph(name, new int[1]);
  }

  /** A graph inside this one, whose names do not clash with those of this one. */
  Graph part(String name) {
    return new Graph(name, count);
  }

  GraphProto build() {
    return proto.build();
  }

  // ---- Inputs, outputs, constants ----

  /** An input; a size of null is known at run time only and shown under the given label. */
  Value input(String name, Type type, Object... sizes) {
    proto.addInput(info(name, type, sizes));
    return new Value(name);
  }

  /** Declares a value as an output under a name of its own. */
  void output(String name, Value value, Type type, Object... sizes) {
    proto.addNode(
        NodeProto.newBuilder().setOpType("Identity").addInput(value.name()).addOutput(name));
    proto.addOutput(info(name, type, sizes));
  }

  private static ValueInfoProto info(String name, Type type, Object... sizes) {
    OnnxMl.TensorShapeProto.Builder shape = OnnxMl.TensorShapeProto.newBuilder();
    for (Object size : sizes) {
      if (size instanceof Number n) {
        shape.addDimBuilder().setDimValue(n.longValue());
      } else {
        shape.addDimBuilder().setDimParam(size.toString());
      }
    }
    OnnxMl.TypeProto.Tensor tensor =
        OnnxMl.TypeProto.Tensor.newBuilder()
            .setElemType(type.code.getNumber())
            .setShape(shape)
            .build();
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(OnnxMl.TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }

  /** A constant of 64-bit numbers. */
  Value doubles(double[] values, long... shape) {
    ByteBuffer bytes = buffer(values.length * Double.BYTES);
    Arrays.stream(values).forEach(bytes::putDouble);
    return constant(Type.DOUBLE, bytes, shape);
  }

  /** A 64-bit number. */
  Value number(double value) {
    return doubles(new double[] {value});
  }

  /** A constant of 32-bit numbers. */
  Value floats(float[] values, long... shape) {
    ByteBuffer bytes = buffer(values.length * Float.BYTES);
    for (float v : values) {
      bytes.putFloat(v);
    }
    return constant(Type.FLOAT, bytes, shape);
  }

  /** A vector of integers. */
  Value longs(long... values) {
    return longs(values, values.length);
  }

  /** One integer, without a dimension. */
  Value scalar(long value) {
    return longs(new long[] {value});
  }

  private Value longs(long[] values, long... shape) {
    ByteBuffer bytes = buffer(values.length * Long.BYTES);
    Arrays.stream(values).forEach(bytes::putLong);
    return constant(Type.INT64, bytes, shape);
  }

  /** Truth values. */
  Value booleans(boolean[] values, long... shape) {
    ByteBuffer bytes = buffer(values.length);
    for (boolean v : values) {
      bytes.put((byte) (v ? 1 : 0));
    }
    return constant(Type.BOOL, bytes, shape);
  }

  private static ByteBuffer buffer(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  private Value constant(Type type, ByteBuffer bytes, long... shape) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(fresh("constant"))
            .setDataType(type.code.getNumber())
            .setRawData(ByteString.copyFrom(bytes.flip()));
    Arrays.stream(shape).forEach(tensor::addDims);
    proto.addInitializer(tensor);
    return new Value(tensor.getName());
  }

  // ---- Nodes ----

  /** A node with one output. */
  Value node(String operator, Consumer<NodeProto.Builder> attributes, Value... inputs) {
    NodeProto.Builder node = NodeProto.newBuilder().setOpType(operator);
    Arrays.stream(inputs).forEach(i -> node.addInput(i.name()));
    attributes.accept(node);
    String output = fresh(operator);
    proto.addNode(node.addOutput(output));
    return new Value(output);
  }

  /** A node with one output and no attributes. */
  Value node(String operator, Value... inputs) {
    return node(operator, node -> {}, inputs);
  }

  Value add(Value a, Value b) {
    return node("Add", a, b);
  }

  Value sub(Value a, Value b) {
    return node("Sub", a, b);
  }

  Value mul(Value a, Value b) {
    return node("Mul", a, b);
  }

  Value div(Value a, Value b) {
    return node("Div", a, b);
  }

  Value matmul(Value a, Value b) {
    return node("MatMul", a, b);
  }

  Value where(Value condition, Value a, Value b) {
    return node("Where", condition, a, b);
  }

  Value clip(Value a, Value lower, Value upper) {
    return node("Clip", a, lower, upper);
  }

  Value cast(Value a, Type type) {
    return node("Cast", n -> n.addAttribute(integer("to", type.code.getNumber())), a);
  }

  Value concat(int axis, Value... values) {
    return node("Concat", n -> n.addAttribute(integer("axis", axis)), values);
  }

  Value gather(Value a, Value indices, int axis) {
    return node("Gather", n -> n.addAttribute(integer("axis", axis)), a, indices);
  }

  Value reshape(Value a, long... shape) {
    return node("Reshape", a, longs(shape));
  }

  /** Columns {@code from} to {@code to}, without the last, of the last of two dimensions. */
  Value columns(Value a, long from, long to) {
    return node("Slice", a, longs(from), longs(to), longs(1));
  }

  /** The sum over one dimension, which goes. */
  Value sum(Value a, long axis) {
    return reduce("ReduceSum", a, axis, false);
  }

  /** A reduction over one dimension. */
  Value reduce(String operator, Value a, long axis, boolean keep) {
    return node(operator, n -> n.addAttribute(integer("keepdims", keep ? 1 : 0)), a, longs(axis));
  }

  /** What one of two parts computes; neither has inputs of its own. */
  Value either(Value condition, GraphProto yes, GraphProto no) {
    return node(
        "If",
        n -> n.addAttribute(graph("then_branch", yes)).addAttribute(graph("else_branch", no)),
        condition);
  }

  /**
   * Repeats a part.
   *
   * @param times how often
   * @param start the first state
   * @param body inputs: iteration, condition, state; outputs: condition, state
   * @return the last state
   */
  List<Value> loop(Value times, List<Value> start, GraphProto body) {
    NodeProto.Builder node =
        NodeProto.newBuilder()
            .setOpType("Loop")
            .addInput(times.name())
            .addInput("")
            .addAttribute(graph("body", body));
    start.forEach(v -> node.addInput(v.name()));
    List<Value> end = Stream.generate(() -> new Value(fresh("Loop"))).limit(start.size()).toList();
    end.forEach(v -> node.addOutput(v.name()));
    proto.addNode(node);
    return end;
  }

  /** An integer attribute. */
  static AttributeProto integer(String name, long value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }

  private static AttributeProto graph(String name, GraphProto value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.GRAPH)
        .setG(value)
        .build();
  }

  String fresh(String operator) {
    return operator.toLowerCase(java.util.Locale.ROOT) + "_" + count[0]++;
  }
}
