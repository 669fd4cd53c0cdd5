package org.f2d2.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.f2d2.data.ImageSet;
import org.f2d2.data.Table;
import org.f2d2.error.F2d2Exception;
import org.f2d2.flow.LearnedFlowMap;
import org.f2d2.metric.ErrorStatistics;
import org.f2d2.net.ImageArchitecture;
import org.f2d2.net.Network;
import org.f2d2.objective.FlowMapMatching;
import org.f2d2.objective.LsdF2d2;
import org.f2d2.objective.Method;
import org.f2d2.objective.TrajectoryRegression;
import org.f2d2.score.Calibration;
import org.f2d2.score.Head;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Fits of a few steps to images of blobs. */
class ImageFitTest {

  private static final int SIDE = 8;
  private static final int HELD_OUT = 40;
  private static final int FEW_HELD_OUT = 4;

  private static final ImageArchitecture NETWORK =
      new ImageArchitecture.Convolutional(2, 8, List.of(1, 2), 1, 1, 2);

  /** A small network and few images held out: most of what is tested depends on neither. */
  private static final ImageFitOptions OPTIONS = small(TrajectoryRegression.METHOD, 5);

  private static final List<String> STAGES =
      List.of("teacher", "trajectories", "velocity", "joint", "log-density");

  private static ImageFitOptions small(Method method, long seed) {
    return options(method, seed, new ImageArchitecture.Transformer(4, 8, 1, 2, 1), FEW_HELD_OUT);
  }

  private static ImageFitOptions options(
      Method method, long seed, ImageArchitecture network, int heldOut) {
    return new ImageFitOptions(
        method, new Budget.Steps(6), seed, 1, network, 16, 1e-3, 5e-4, 0.9, heldOut, false);
  }

  /** A bright blob at a random place on a dark, noisy ground. */
  private static ImageSet blobs(int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    byte[] pixels = new byte[count * SIDE * SIDE];
    for (int i = 0; i < count; i++) {
      double cx = 2 + 3 * random.nextDouble();
      double cy = 2 + 3 * random.nextDouble();
      for (int p = 0; p < SIDE * SIDE; p++) {
        double dx = p % SIDE - cx;
        double dy = Math.floorDiv(p, SIDE) - cy;
        double level = 40 + 180 * Math.exp(-(dx * dx + dy * dy) / 4) + 10 * random.nextGaussian();
        pixels[i * SIDE * SIDE + p] = (byte) Math.max(0, Math.min(255, Math.round(level)));
      }
    }
    return new ImageSet(1, SIDE, SIDE, 256, pixels, new int[0]);
  }

  private static final ImageSet IMAGES = blobs(400, 1);

  private static FittedFlow whole;

  @BeforeAll
  static void fitWithoutAPause(@TempDir Path directory) {
    whole = fit(directory, false, FitListener.SILENT);
  }

  private static LearnedFlowMap velocity(FittedFlow fitted) {
    return fitted.others().get(FittedFlow.VELOCITY);
  }

  private static FittedFlow fit(Path directory, boolean resume, FitListener listener) {
    return ImageFit.run(IMAGES, OPTIONS, directory, resume, listener);
  }

  private static List<float[]> weights(FittedFlow fitted) {
    List<float[]> all = new ArrayList<>();
    List<Network> networks =
        List.of(
            fitted.teacher().orElseThrow().network(),
            velocity(fitted).network(),
            fitted.student().network(),
            fitted.logDensityHead().orElseThrow().network());
    for (Network n : networks) {
      all.add(n.parameters().flat().toFloats());
    }
    return all;
  }

  private static void assertSameWeights(FittedFlow expected, FittedFlow actual) {
    List<float[]> a = weights(expected);
    List<float[]> b = weights(actual);
    for (int i = 0; i < a.size(); i++) {
      assertArrayEquals(a.get(i), b.get(i), "network " + i);
    }
  }

  /** Asks for an end at a question within a stage, counted from 1. */
  private static FitListener stopIn(String stage, int question) {
    return new FitListener() {
      private boolean within;
      private final AtomicInteger asked = new AtomicInteger();

      @Override
      public void stage(String name, long steps) {
        within = name.equals(stage);
      }

      @Override
      public boolean stopRequested() {
        return within && asked.incrementAndGet() == question;
      }
    };
  }

