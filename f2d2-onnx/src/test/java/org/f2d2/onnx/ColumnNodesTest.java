package org.f2d2.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.DoubleBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import org.f2d2.data.ColumnTransform;
import org.f2d2.data.Lattice;
import org.f2d2.data.LevelQuantile;
import org.f2d2.data.Preprocessing;
import org.f2d2.data.PreprocessingState;
import org.f2d2.data.TailedColumn;
import org.f2d2.data.Whitening;
import org.f2d2.error.F2d2Exception;
import org.f2d2.flow.GaussianMixtureFlow;
import org.f2d2.flow.StandardGaussianFlow;
import org.f2d2.likelihood.Support;
import org.f2d2.onnx.Graph.Type;
import org.f2d2.onnx.Graph.Value;
import org.f2d2.tensor.Scope;
import org.junit.jupiter.api.Test;

/**
 * The nodes of columns and of the support, which work in 64 bits, against the library to nearly all
 * digits.
 */
class ColumnNodesTest {

  private static LevelQuantile levels(String name, double first, double spacing, double... shares) {
    double last = first + spacing * (shares.length - 1);
    double[] excess = new double[shares.length];
    Arrays.setAll(excess, k -> 0.01 * (k - 1));
    return new LevelQuantile(
        name, new Lattice(first, spacing, List.of(first, last)), shares, 1e-5, excess);
  }

  private static TailedColumn tailed(String name, double tail, Lattice... lattice) {
    return new TailedColumn(name, List.of(lattice), 3, 2, tail, 0.1, 1.2);
  }

  private static Preprocessing of(List<ColumnTransform> columns, Whitening... whitening) {
    return new Preprocessing(
        new PreprocessingState(1, columns, List.of(whitening), List.of(), List.of()));
  }

  /** Geometric shares, of which the least are 1e-13 of the greatest. */
  private static LevelQuantile manyLevels() {
    double[] shares = new double[400];
    Arrays.setAll(shares, k -> Math.pow(0.93, k));
    return levels("counts", -3, 0.1, shares);
  }

  private static final List<ColumnTransform> MIXED =
      List.of(
          manyLevels(),
          tailed("tail", 0.5),
          levels("flag", 0, 1, 0.9, 0.1),
          new ColumnTransform.Constant("ten", 10),
          tailed("tenths", 0, new Lattice(0, 0.1, List.of(-2.0, 5.0))),
          levels("rare", 1e6, 1000, 1e-9, 1, 1e-9, 3, 1e-12));

  private static double[] mixedRows() {
    SplittableRandom random = new SplittableRandom(1);
    List<Double> values = new ArrayList<>();
    for (int r = 0; r < 2000; r++) {
      // One in ten is far out of the levels.
      double far = r % 10 == 0 ? Math.pow(10, random.nextDouble(12)) : 1;
      values.add(-3 + 0.1 * random.nextInt(400) + 3 * (far - 1) * random.nextGaussian());
      values.add(20 * far * random.nextGaussian());
      values.add(random.nextInt(2) + 2 * (far - 1) * random.nextGaussian());
      values.add(10.0);
      values.add(0.1 * random.nextInt(50));
      values.add(1e6 + 500 * random.nextInt(-3, 12) + 1e3 * (far - 1));
    }
    return values.stream().mapToDouble(v -> v).toArray();
  }

  @Test
  void modelRowsAreThoseOfTheLibrary() throws OrtException {
    assertForward(of(MIXED), mixedRows());
  }

  @Test
  void levelsAlone() throws OrtException {
    Preprocessing pre = of(List.of(levels("flag", 0, 1, 3, 1), levels("one", 7, 1, 1)));
    double[] rows = {0, 7, 1, 7, 0.5, 6.5, -0.5, 7.5, 1.5, 7, -40, 100, 1e300, -1e300};
    assertForward(pre, rows);
    double[] back = inverse(pre, new double[] {-9, -9, 0, 0, 0.6, 9, 0.7, 1e5, 1e9, 0});
    assertArrayEquals(new double[] {0, 7, 0, 7, 0, 7, 1, 7, 1, 7}, back);
  }

