package org.f2d2;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.f2d2.data.Table;
import org.f2d2.error.F2d2Exception;
import org.f2d2.flow.KernelDensityFlow;
import org.f2d2.metric.HeldOutLikelihood;
import org.f2d2.score.Nfe;
import org.f2d2.store.DescriptionSeal;
import org.f2d2.train.Budget;
import org.f2d2.train.FitInterrupted;
import org.f2d2.train.FitListener;
import org.f2d2.train.FitOptions;
import org.f2d2.train.StudentOptions;
import org.f2d2.train.TeacherOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models of few rows about a curve, whose closed form has kernels. */
class KernelModelTest {

  private static final FitOptions OPTIONS =
      FitOptions.DEFAULT
          .with(new Budget.Steps(60))
          .withWorkers(2)
          .with(new TeacherOptions(16, 2, 64, 1e-3, -1, 0.9, 8, 0, 4))
          .with(new StudentOptions(16, 2, 64, 1e-3, 0.9, true, true, -1, 0, 0, false));

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

  private static final Table TABLE = Table.of(List.of("a", "b", "c"), curve(300, 1));

  private static KernelDensityFlow kernels(DensityModel model) {
    return assertInstanceOf(KernelDensityFlow.class, model.fitted().teacher().orElseThrow().base());
  }

  @Test
  void answersTheSameOnceItIsStored(@TempDir Path directory) {
    double[] rows = curve(50, 2);
    rows[0] = 30;
    try (DensityModel model = DensityModel.fit(TABLE, OPTIONS, FitListener.SILENT)) {
      assertTrue(kernels(model).kernels() > 100);
      model.save(directory);
      try (DensityModel stored = DensityModel.load(directory)) {
        assertEquals(kernels(model).bandwidth(), kernels(stored).bandwidth());
        for (Nfe nfe : List.of(Nfe.ONE, new Nfe.Jumps(4), Nfe.EXACT)) {
          assertArrayEquals(
              model.score(rows, nfe).logDensity(), stored.score(rows, nfe).logDensity());
        }
      }
    }
  }

  /** Stored numbers that make no kernels are refused with one line, even under a right seal. */
  @Test
  void refusesKernelsThatAreNone(@TempDir Path directory) throws IOException {
    try (DensityModel model = DensityModel.fit(TABLE, OPTIONS, FitListener.SILENT)) {
      model.save(directory);
    }
    Path file = directory.resolve("model.json");
    ObjectMapper json = new ObjectMapper();
    String whole = Files.readString(file);
    for (String name : List.of("bandwidth", "share", "count")) {
      for (int value : new int[] {-1, 0, 1_000_000_000}) {
        if (name.equals("bandwidth") && value > 0) {
          continue;
        }
        ObjectNode changed = (ObjectNode) json.readTree(whole);
        ((ObjectNode) changed.at("/mixture/kernels")).put(name, value);
        Files.write(file, DescriptionSeal.put(changed));
        F2d2Exception e =
            assertThrows(F2d2Exception.class, () -> DensityModel.load(directory).close());
        assertEquals(1, String.valueOf(e.getMessage()).lines().count(), e.getMessage());
      }
    }
  }

  @Test
  void saysWhatCheaperDensitiesSay() {
    try (DensityModel model = DensityModel.fit(TABLE, OPTIONS, FitListener.SILENT)) {
      List<HeldOutLikelihood> all = model.card().provenance().heldOut();
      assertEquals("one Gaussian", all.get(0).density());
      HeldOutLikelihood own = all.get(all.size() - 1);
      assertTrue(own.density().startsWith("this model, "), own.density());
      for (HeldOutLikelihood other : all) {
        assertTrue(other.mean() <= own.mean() + 2 * own.standardError(), other.toString());
      }
      // The same as scores of fresh rows say, within what so few rows tell.
      double[] fresh = model.score(curve(500, 3), Nfe.EXACT).logDensity();
      double mean = Arrays.stream(fresh).average().orElseThrow();
      assertEquals(mean, own.mean(), 4 * own.standardError());
    }
  }

  @Test
  void oneEvaluationIsNearTheExactValue() {
    try (DensityModel model = DensityModel.fit(TABLE, OPTIONS, FitListener.SILENT)) {
      assertTrue(
          model.card().calibration().usual(3).isPresent(),
          "no number of evaluations is near the exact value");
    }
  }

  @Test
  void aResumedFitIsTheSame(@TempDir Path whole, @TempDir Path cut) {
    double[] rows = curve(50, 2);
    DensityModel.fit(TABLE, OPTIONS, whole, false, FitListener.SILENT).close();
    int interruptions = 0;
    boolean done = false;
    while (!done) {
      AtomicInteger asked = new AtomicInteger();
      // A pilot that is cut off starts again, so patience must grow.
      int patience = 9 + 10 * interruptions;
      FitListener impatient =
          new FitListener() {
            @Override
            public boolean stopRequested() {
              return asked.incrementAndGet() > patience;
            }
          };
      try {
        DensityModel.fit(TABLE, OPTIONS, cut, true, impatient).close();
        done = true;
      } catch (FitInterrupted e) {
        interruptions++;
      }
    }
    assertTrue(interruptions > 3, "interruptions: " + interruptions);
    try (DensityModel a = DensityModel.load(whole);
        DensityModel b = DensityModel.load(cut)) {
      for (Nfe nfe : List.of(Nfe.ONE, new Nfe.Jumps(4), Nfe.EXACT)) {
        assertArrayEquals(a.score(rows, nfe).logDensity(), b.score(rows, nfe).logDensity());
      }
    }
  }
}
