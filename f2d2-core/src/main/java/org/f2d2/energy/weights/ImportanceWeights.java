package org.f2d2.energy.weights;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.f2d2.error.F2d2Exception;
import org.f2d2.metric.EffectiveSampleSize;
import org.f2d2.metric.Requirement;

/**
 * Weights of N independent draws from a density q that make them stand for a target p = p̃ / Z,
 *
 * <pre>  log w_i = log p̃(x_i) - log q(x_i)   in nats</pre>
 *
 * <p>All of it rests on q being the density that the draws have, and on draws from everywhere the
 * target is: a mode without draws is seen in no figure here but {@link #forwardShare}, which needs
 * data. Sums are taken in units of the largest weight, so log-weights may be of any size.
 */
public final class ImportanceWeights {

  /** The share of the largest weights that {@link #clippedSize} is usually asked to clip. */
  public static final double USUAL_CLIP = 0.002;

  /** Fewer weights above zero have no tail that could be judged. */
  private static final int LEAST = 25;

  /** From this k on, the fourth moment of the weights is infinite. */
  private static final double NO_ERROR_OF_SIZE = 0.25;

  /** From this k on, the second moment of the weights is infinite. */
  private static final double NO_SIZE = 0.5;

  /** A k above which estimates from weights are not to be trusted, for any number of draws. */
  private static final double UNSTABLE = 0.7;

  /** Where the effective sample size is known better than this, its tail weighs little as yet. */
  private static final double SMALL_ERROR = 0.05;

  /** Where the others are too equal for a tail, one that weighs more leaves little to them. */
  private static final double MOST_OF_ONE = 0.3;

  private final double[] logWeights;

  /** In units of the largest, in the order of the draws. */
  private final double[] weights;

  private final double largest;
  private final double sum;
  private final double size;
  private final Optional<ParetoTail> tail;

  private ImportanceWeights(double[] logWeights) {
    this.logWeights = logWeights.clone();
    this.size = EffectiveSampleSize.of(logWeights);
    this.largest = Arrays.stream(logWeights).max().orElseThrow();
    this.weights = Arrays.stream(logWeights).map(log -> Math.exp(log - largest)).toArray();
    this.sum = Arrays.stream(weights).sum();
    this.tail = ParetoTail.of(logWeights);
  }

  /**
   * Weights of draws.
   *
   * @param logWeights log w, nats, at least one; negative infinity is a weight of zero
   * @throws F2d2Exception when there is no weight, one is NaN or positive infinity, or all are zero
   */
  public static ImportanceWeights of(double[] logWeights) {
    return new ImportanceWeights(logWeights);
  }

  /**
   * Weights of draws with both densities known.
   *
   * @param logTarget log p̃ of each draw, nats, up to a constant; negative infinity where the
   *     target is zero
   * @param logDensity log q of each draw, nats, with respect to the same measure; finite
   * @throws F2d2Exception when the lengths differ, a log-density is not finite, or as {@link #of}
   *     does
   */
  public static ImportanceWeights of(double[] logTarget, double[] logDensity) {
    Requirement.sameLength(
        "values of the target", logTarget.length, "log-densities", logDensity.length);
    Requirement.finite("log-density", logDensity);
    double[] logWeights = new double[logTarget.length];
    Arrays.setAll(logWeights, i -> logTarget[i] - logDensity[i]);
    return new ImportanceWeights(logWeights);
  }

  /** Number of draws, N. */
  public int count() {
    return weights.length;
  }

  /** The log-weights, nats, in the order of the draws. */
  public double[] logWeights() {
    return logWeights.clone();
  }

  /** The weights divided by their sum, in the order of the draws. */
  public double[] normalised() {
    return Arrays.stream(weights).map(w -> w / sum).toArray();
  }

  /** The effective sample size (Kish), {@code (sum w)² / sum w²}, in [1, N]. */
  public double effectiveSize() {
    return size;
  }

  /** {@link #effectiveSize} / N, in (0, 1]. */
  public double effectiveShare() {
    return size / count();
  }

