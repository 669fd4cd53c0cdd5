package org.f2d2.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.f2d2.DensityModel;
import org.f2d2.ModelNetworks;
import org.f2d2.SampleOptions;
import org.f2d2.data.ColumnTransform;
import org.f2d2.data.Decorrelation;
import org.f2d2.data.LevelQuantile;
import org.f2d2.data.Table;
import org.f2d2.error.F2d2Exception;
import org.f2d2.flow.KernelDensityFlow;
import org.f2d2.objective.LsdF2d2;
import org.f2d2.score.Head;
import org.f2d2.score.Nfe;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.train.Budget;
import org.f2d2.train.FitListener;
import org.f2d2.train.FitOptions;
import org.f2d2.train.StudentOptions;
import org.f2d2.train.TeacherOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The graphs, run by ONNX Runtime, against the library. */
class OnnxExportTest {

  private static final int ROWS = 1500;
  private static final int COLUMNS = 6;
  private static final double NATS = 1e-4;

  @TempDir private Path folder;

  /** Two groups, a long tail, whole numbers, tenths, a constant, and a mixed column. */
  private static double[] rows(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] values = new double[ROWS * COLUMNS];
    for (int r = 0; r < ROWS; r++) {
      double group = random.nextInt(3) == 0 ? -2 : 1;
      double[] row = {
        group + 0.2 * random.nextGaussian(),
        100 * Math.sinh(2 * random.nextGaussian()),
        Math.rint(5 * random.nextGaussian() + group),
        Math.rint(20 * random.nextGaussian()) / 10,
        7.5,
        group + random.nextGaussian(),
      };
      System.arraycopy(row, 0, values, r * COLUMNS, COLUMNS);
    }
    return values;
  }

  private static final Table TABLE = Table.of(List.of("a", "b", "c", "d", "e", "f"), rows(1));

  private static FitOptions options(int fourier, int mixture) {
    return FitOptions.DEFAULT
        .with(new Budget.Steps(40))
        .withWorkers(2)
        .with(new TeacherOptions(16, 2, 64, 1e-3, -1, 0.9, 8, fourier, mixture))
        .with(new StudentOptions(16, 3, 64, 1e-3, 0.9, true, true, -1, 0, 0, false));
  }

  private static DensityModel fit(FitOptions options) {
    return DensityModel.fit(TABLE, options, FitListener.SILENT);
  }

  static Stream<Arguments> models() {
    return Stream.of(
        Arguments.of("plain", options(0, 0)),
        Arguments.of("Fourier features", options(4, 0)),
        Arguments.of("mixture", options(0, 4)),
        Arguments.of("without decorrelation", options(0, 0).with(Decorrelation.NONE)),
        Arguments.of("jumps", options(0, 0).with(LsdF2d2.LSD_F2D2)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("models")
  void agreesWithTheLibrary(String name, FitOptions options) throws OrtException {
    try (DensityModel model = fit(options)) {
      double[] rows = rows(2);
      // Far away, where the columns' transforms leave their linear part.
      rows[0] = 1e7;
      rows[COLUMNS + 1] = -1e12;
      for (int k : new int[] {1, 3}) {
        double[] ours = model.score(rows, new Nfe.Jumps(k)).logDensity();
        double[] theirs = density(model, rows, k);
        for (int r = 0; r < ROWS; r++) {
          // 32 bits hold seven digits of a density that is thousands of nats down.
          double tolerance = NATS * Math.max(1, Math.abs(ours[r]) / 100);
          assertEquals(ours[r], theirs[r], tolerance, "row " + r + ", k " + k);
        }
        assertSamplesAgree(model, k);
      }
    }
  }

  @Test
  void kernelsAgreeWithTheLibrary() throws OrtException {
    int n = 300;
    double[] train = curve(n, 1);
    double[] rows = curve(200, 2);
    rows[0] = 50;
    FitOptions options = options(0, 4);
    try (DensityModel model =
        DensityModel.fit(Table.of(List.of("a", "b", "c"), train), options, FitListener.SILENT)) {
      assertInstanceOf(
          KernelDensityFlow.class,
          ModelNetworks.of(model).teacher().orElseThrow().base(),
          "the base");
      double[] ours = model.score(rows, Nfe.ONE).logDensity();
      double[] theirs = density(model, rows, 1);
      for (int r = 0; r < ours.length; r++) {
        assertEquals(ours[r], theirs[r], NATS * Math.max(1, Math.abs(ours[r]) / 100), "row " + r);
      }
    }
  }

  /** Rows about a curve, which ask for kernels. */
  private static double[] curve(int n, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] rows = new double[3 * n];
    for (int r = 0; r < n; r++) {
      double turn = 3 * Math.PI * random.nextDouble();
      rows[3 * r] = Math.cos(turn) + 0.05 * random.nextGaussian();
      rows[3 * r + 1] = Math.sin(turn) + 0.05 * random.nextGaussian();
      rows[3 * r + 2] = turn + 0.2 * random.nextGaussian();
    }
    return rows;
  }

  private void assertSamplesAgree(DensityModel model, int k) throws OrtException {
    int count = 500;
    SampleOptions options = new SampleOptions(new Nfe.Jumps(k), false, false, 4);
    double[] ours = model.sample(count, options).rows();
    float[] noise =
        new Rng(4)
            .derive(30)
            .normalRows(DType.FLOAT32, count, ModelNetworks.of(model).student().dimensions())
            .toFloats();
    double[] theirs = sample(model, noise, count, k);
    int differ = 0;
    for (int i = 0; i < ours.length; i++) {
      double gap = Math.abs(ours[i] - theirs[i]);
      differ += gap > 1e-4 * Math.max(1, Math.abs(ours[i])) ? 1 : 0;
    }
    // A value on the edge of a lattice cell may be rounded either way.
    assertTrue(differ <= 2, differ + " values differ");
  }

  @Test
  void aHeadForEachNumberOfEvaluations() throws OrtException {
    // A fit that short may choose any heads, so the test takes whatever both of them answer.
    try (DensityModel model = fit(options(0, 0))) {
      Map<Integer, Head> heads = new TreeMap<>();
      ModelNetworks.of(model).calibration().few().forEach((k, e) -> heads.put(k, e.head()));
      double[] rows = rows(3);
      for (int k : heads.keySet()) {
        double[] ours = model.score(rows, new Nfe.Jumps(k)).logDensity();
        assertArrayEquals(ours, density(model, rows, k), 10 * NATS, "k " + k + " " + heads);
      }
    }
  }

  /** A flag, a count, a fraction that never changes and a column of two groups. */
  private static double[] flagsAndCounts(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] values = new double[ROWS * FLAGGED.size()];
    for (int r = 0; r < ROWS; r++) {
      double flag = random.nextInt(4) == 0 ? 1 : 0;
      double x = flag * 2 + random.nextGaussian();
      double count = Math.floor(-2 * Math.log(random.nextDouble()));
      double[] row = {flag, x, 0.1, count, x + 0.5 * random.nextGaussian()};
      System.arraycopy(row, 0, values, r * row.length, row.length);
    }
    return values;
  }

  private static final List<String> FLAGGED = List.of("flag", "x", "tenth", "count", "y");

  @ParameterizedTest
  @ValueSource(ints = {0, 3})
  void levelsAndRowsFarAway(int mixture) throws OrtException {
    Table table = Table.of(FLAGGED, flagsAndCounts(1));
    try (DensityModel model = DensityModel.fit(table, options(0, mixture), FitListener.SILENT)) {
      assertTrue(ModelNetworks.of(model).support().isPresent());
      List<ColumnTransform> transforms = ModelNetworks.of(model).preprocessing().transforms();
      assertInstanceOf(LevelQuantile.class, transforms.get(0));
      assertInstanceOf(LevelQuantile.class, transforms.get(3));
      double[] rows = flagsAndCounts(2);
      int d = FLAGGED.size();
      // Far from the rows in one column and in all, between and beyond the levels.
      rows[1] = 100;
      rows[d + 4] = -100;
      rows[2 * d + 3] = 300;
      rows[3 * d] = 100;
      rows[4 * d] = 0.5;
      rows[5 * d] = -1;
      rows[6 * d + 3] = -1e6;
      rows[7 * d + 1] = 1e200;
      for (int c : new int[] {0, 1, 3, 4}) {
        rows[8 * d + c] = 100;
      }
      rows[9 * d + 2] = (float) 0.1;
      rows[10 * d + 2] = 0.1000001;
      for (int k : new int[] {1, 2, 4}) {
        double[] ours = model.score(rows, new Nfe.Jumps(k)).logDensity();
        double[] theirs = density(model, rows, k);
        for (int r = 0; r < ROWS; r++) {
          // Of row 10, which departs from the constant, neither has a density.
          double size = Double.isNaN(ours[r]) ? 1 : Math.abs(ours[r]);
          double tolerance = NATS * Math.max(1, size / 100);
          assertEquals(ours[r], theirs[r], tolerance, "row " + r + ", k " + k);
        }
        assertTrue(Double.isFinite(theirs[9]) && Double.isNaN(theirs[10]));
        assertTrue(theirs[0] < -100, "far away: " + theirs[0]);
        assertSamplesAgree(model, k);
      }
      double greatest = Arrays.stream(table.column("count")).max().orElseThrow();
      // Ten standard deviations at times, which no training row has.
      float[] noise = new Rng(5).normal(DType.FLOAT32, 500, 4).mul(10).toFloats();
      double[] samples = sample(model, noise, 500, 2);
      for (int r = 0; r < 500; r++) {
        double flag = samples[r * d];
        double count = samples[r * d + 3];
        assertTrue(flag == 0 || flag == 1, "flag " + flag);
        assertTrue(count == Math.rint(count) && count >= 0 && count <= greatest, "count " + count);
        assertEquals(0.1, samples[r * d + 2]);
      }
    }
  }

  @Test
  void aRowThatDepartsFromAConstantColumnHasNoDensity() throws OrtException {
    try (DensityModel model = fit(options(0, 0))) {
      double[] rows = Arrays.copyOf(rows(2), 3 * COLUMNS);
      rows[4] = 8;
      rows[COLUMNS + 2] = Double.NaN;
      double[] density = density(model, rows, 1);
      assertTrue(Double.isNaN(density[0]));
      assertTrue(Double.isNaN(density[1]));
      double[] last = Arrays.copyOfRange(rows, 2 * COLUMNS, 3 * COLUMNS);
      assertEquals(model.scoreRow(last).logDensity(), density[2], NATS);
    }
  }

  @Test
  void aModelWithoutFewStepDensityIsRefused() {
    FitOptions plain =
        options(0, 0).with(new StudentOptions(16, 2, 64, 1e-3, 0.9, false, false, -1, 0, 0, false));
    try (DensityModel model = fit(plain)) {
      Path file = folder.resolve("density.onnx");
      F2d2Exception e = assertThrows(F2d2Exception.class, () -> OnnxExport.density(model, file));
      assertTrue(e.getMessage().contains("few-step"), e.getMessage());
    }
  }

  @Test
  void theColumnsAreNamedInTheFile() throws OrtException {
    try (DensityModel model = fit(options(0, 0))) {
      Path file = folder.resolve("density.onnx");
      OnnxExport.density(model, file);
      OrtEnvironment environment = OrtEnvironment.getEnvironment();
      try (OrtSession session = environment.createSession(file.toString())) {
        assertEquals("a,b,c,d,e,f", session.getMetadata().getCustomMetadata().get("columns"));
      }
    }
  }

  private double[] density(DensityModel model, double[] rows, int k) throws OrtException {
    Path file = folder.resolve("density.onnx");
    OnnxExport.density(model, file);
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    int columns = model.columns().size();
    long[] shape = {rows.length / columns, columns};
    try (OnnxTensor input = OnnxTensor.createTensor(environment, DoubleBuffer.wrap(rows), shape)) {
      return (double[]) run(file, "rows", input, k);
    }
  }

  private double[] sample(DensityModel model, float[] noise, int count, int k) throws OrtException {
    Path file = folder.resolve("sampler.onnx");
    OnnxExport.sampler(model, file);
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    long[] shape = {count, noise.length / count};
    try (OnnxTensor input = OnnxTensor.createTensor(environment, FloatBuffer.wrap(noise), shape)) {
      double[][] rows = (double[][]) run(file, "noise", input, k);
      return Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
    }
  }

  private static Object run(Path file, String name, OnnxTensor input, int k) throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    Map<String, OnnxTensor> inputs = new LinkedHashMap<>();
    inputs.put(name, input);
    try (OrtSession session = environment.createSession(file.toString());
        OnnxTensor steps =
            OnnxTensor.createTensor(environment, LongBuffer.wrap(new long[] {k}), new long[0])) {
      inputs.put("k", steps);
      try (OrtSession.Result result = session.run(inputs)) {
        return result.get(0).getValue();
      }
    }
  }
}