  @Test
  void aWhiteningWithATinyEigenvalue() throws OrtException {
    double h = Math.sqrt(0.5);
    Whitening whitening =
        new Whitening(new double[] {1e-10, 1.9}, new double[] {h, h, -h, h}, List.of());
    Preprocessing pre = of(List.of(tailed("a", 0), levels("b", 0, 1, 3, 1)), whitening);
    double[] rows = {3, 0, 4, 1, -8, 1, 3.5, 0, 100, 7};
    assertForward(pre, rows);
  }

  @Test
  void samplesAreThoseOfTheLibrary() throws OrtException {
    Preprocessing pre = of(MIXED);
    SplittableRandom random = new SplittableRandom(2);
    double[] model = DoubleStream.generate(() -> 2.5 * random.nextGaussian()).limit(5000).toArray();
    model[0] = 1e5;
    model[1] = -1e5;
    model[2] = 1e4;
    model[3] = 700;
    model[4] = -700;
    double[] ours = pre.inverse(model);
    double[] theirs = inverse(pre, model);
    for (int i = 0; i < ours.length; i++) {
      boolean smooth = i % MIXED.size() == 1;
      assertEquals(ours[i], theirs[i], smooth ? 1e-12 * Math.abs(ours[i]) + 1e-12 : 0, "at " + i);
    }
  }

  @Test
  void aMissingNumberStaysMissing() throws OrtException {
    Preprocessing pre = of(List.of(levels("flag", 0, 1, 3, 1), tailed("a", 0)));
    assertTrue(Double.isNaN(forward(pre, new double[] {Double.NaN, 1}).slopes()[0]));
    assertTrue(Double.isNaN(inverse(pre, new double[] {Double.NaN, 1})[0]));
  }

  @Test
  void constantsDepartWhereTheLibrarySaysSo() throws OrtException {
    double belowTwo = 2 - 40 * Math.ulp(1.5);
    for (double value :
        new double[] {0, 1, -3, 1e6, 1e15, 0.1, -0.1, 0.5, (float) 0.1, 7.3e-5, belowTwo}) {
      ColumnTransform.Constant constant = new ColumnTransform.Constant("c", value);
      double ulp = Math.ulp(value);
      double[] others = {
        value,
        -value,
        (float) value,
        Math.nextUp((float) value),
        value + 1,
        value + 31 * ulp,
        value + 32 * ulp,
        value + 33 * ulp,
        value + 45 * ulp,
        value + 64 * ulp,
        value + 66 * ulp,
        value - 32 * ulp,
        value - 33 * ulp,
        value + 3e-10,
        value * (1 + 2e-8),
        value * (1 + 1e-7),
        value * (1 - 1e-6),
        Double.NaN,
        0
      };
      double[] rows = new double[2 * others.length];
      for (int i = 0; i < others.length; i++) {
        rows[2 * i + 1] = others[i];
      }
      double[] slopes = forward(of(List.of(tailed("a", 0), constant)), rows).slopes();
      for (int i = 0; i < others.length; i++) {
        assertEquals(
            constant.departs(others[i]), Double.isNaN(slopes[i]), value + " and " + others[i]);
      }
    }
  }

  @Test
  void classesAreRefused() {
    ColumnTransform condition =
        new ColumnTransform.Condition("c", List.of(0.0, 1.0), List.of(0.5, 0.5));
    Preprocessing pre = of(List.of(tailed("a", 0), condition));
    Graph g = Graph.named("test");
    assertThrows(F2d2Exception.class, () -> new ColumnNodes(g, pre));
  }

