package org.f2d2.lab.images;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.f2d2.lab.AnomalyRanking;
import org.f2d2.lab.MixtureDensity;
import org.f2d2.lab.cheap.Covariance;
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
    MixtureDensity law = law(known);
    scores.add(
        score(
            "density, that of the base and size of the noise, together far from the usual",
            same,
            other,
            f -> i -> -law.logDensityAt(f.at(i))));
    return scores;
  }

  private interface Sign {
    IntToDoubleFunction of(Figures figures);
  }

  private static ImageResults.Score score(String name, Figures same, Figures other, Sign sign) {
    double[] values =
        Stream.of(same, other)
            .flatMapToDouble(f -> IntStream.range(0, f.count()).mapToDouble(sign.of(f)))
            .toArray();
    boolean[] positive = AnomalyRanking.behind(same.count(), values.length);
    return new ImageResults.Score(name, RankingCurve.of(values, positive).auroc());
  }

  /** The Gaussian law of three figures. */
  private static MixtureDensity law(Figures figures) {
    double[] rows =
        IntStream.range(0, figures.count())
            .mapToObj(figures::at)
            .flatMapToDouble(Arrays::stream)
            .toArray();
    double[] mean = Covariance.mean(rows, 3);
    double[] factor = Covariance.cholesky(Covariance.of(rows, mean), 3).orElseThrow();
    return new MixtureDensity(
        "figures", new double[] {1}, new double[][] {mean}, new double[][] {factor});
  }
}