  /**
   * The standard error of {@link #effectiveShare} relative to it, by the first-order expansion of
   * its logarithm:
   *
   * <pre>  √(sum (2 w_i / m - w_i² / s - 1)²) / N,   m = mean of w, s = mean of w²</pre>
   *
   * <p>It is itself too small where {@link ParetoTail#shape} is 1/4 or more.
   */
  public double effectiveShareError() {
    int n = count();
    double mean = sum / n;
    double meanSquare = sum * sum / size / n;
    double squares = 0;
    for (double w : weights) {
      double influence = 2 * w / mean - w * w / meanSquare - 1;
      squares += influence * influence;
    }
    return Math.sqrt(squares) / n;
  }

  /**
   * {@link #effectiveShare} as the tail of the weights says it is for very many draws: the squares
   * of the largest weights are replaced by those of {@link ParetoTail}. 0 where that has no second
   * moment, which is k of 1/2 or more. What the draws show where no tail is known.
   */
  public double tailShare() {
    if (tail.isEmpty()) {
      return effectiveShare();
    }
    ParetoTail law = tail.get();
    if (law.shape() >= NO_SIZE) {
      return 0;
    }
    double[] sorted = weights.clone();
    Arrays.sort(sorted);
    double total = law.size() * law.mean();
    double squares = law.size() * law.meanSquare();
    for (int i = 0; i < sorted.length - law.size(); i++) {
      total += sorted[i];
      squares += sorted[i] * sorted[i];
    }
    return total * total / squares / count();
  }

  /**
   * The effective sample size when the largest weights are lowered to the largest one among the
   * others. Clipped weights stand for another target than p: whatever is taken from them is biased,
   * and this size says nothing about by how much.
   *
   * @param share of the weights that are lowered, in [0, 1), rounded up to whole weights; at least
   *     one that is not zero stays as it is
   * @throws F2d2Exception when the share is out of range
   */
  public double clippedSize(double share) {
    if (!(share >= 0 && share < 1)) {
      throw new F2d2Exception("the share that is clipped must lie in [0, 1), got " + share);
    }
    double[] sorted = logWeights.clone();
    Arrays.sort(sorted);
    int n = sorted.length;
    int clipped = Math.min((int) Math.ceil(share * n), aboveZero() - 1);
    Arrays.fill(sorted, n - clipped, n, sorted[n - clipped - 1]);
    return EffectiveSampleSize.of(sorted);
  }

  /**
   * The logarithm of Z, nats: {@code ln (sum w / N)}. Z itself is estimated without bias if q is
   * exact and is nowhere zero where p is not; its logarithm is too small in the mean.
   */
  public double logNormaliser() {
    return largest + Math.log(sum / count());
  }

  /**
   * The standard error of {@link #logNormaliser}, nats: {@code sd(w) / (mean(w) √N)}.
   *
   * @return NaN for a single draw
   */
  public double logNormaliserError() {
    int n = count();
    double mean = sum / n;
    return standardDeviation(weights, mean) / (mean * Math.sqrt(n));
  }

  /** The largest normalised weight, in (0, 1]. */
  public double largest() {
    return 1 / sum;
  }

  /**
   * The standard deviation of the log-weights, nats, those of weights of zero left out. Log-normal
   * weights have an effective share of {@code exp(-sd²)}.
   *
   * @return NaN where a single weight is above zero
   */
  public double logWeightDeviation() {
    double[] finite = Arrays.stream(logWeights).filter(Double::isFinite).toArray();
    // The largest is taken off first: log-weights may be large beside what they differ by.
    double[] below = Arrays.stream(finite).map(log -> log - largest).toArray();
    return standardDeviation(below, Arrays.stream(below).sum() / below.length);
  }

  /** The law of the largest weights; empty where they are too few or too equal for one. */
  public Optional<ParetoTail> tail() {
    return tail;
  }

  /**
   * A mean under the target.
   *
   * @param value {@code sum w h / sum w}
   * @param standardError {@code √(sum w² (h - value)²) / sum w}, in the unit of h
   */
  public record Expectation(double value, double standardError) {}

