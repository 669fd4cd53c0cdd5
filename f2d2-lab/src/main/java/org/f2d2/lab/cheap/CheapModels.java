package org.f2d2.lab.cheap;

import java.util.List;

/** Fits every cheap density to the same rows. */
public final class CheapModels {

  private CheapModels() {}

  /**
   * The Ledoit–Wolf Gaussian, the mixture and the kernel density, in this order.
   *
   * <p>All are fitted in columns of mean 0 and standard deviation 1, so that the units of a column
   * do not decide how it is shrunk or how wide its kernel is; their answers are in the units of the
   * input.
   *
   * @param rows row-major [n, d], finite, no column constant
   * @param ridge added to the variances of the mixture's components, see {@link BicMixture#fit}
   * @param seed of the mixture's starts and the kernel's folds
   */
  public static List<CheapModel> fit(double[] rows, int d, double ridge, long seed) {
    ColumnScales scales = ColumnScales.of(rows, d);
    double[] scaled = scales.apply(rows);
    return List.of(
        new Scaled(LedoitWolfGaussian.fit(scaled, d), scales),
        new Scaled(BicMixture.fit(scaled, d, ridge, seed), scales),
        new Scaled(KernelDensity.fit(scaled, d, seed), scales));
  }

  /** A density of scaled rows, asked and answered in the units of the input. */
  private record Scaled(CheapModel inner, ColumnScales scales) implements CheapModel {

    @Override
    public String name() {
      return inner.name();
    }

    @Override
    public String choice() {
      return inner.choice();
    }

    @Override
    public double[] logDensity(double[] rows) {
      double[] out = inner.logDensity(scales.apply(rows));
      for (int r = 0; r < out.length; r++) {
        out[r] -= scales.logVolume();
      }
      return out;
    }
  }
}
