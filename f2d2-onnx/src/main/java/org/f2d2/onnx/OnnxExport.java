package org.f2d2.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.f2d2.DensityModel;
import org.f2d2.ModelNetworks;
import org.f2d2.error.F2d2Exception;
import org.f2d2.flow.NetworkFlowMap;
import org.f2d2.likelihood.Support;
import org.f2d2.onnx.Graph.Type;
import org.f2d2.onnx.Graph.Value;
import org.f2d2.score.Head;
import org.f2d2.store.AtomicFile;
import org.f2d2.tensor.Scope;
import org.f2d2.train.FittedFlow;

/**
 * Writes a fitted model as ONNX graphs of operator set 18.
 *
 * <table>
 *   <caption>Inputs and outputs</caption>
 *   <tr><th>graph</th><th>inputs</th><th>output</th></tr>
 *   <tr><td>density</td>
 *     <td>{@code rows} double [n, columns], {@code k} int64 []</td>
 *     <td>{@code log_density} double [n], nats in the units of the columns; NaN for a row that
 *       departs from a constant column</td></tr>
 *   <tr><td>sampler</td>
 *     <td>{@code noise} float [n, d], independent standard normal numbers, {@code k} int64 []</td>
 *     <td>{@code rows} double [n, columns]</td></tr>
 * </table>
 *
 * The names of the columns, in order, are in the graphs' metadata under {@code columns}.
 */
public final class OnnxExport {

  private static final int OPERATOR_SET = 18;
  private static final int FORMAT_VERSION = 8;

  private OnnxExport() {}

  /**
   * The graph of the few-step log-density.
   *
   * @throws F2d2Exception when the model has no few-step log-density, or the file cannot be written
   */
  public static void density(DensityModel model, Path file) {
    FittedFlow flow = ModelNetworks.of(model);
    requireNoClasses(flow);
    if (flow.calibration().few().isEmpty()) {
      throw new F2d2Exception("this model has no head for few-step densities to export");
    }
    try (Scope scope = Scope.open()) {
      Graph g = Graph.named("log_density");
      Value columns = g.input("rows", Type.DOUBLE, "n", model.columns().size());
      Value k = g.input("k", Type.INT64);
      ColumnNodes.ModelRows rows = new ColumnNodes(g, flow.preprocessing()).forward(columns);
      Value logDensity = logDensity(g, flow, g.cast(rows.rows(), Type.FLOAT), k);
      for (Support support : flow.support().stream().toList()) {
        logDensity = new SupportNodes(support).apply(g, rows.rows(), logDensity);
      }
      g.output("log_density", g.add(logDensity, rows.logAbsDeterminant()), Type.DOUBLE, "n");
      write(g.build(), model, file);
    }
  }

  private static void requireNoClasses(FittedFlow flow) {
    if (flow.preprocessing().groups() > 0) {
      throw new F2d2Exception(
          "a model of rows in groups that lie far apart from each other has no ONNX graph");
    }
    if (flow.preprocessing().conditions() > 0) {
      throw new F2d2Exception("a model with classes (--condition) has no ONNX graph");
    }
  }

  /**
   * The graph that draws rows.
   *
   * @throws F2d2Exception when the file cannot be written
   */
  public static void sampler(DensityModel model, Path file) {
    FittedFlow flow = ModelNetworks.of(model);
    requireNoClasses(flow);
    try (Scope scope = Scope.open()) {
      Graph g = Graph.named("sampler");
      Value noise = g.input("noise", Type.FLOAT, "n", map(flow).dimensions());
      Value k = g.input("k", Type.INT64);
      Value points = new FlowMapNodes(map(flow)).sample(g, noise, k);
      Value rows = new ColumnNodes(g, flow.preprocessing()).inverse(g.cast(points, Type.DOUBLE));
      g.output("rows", rows, Type.DOUBLE, "n", model.columns().size());
      write(g.build(), model, file);
    }
  }

  /** The head that the calibration chose for each k. */
  private static Value logDensity(Graph g, FittedFlow flow, Value rows, Value k) {
    long[] byLogDensityHead =
        flow.calibration().few().entrySet().stream()
            .filter(e -> e.getValue().head() == Head.LOG_DENSITY)
            .mapToLong(Map.Entry::getKey)
            .sorted()
            .toArray();
    if (byLogDensityHead.length == flow.calibration().few().size()) {
      return logDensityHead(g, flow, rows);
    }
    if (byLogDensityHead.length == 0) {
      return new FlowMapNodes(map(flow)).logDensity(g, rows, k);
    }
    Value match = g.cast(g.node("Equal", g.longs(byLogDensityHead), k), Type.INT64);
    Value any = g.cast(g.reduce("ReduceMax", match, 0, false), Type.BOOL);
    Graph yes = g.part("log-density");
    yes.output(yes.fresh("density"), logDensityHead(yes, flow, rows), Type.DOUBLE, "n");
    Graph no = g.part("jumps");
    Value jumps = new FlowMapNodes(map(flow)).logDensity(no, rows, k);
    no.output(no.fresh("density"), jumps, Type.DOUBLE, "n");
    return g.either(any, yes.build(), no.build());
  }

  private static Value logDensityHead(Graph g, FittedFlow flow, Value rows) {
    return new LogDensityHeadNodes(flow.logDensityHead().orElseThrow()).logDensity(g, rows);
  }

  private static void write(GraphProto graph, DensityModel model, Path file) {
    ModelProto proto =
        ModelProto.newBuilder()
            .setIrVersion(FORMAT_VERSION)
            .setProducerName("f2d2")
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPERATOR_SET))
            .addMetadataProps(
                StringStringEntryProto.newBuilder()
                    .setKey("columns")
                    .setValue(String.join(",", model.columns())))
            .setGraph(graph)
            .build();
    try {
      AtomicFile.write(file, proto.toByteArray());
    } catch (IOException e) {
      throw new F2d2Exception(file + ": cannot be written: " + AtomicFile.reason(e), e);
    }
  }

  private static NetworkFlowMap map(FittedFlow flow) {
    if (flow.student() instanceof NetworkFlowMap map) {
      return map;
    }
    throw new F2d2Exception("only models of table rows can be exported");
  }
}