  /**
   * The mean of a function under the target, with the weights' sum in place of N Z.
   *
   * @param values the function h at each draw; what it is where the weight is zero does not matter
   * @throws F2d2Exception when there is another number of values than of draws, or one with a
   *     weight is not finite
   */
  public Expectation expectation(double[] values) {
    Requirement.sameLength("values", values.length, "weights", count());
    double total = 0;
    for (int i = 0; i < values.length; i++) {
      if (weights[i] > 0) {
        if (!Double.isFinite(values[i])) {
          throw new F2d2Exception("value " + i + " is " + values[i]);
        }
        total += weights[i] / sum * values[i];
      }
    }
    double squares = 0;
    for (int i = 0; i < values.length; i++) {
      if (weights[i] > 0) {
        double part = weights[i] / sum * (values[i] - total);
        squares += part * part;
      }
    }
    return new Expectation(total, Math.sqrt(squares));
  }

  /**
   * The effective share as draws from the target see it, {@code 1 / mean(w / Z)} over data. It is
   * the same as {@link #effectiveShare} for many draws of either kind, unless q misses a part of
   * the target: then this one is small and the other need not be.
   *
   * @param dataLogWeights log w of rows that are draws from p, nats; positive infinity where q is
   *     zero
   * @return in [0, 1] but for the errors of either sample
   * @throws F2d2Exception when there is no row, one is NaN, or all are negative infinity
   */
  public double forwardShare(double[] dataLogWeights) {
    Requirement.notNaN("log-weight of data", dataLogWeights);
    double top = Arrays.stream(dataLogWeights).max().orElseThrow();
    if (Double.isInfinite(top)) {
      if (top < 0) {
        throw new F2d2Exception("the target is zero at every row of the data");
      }
      return 0;
    }
    double total = Arrays.stream(dataLogWeights).map(log -> Math.exp(log - top)).sum();
    return Math.exp(logNormaliser() - top - Math.log(total / dataLogWeights.length));
  }

  /**
   * What speaks against these figures, a sentence each; empty for sound weights.
   *
   * <p>Few draws rarely hold the largest weights that there are, so that the effective share they
   * show is too high and falls as draws are added. It is taken for too high where the weights have
   * no finite fourth moment (k above 1/4), so that the share has no standard error, and the one
   * that is computed is beyond 5 % of it all the same. Estimates as such are doubted where moreover
   * k is above {@code min(1 - 1 / log10 N, 0.7)}, the bound of Vehtari et al. (2024). With an error
   * below 5 % nothing is said of the tail: weights that are equal but for rounding have any k.
   */
  public List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    if (aboveZero() < LEAST) {
      warnings.add(
          "only "
              + aboveZero()
              + (aboveZero() == 1 ? " weight is" : " weights are")
              + " above zero: too few to judge whether larger ones are missing");
      return warnings;
    }
    if (tail.isEmpty() && largest() > MOST_OF_ONE) {
      warnings.add(
          String.format(
              Locale.ROOT,
              "one draw has %.0f %% of all weight: no estimate from these draws is to be trusted",
              100 * largest()));
    }
    if (tail.isEmpty() || effectiveShareError() <= SMALL_ERROR) {
      return warnings;
    }
    double k = tail.get().shape();
    double bound = Math.min(1 - 1 / Math.log10(count()), UNSTABLE);
    if (k > bound) {
      warnings.add(
          String.format(
              Locale.ROOT,
              "Pareto k is %.2f, above %.2f: a few weights decide, and no estimate from these draws"
                  + " is to be trusted, log Z included",
              k,
              bound));
    }
    if (k > NO_ERROR_OF_SIZE) {
      warnings.add(
          String.format(
              Locale.ROOT,
              "ESS/N of %.3g is likely too high and falls as draws are added: Pareto k is %.2f, and"
                  + " beyond 0.25 larger weights are still to come; %s",
              effectiveShare(),
              k,
              k < NO_SIZE
                  ? String.format(
                      Locale.ROOT,
                      "the fitted tail has a share of %.2g, of which few draws say little",
                      tailShare())
                  : "the fitted tail lets it fall to 0"));
    }
    return warnings;
  }

  private int aboveZero() {
    return (int) Arrays.stream(logWeights).filter(log -> log > Double.NEGATIVE_INFINITY).count();
  }

  private static double standardDeviation(double[] values, double mean) {
    double squares = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
    return values.length == 1 ? Double.NaN : Math.sqrt(squares / (values.length - 1));
  }
}