  private static final class Stages implements FitListener {
    private final List<String> names = new ArrayList<>();

    @Override
    public void stage(String name, long steps) {
      names.add(name);
    }
  }

  private static void assertCalibrated(FittedFlow fitted) {
    Calibration calibration = fitted.calibration();
    int heldOut = ((ImageFitOptions) fitted.provenance().options()).heldOut();
    assertEquals(Set.of(1, 2, 4, 8), calibration.few().keySet());
    List<Calibration.Entry> entries = new ArrayList<>(calibration.few().values());
    entries.add(calibration.exact());
    for (Calibration.Entry entry : entries) {
      assertTrue(Double.isFinite(entry.meanAbsoluteError()), "error " + entry);
      assertTrue(entry.error().halfWidth() > 0, "bound " + entry);
      // So few images promise nothing.
      assertEquals(heldOut < HELD_OUT, Double.isInfinite(entry.error().halfWidth()));
      assertEquals(heldOut / 2, entry.error().count());
    }
    assertEquals(0, fitted.provenance().skippedSteps());
  }

  @Test
  void aFitEndsCalibratedAndSaysWhereItComesFrom(@TempDir Path directory) {
    Stages stages = new Stages();
    ImageFitOptions options = options(TrajectoryRegression.METHOD, 5, NETWORK, HELD_OUT);
    FittedFlow fitted = ImageFit.run(IMAGES, options, directory, false, stages);
    assertCalibrated(fitted);
    assertTrue(fitted.calibration().exact().error().halfWidth() < 1);
    assertEquals(
        List.of(
            "mean and covariance",
            "teacher",
            "trajectories",
            "velocity",
            "exact densities for selection",
            "joint",
            "log-density",
            "exact densities for calibration",
            "calibration"),
        stages.names);
    assertEquals(SIDE * SIDE, fitted.domain().moving());
    assertEquals(new ImageFitPlan(6, 16, 2, 1, 2), fitted.provenance().plan());
    assertEquals(options, fitted.provenance().options());
    assertEquals(IMAGES.sha256(), fitted.provenance().dataHash());
    assertEquals(400, fitted.provenance().rows());
    assertEquals(360, fitted.provenance().trainingRows());
    assertFalse(velocity(fitted).hasDivergence());
    assertTrue(fitted.student().hasDivergence());
    assertEquals(
        List.of("teacher", "velocity", "joint", "log-density"),
        fitted.curves().stream().map(Curve::stage).toList());
  }

  // Where the fit chooses, what few evaluations say is the teacher's exact density in mean.
  @Test
  void noMeanErrorIsLeftOnTheImagesThatChoose() {
    try (WorkerPool pool = new WorkerPool(1);
        Scope scope = Scope.open()) {
      Tensor rows = ImageData.of(IMAGES, FEW_HELD_OUT, OPTIONS.seed(), false).selection().rows();
      Calibrator densities = new Calibrator(pool);
      double[] exact = ImageFit.exact(densities, (FramedField) whole.exact(), rows).logDensity();
      assertEquals(FEW_HELD_OUT / 2, exact.length);
      double sum = 0;
      for (int k : ImageFit.CALIBRATED) {
        sum += ErrorStatistics.trimmedBias(densities.jumps(whole.student(), k, rows), exact);
      }
      assertEquals(0, sum / ImageFit.CALIBRATED.size(), 2e-3);
      double[] direct = densities.logDensityHead(whole.logDensityHead().orElseThrow(), rows);
      assertEquals(0, ErrorStatistics.trimmedBias(direct, exact), 2e-3);
    }
  }

  static Stream<Method> distillations() {
    return ImageFitOptions.METHODS.stream().filter(m -> !m.fromTrajectories());
  }

  @ParameterizedTest
  @MethodSource("distillations")
  void everyMethodOfImagesEndsCalibrated(Method method, @TempDir Path directory)
      throws IOException {
    FittedFlow fitted =
        ImageFit.run(IMAGES, small(method, 5), directory, false, FitListener.SILENT);
    assertCalibrated(fitted);
    assertTrue(fitted.logDensityHead().isEmpty());
    assertEquals(new ImageFitPlan(6, 0, 2, 1, 0), fitted.provenance().plan());
    fitted.calibration().few().values().forEach(e -> assertEquals(Head.DIVERGENCE, e.head()));
    assertEquals(List.of("fit.safetensors"), files(directory));
  }