  @Test
  void theSupportIsThatOfTheLibrary() throws OrtException {
    double[][] means = {{-1, 0.5}, {1, 0}};
    double[][][] covariances = {{{0.5, 0.2}, {0.2, 1}}, {{1e-6, 0}, {0, 2}}};
    GaussianMixtureFlow mixture =
        new GaussianMixtureFlow(new double[] {0.3, 0.7}, means, covariances, 1);
    for (Support support :
        List.of(
            new Support(mixture, -6, 3, 1.5),
            new Support(new StandardGaussianFlow(2), -4, 3, 0.5))) {
      SplittableRandom random = new SplittableRandom(3);
      int n = 900;
      double[] rows = new double[2 * n];
      double[] flow = new double[n];
      for (int r = 0; r < n; r++) {
        // 32-bit numbers, as the library takes the near rows in that precision.
        rows[2 * r] = (float) (2 * random.nextGaussian());
        rows[2 * r + 1] = (float) (2 * random.nextGaussian());
        flow[r] = 4 * random.nextGaussian() - 3;
      }
      for (int i = 0; i < 4; i++) {
        rows[2 * i] = new double[] {100, -4e5, 1e5, 50}[i];
        flow[i] = new double[] {Double.NaN, Double.POSITIVE_INFINITY, 1e30, -1e30}[i];
      }
      // A row at the centre, where the flow is believed.
      rows[8] = -1;
      rows[9] = 0.5;
      flow[4] = Double.POSITIVE_INFINITY;
      double[] ours;
      Graph g = Graph.named("test");
      Value x = g.input("x", Type.DOUBLE, "n", 2);
      Value y = g.input("y", Type.DOUBLE, "n", 1);
      try (Scope scope = Scope.open()) {
        ours = support.apply(rows, flow, 2);
        Value out = new SupportNodes(support).apply(g, x, g.reshape(y, -1));
        g.output("out", g.reshape(out, -1, 1), Type.DOUBLE, "n", 1);
      }
      double[] theirs = run(g, Map.of("x", rows, "y", flow), n, "out");
      for (int r = 0; r < n; r++) {
        assertEquals(ours[r], theirs[r], 1e-3 + 1e-12 * Math.abs(ours[r]), "row " + r);
      }
    }
  }

  /** A way to model space, and how it stretches. */
  private record Forward(double[] rows, double[] slopes) {}

  private static void assertForward(Preprocessing pre, double[] rows) throws OrtException {
    Preprocessing.Mapped ours = pre.map(rows);
    Forward theirs = forward(pre, rows);
    for (int i = 0; i < ours.rows().length; i++) {
      double value = ours.rows()[i];
      assertEquals(value, theirs.rows()[i], 1e-10 * Math.max(1, Math.abs(value)), "value " + i);
    }
    for (int r = 0; r < ours.logAbsDeterminant().length; r++) {
      assertEquals(ours.logAbsDeterminant()[r], theirs.slopes()[r], 1e-9, "row " + r);
    }
  }

  private static Forward forward(Preprocessing pre, double[] rows) throws OrtException {
    int n = rows.length / pre.columns().size();
    return new Forward(
        run(forwardGraph(pre, true), Map.of("x", rows), n, "out"),
        run(forwardGraph(pre, false), Map.of("x", rows), n, "out"));
  }

  private static Graph forwardGraph(Preprocessing pre, boolean wantsRows) {
    Graph g = Graph.named("test");
    Value x = g.input("x", Type.DOUBLE, "n", pre.columns().size());
    ColumnNodes.ModelRows rows = new ColumnNodes(g, pre).forward(x);
    Value out = wantsRows ? rows.rows() : g.reshape(rows.logAbsDeterminant(), -1, 1);
    g.output("out", out, Type.DOUBLE, "n", wantsRows ? pre.modelDimensions() : 1);
    return g;
  }

  private static double[] inverse(Preprocessing pre, double[] rows) throws OrtException {
    Graph g = Graph.named("test");
    Value x = g.input("x", Type.DOUBLE, "n", pre.modelDimensions());
    g.output("out", new ColumnNodes(g, pre).inverse(x), Type.DOUBLE, "n", pre.columns().size());
    return run(g, Map.of("x", rows), rows.length / pre.modelDimensions(), "out");
  }

  private static double[] run(Graph g, Map<String, double[]> inputs, int n, String output)
      throws OrtException {
    byte[] model =
        ModelProto.newBuilder()
            .setIrVersion(8)
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(18))
            .setGraph(g.build())
            .build()
            .toByteArray();
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    Map<String, OnnxTensor> tensors = new LinkedHashMap<>();
    try (OrtSession session = environment.createSession(model)) {
      for (Map.Entry<String, double[]> input : inputs.entrySet()) {
        double[] values = input.getValue();
        long[] shape = {n, values.length / n};
        tensors.put(
            input.getKey(), OnnxTensor.createTensor(environment, DoubleBuffer.wrap(values), shape));
      }
      try (OrtSession.Result result = session.run(tensors)) {
        double[][] rows = (double[][]) result.get(output).orElseThrow().getValue();
        return Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
      }
    } finally {
      tensors.values().forEach(OnnxTensor::close);
    }
  }
}
