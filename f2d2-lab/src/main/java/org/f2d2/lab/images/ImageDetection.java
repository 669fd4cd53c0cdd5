package org.f2d2.lab.images;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import org.f2d2.metric.RankingCurve;

/**
 * Signs that an image is not of the kind that was learned, from figures that one evaluation gives.
 *
 * <p>A high density is no sign of the right kind in many dimensions: images that are simpler than
 * those that were learned can have more of it than these (Nalisnick et al., arXiv 1810.09136). A
 * typical image has about the density that images of the kind have (Nalisnick et al., arXiv
 * 1906.02994), which can be asked of several figures at once (Morningstar et al., arXiv
 * 2006.09273).
 */
final class ImageDetection {

  private ImageDetection() {}

  /**
   * Figures of images.
   *
   * @param bits bits per dimension of each under the model
   * @param base the same under the Gaussian law that the networks correct
   * @param noise mean square of the coordinates of the noise that one jump leads to
   */
  record Figures(double[] bits, double[] base, double[] noise) {

    int count() {
      return bits.length;
    }

    private double[] at(int i) {
      return new double[] {bits[i], base[i], noise[i]};
    }
  }

  /**
   * Areas under the ROC curve of all signs.
   *
   * @param known figures of images of the kind that no other figure here is of
   * @param same other images of the kind
   * @param other images of another kind
   */
  static List<ImageResults.Score> scores(Figures known, Figures same, Figures other) {
    List<ImageResults.Score> scores = new ArrayList<>();
    scores.add(score("low density", same, other, f -> i -> f.bits()[i]));
    scores.add(score("low density of the Gaussian base", same, other, f -> i -> f.base()[i]));
    scores.add(
        score(
            "low density beside that of the Gaussian base",
            same,
            other,
            f -> i -> f.bits()[i] - f.base()[i]));
    double typical = Arrays.stream(known.bits()).average().orElseThrow();
    scores.add(
        score(
            "density far from the usual", same, other, f -> i -> Math.abs(f.bits()[i] - typical)));
    Gaussian law = Gaussian.of(known);
    scores.add(
        score(
            "density, that of the base and size of the noise, together far from the usual",
            same,
            other,
            f -> i -> law.distance(f.at(i))));
    return scores;
  }

  private interface Sign {
    IntToDoubleFunction of(Figures figures);
  }

  private static ImageResults.Score score(String name, Figures same, Figures other, Sign sign) {
    double[] values = new double[same.count() + other.count()];
    boolean[] positive = new boolean[values.length];
    for (int i = 0; i < values.length; i++) {
      positive[i] = i >= same.count();
      values[i] =
          positive[i]
              ? sign.of(other).applyAsDouble(i - same.count())
              : sign.of(same).applyAsDouble(i);
    }
    return new ImageResults.Score(name, RankingCurve.of(values, positive).auroc());
  }

  /** Mean and inverse covariance of three figures. */
  private record Gaussian(double[] mean, double[][] precision) {

    static Gaussian of(Figures figures) {
      int n = figures.count();
      double[] mean = new double[3];
      for (int i = 0; i < n; i++) {
        double[] x = figures.at(i);
        for (int a = 0; a < 3; a++) {
          mean[a] += x[a] / n;
        }
      }
      double[][] c = new double[3][3];
      for (int i = 0; i < n; i++) {
        double[] x = figures.at(i);
        for (int a = 0; a < 3; a++) {
          for (int b = 0; b < 3; b++) {
            c[a][b] += (x[a] - mean[a]) * (x[b] - mean[b]) / n;
          }
        }
      }
      return new Gaussian(mean, inverse(c));
    }

    double distance(double[] x) {
      double sum = 0;
      for (int a = 0; a < 3; a++) {
        for (int b = 0; b < 3; b++) {
          sum += (x[a] - mean[a]) * precision[a][b] * (x[b] - mean[b]);
        }
      }
      return sum;
    }

    /** By cofactors. */
    private static double[][] inverse(double[][] m) {
      double[][] cofactors = new double[3][3];
      for (int i = 0; i < 3; i++) {
        for (int j = 0; j < 3; j++) {
          int a = (i + 1) % 3;
          int b = (i + 2) % 3;
          int c = (j + 1) % 3;
          int d = (j + 2) % 3;
          cofactors[i][j] = m[a][c] * m[b][d] - m[a][d] * m[b][c];
        }
      }
      double determinant = 0;
      for (int j = 0; j < 3; j++) {
        determinant += m[0][j] * cofactors[0][j];
      }
      double[][] inverse = new double[3][3];
      for (int i = 0; i < 3; i++) {
        for (int j = 0; j < 3; j++) {
          inverse[i][j] = cofactors[j][i] / determinant;
        }
      }
      return inverse;
    }
  }
}