  @Test
  void aFitCutOffInEveryStageEndsInTheSameWeightsBitForBit(@TempDir Path directory) {
    assertFalse(Fit.unfinished(directory));
    for (String stage : STAGES) {
      FitListener listener = stopIn(stage, stage.equals("teacher") ? 3 : 1);
      FitInterrupted e =
          assertThrows(FitInterrupted.class, () -> fit(directory, true, listener), stage);
      assertTrue(e.getMessage().contains(stage), e.getMessage());
      assertTrue(Fit.unfinished(directory));
    }
    FittedFlow resumed = fit(directory, true, FitListener.SILENT);
    assertSameWeights(whole, resumed);
    assertEquals(whole.curves(), resumed.curves());
  }

  @Test
  void aFitFromTheTeacherOfAnotherTrainsEverythingElse(@TempDir Path directory) {
    ImageFitOptions wanted = options(LsdF2d2.LSD_F2D2, 99, NETWORK, 12);
    // Whether classes are known makes no difference to what is modelled.
    ImageSet labelled = IMAGES.withLabels(new int[IMAGES.count()]);
    FittedFlow other =
        ImageFit.run(labelled, wanted, directory, false, Optional.of(whole), FitListener.SILENT);
    assertArrayEquals(
        whole.teacher().orElseThrow().network().parameters().flat().toFloats(),
        other.teacher().orElseThrow().network().parameters().flat().toFloats());
    assertEquals(List.of("velocity", "joint"), other.curves().stream().map(Curve::stage).toList());
    assertEquals(OPTIONS.seed(), other.provenance().options().seed());
    assertEquals(OPTIONS.network(), ((ImageFitOptions) other.provenance().options()).network());
    assertEquals(LsdF2d2.LSD_F2D2, other.provenance().options().method());
    F2d2Exception e =
        assertThrows(
            F2d2Exception.class,
            () ->
                ImageFit.run(
                    blobs(400, 3),
                    wanted,
                    directory,
                    false,
                    Optional.of(whole),
                    FitListener.SILENT));
    assertTrue(e.getMessage().contains("other images"), e.getMessage());
  }

  // What the user asks for when the fit goes on is not what was asked for at its start.
  @Test
  void aFitThatGoesOnKeepsItsOptions(@TempDir Path directory) {
    assertThrows(FitInterrupted.class, () -> fit(directory, false, stopIn("joint", 1)));
    ImageFitOptions others = options(LsdF2d2.LSD_F2D2, 77, NETWORK, 12);
    FittedFlow resumed = ImageFit.run(IMAGES, others, directory, true, FitListener.SILENT);
    assertSameWeights(whole, resumed);
    assertEquals(OPTIONS, resumed.provenance().options());
    assertEquals(whole.provenance().plan(), resumed.provenance().plan());
    whole
        .calibration()
        .few()
        .forEach(
            (k, entry) ->
                assertEquals(
                    entry.meanAbsoluteError(),
                    resumed.calibration().few().get(k).meanAbsoluteError()));
  }

  @Test
  void anUnfinishedFitIsGoneOnWithByItsOwnKindAlone(@TempDir Path directory) throws IOException {
    assertEquals(Optional.empty(), Fit.unfinishedOne(directory));
    assertThrows(FitInterrupted.class, () -> fit(directory, false, stopIn("teacher", 1)));
    assertEquals(Optional.of("image"), Fit.unfinishedOne(directory));
    Path file = directory.resolve("fit.safetensors");
    byte[] before = Files.readAllBytes(file);
    Table rows = Table.of(List.of("a"), new SplittableRandom(1).doubles(100).toArray());
    F2d2Exception e =
        assertThrows(
            F2d2Exception.class,
            () -> Fit.run(rows, FitOptions.DEFAULT, directory, true, FitListener.SILENT));
    assertEquals(file + ": the unfinished fit is of images, and this one of rows", e.getMessage());
    assertThrows(F2d2Exception.class, () -> FitOptions.DEFAULT.begun(directory));
    assertArrayEquals(before, Files.readAllBytes(file));
    Files.write(file, Arrays.copyOf(before, 99));
    assertEquals(Optional.empty(), Fit.unfinishedOne(directory), "of what nobody can read");
  }

