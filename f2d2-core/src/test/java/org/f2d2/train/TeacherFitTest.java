package org.f2d2.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.f2d2.data.Table;
import org.f2d2.flow.ClosedFormFlow;
import org.f2d2.flow.GaussianMixtureFlow;
import org.f2d2.tensor.Scope;
import org.junit.jupiter.api.Test;

class TeacherFitTest {

  private static final TeacherFit.Features PLAIN = TeacherFit.Features.PLAIN;
  private static final TeacherFit.Features FOURIER = TeacherFit.Features.FOURIER;
  private static final List<TeacherFit.Features> CANDIDATES =
      List.of(PLAIN, FOURIER, PLAIN.overMixture(), FOURIER.overMixture());

  /** Log-densities of rows that are better by a gain, row by row with noise. */
  private static double[] rows(double gain, double noise) {
    SplittableRandom random = new SplittableRandom(5);
    double[] rows = new double[1000];
    Arrays.setAll(rows, i -> Math.sin(i) + gain + noise * random.nextGaussian());
    return rows;
  }

  private static TeacherFit.Features winner(double[]... densities) {
    return CANDIDATES.get(TeacherFit.winner(CANDIDATES, List.of(densities)));
  }

  @Test
  void theMoreLikelyFeaturesWin() {
    double[] worse = rows(-1, 0);
    assertEquals(FOURIER, winner(rows(0, 0), rows(0.1, 0), worse, worse));
    assertEquals(PLAIN, winner(rows(0.1, 0), rows(0, 0), worse, worse));
  }

  @Test
  void aCostlierCandidateMustBeBetterBeyondDoubt() {
    double[] base = rows(0, 0);
    double[] worse = rows(-1, 0);
    assertEquals(PLAIN, winner(base, rows(0.002, 0), worse, worse));
    assertEquals(PLAIN.overMixture(), winner(base, worse, rows(0.02, 0.05), rows(0.0205, 0.05)));
    assertEquals(PLAIN, winner(base, worse, rows(0.002, 0), worse));
    assertEquals(PLAIN, winner(base, worse, rows(0.02, 1), worse));
    assertEquals(PLAIN.overMixture(), winner(base, worse, rows(0.02, 0.05), worse));
    assertEquals(FOURIER.overMixture(), winner(base, worse, worse, rows(0.02, 0.05)));
  }

  @Test
  void aDensityThatIsNotANumberLoses() {
    double[] broken = rows(Double.NaN, 0);
    double[] base = rows(0, 0);
    assertEquals(FOURIER, winner(broken, base, broken, broken));
    assertEquals(PLAIN.overMixture(), winner(broken, broken, base, broken));
  }

  /** The candidates for a table of two normal columns and a mixture of two components. */
  private static List<TeacherFit.Features> candidates(int rows, boolean overMixture) {
    SplittableRandom random = new SplittableRandom(6);
    double[] values = new double[2 * rows];
    Arrays.setAll(values, i -> random.nextGaussian());
    ClosedFormFlow mixture =
        GaussianMixtureFlow.isotropic(
            new double[] {1, 1}, new double[][] {{0, 0}, {1, 1}}, new double[] {1, 1}, 1);
    try (Scope scope = Scope.open();
        WorkerPool pool = new WorkerPool(1)) {
      FitData data = FitData.of(Table.of(List.of("x", "y"), values), FitOptions.DEFAULT);
      return new TeacherFit(
              data,
              FitOptions.DEFAULT,
              new FitSession(FitListener.SILENT, pool, Optional.empty()),
              Optional.of(mixture).filter(m -> overMixture))
          .candidates();
    }
  }

  @Test
  void theMixtureComesFirstWhereRowsAreFew() {
    TeacherFit.Features blurred = PLAIN.ofBlurredRows();
    TeacherFit.Features blurredFourier = FOURIER.ofBlurredRows();
    assertEquals(
        List.of(
            blurred.overMixture(),
            PLAIN.overMixture(),
            blurredFourier.overMixture(),
            blurred,
            PLAIN,
            blurredFourier),
        candidates(200, true));
    assertEquals(List.of(blurred, PLAIN, blurredFourier), candidates(200, false));
  }

  @Test
  void theMixtureComesLastWhereRowsAbound() {
    assertEquals(CANDIDATES, candidates(FitData.ENOUGH_ROWS * 5 / 4 + 1000, true));
  }
}