  @Test
  void aFitThatStartsAnewTakesNothingFromTheOneBefore(@TempDir Path directory) {
    ImageSet others = blobs(400, 2);
    FitListener listener = stopIn("velocity", 1);
    assertThrows(
        FitInterrupted.class, () -> ImageFit.run(others, OPTIONS, directory, false, listener));
    assertSameWeights(whole, fit(directory, false, FitListener.SILENT));
  }

  @Test
  void aSeedSplitsTheImagesAndStartsTheNetworks() {
    try (WorkerPool pool = new WorkerPool(1);
        Scope scope = Scope.open()) {
      List<double[]> starts = new ArrayList<>();
      List<double[]> heldOut = new ArrayList<>();
      for (long seed : new long[] {5, 5, 6}) {
        ImageData data = ImageData.of(IMAGES, FEW_HELD_OUT, seed, false);
        ImageFitOptions options = small(TrajectoryRegression.METHOD, seed);
        Network teacher = new ImageStages(data, options, pool).freshTeacher().network();
        starts.add(teacher.parameters().flat().toDoubles());
        heldOut.add(data.selection().rows().toDoubles());
      }
      for (List<double[]> drawn : List.of(starts, heldOut)) {
        assertArrayEquals(drawn.get(0), drawn.get(1));
        assertFalse(Arrays.equals(drawn.get(0), drawn.get(2)));
      }
    }
  }

  @Test
  void whatAFitLeavesCanBeForgotten(@TempDir Path directory) throws IOException {
    Files.writeString(directory.resolve("notes.txt"), "not the fit's");
    assertThrows(FitInterrupted.class, () -> fit(directory, false, stopIn("velocity", 1)));
    assertEquals(
        List.of("fit.safetensors", "notes.txt", "trajectories-0.safetensors"), files(directory));
    Fit.forget(directory);
    assertEquals(List.of("notes.txt"), files(directory));
    assertFalse(Fit.unfinished(directory));
  }

  private static List<String> files(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      // The lock stays, so that two processes never hold two files of its name.
      return files
          .map(f -> f.getFileName().toString())
          .filter(name -> !name.startsWith("."))
          .sorted()
          .toList();
    }
  }

  @Test
  void aCheckpointOfOtherImagesIsRefused(@TempDir Path directory) {
    assertThrows(FitInterrupted.class, () -> fit(directory, false, stopIn("teacher", 1)));
    F2d2Exception e =
        assertThrows(
            F2d2Exception.class,
            () -> ImageFit.run(blobs(400, 2), OPTIONS, directory, true, FitListener.SILENT));
    assertTrue(e.getMessage().endsWith("the checkpoint belongs to other data"), e.getMessage());
    assertEquals(1, e.getMessage().lines().count());
  }

  @Test
  void tooFewImagesAreRefusedWithTheirNumber(@TempDir Path directory) throws IOException {
    F2d2Exception e =
        assertThrows(
            F2d2Exception.class,
            () -> ImageFit.run(blobs(15, 1), OPTIONS, directory, false, FitListener.SILENT));
    assertEquals("15 images are too few to fit: 40 are needed", e.getMessage());
    assertEquals(List.of(), files(directory));
  }

  @Test
  void optionsThatMakeNoFitAreRefused() {
    F2d2Exception e = assertThrows(F2d2Exception.class, () -> small(FlowMapMatching.METHOD, 1));
    assertTrue(
        e.getMessage().contains("fmm learns without one") && e.getMessage().contains("lsd-f2d2"));
    refused(0, 16, 1e-3, 5e-4, 0.9, 40);
    refused(1, 0, 1e-3, 5e-4, 0.9, 40);
    refused(1, 16, 0, 5e-4, 0.9, 40);
    refused(1, 16, 1e-3, Double.NaN, 0.9, 40);
    refused(1, 16, 1e-3, 5e-4, 1, 40);
    refused(1, 16, 1e-3, 5e-4, 0.9, 3);
  }

  private static void refused(
      int workers, int batch, double teacherRate, double studentRate, double ema, int heldOut) {
    assertThrows(
        F2d2Exception.class,
        () ->
            new ImageFitOptions(
                LsdF2d2.LSD_F2D2,
                new Budget.Steps(6),
                1,
                workers,
                OPTIONS.network(),
                batch,
                teacherRate,
                studentRate,
                ema,
                heldOut,
                false));
  }
}
