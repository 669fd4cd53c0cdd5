package org.f2d2.energy.reference;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.f2d2.data.NormalQuantile;

/**
 * Whether chains agree, and what their draws are worth (Vehtari, Gelman, Simpson, Carpenter and
 * Bürkner, "Rank-normalization, folding, and localization: an improved R-hat", 2021). Chains are
 * split in halves, and values are replaced by the normal quantiles of their ranks, so that heavy
 * tails do no harm.
 */
public final class ChainDiagnostics {

  private ChainDiagnostics() {}

  /**
   * Rank-normalised split R-hat: the root of the variance of all draws over that within the halves
   * of chains,
   *
   * <pre>  R̂ = √( ((N-1)/N W + B/N) / W )</pre>
   *
   * @param chains values, [chain][draw], at least two of the same length, 4 at least
   * @return 1 where all halves agree; below 1.01 is usual for chains that have mixed; 1 for values
   *     that are all the same
   */
  public static double splitRhat(double[][] chains) {
    Halves halves = Halves.of(chains);
    return halves.within == 0 ? 1 : Math.sqrt(halves.total / halves.within);
  }

  /**
   * Bulk effective sample size: draws of all chains over the sum of their autocorrelations, which
   * ends where pairs of neighbours become negative, and falls steadily until then (Geyer 1992).
   *
   * @param chains values, [chain][draw], at least two of the same length, 4 at least
   * @return at most S log₁₀ S for S draws, as alternating chains may be worth more than they are
   *     long; S for values that are all the same
   */
  public static double bulkEss(double[][] chains) {
    Halves halves = Halves.of(chains);
    int m = halves.z.length;
    int n = halves.z[0].length;
    double draws = (double) m * n;
    if (halves.total == 0) {
      return draws;
    }
    double sum = -1;
    double least = Double.POSITIVE_INFINITY;
    for (int lag = 0; lag + 1 < n; lag += 2) {
      double pair = halves.autocorrelation(lag) + halves.autocorrelation(lag + 1);
      if (!(pair > 0)) {
        break;
      }
      least = Math.min(least, pair);
      sum += 2 * least;
    }
    return Math.min(draws / Math.max(sum, 1 / Math.log10(draws)), draws * Math.log10(draws));
  }

  /** Halves of chains by normal quantiles of ranks, with their variances. */
  private static final class Halves {
    private final double[][] z;
    private final double[] means;
    private final double within;
    private final double total;

    private Halves(double[][] z) {
      this.z = z;
      int n = z[0].length;
      means = Arrays.stream(z).mapToDouble(h -> Arrays.stream(h).average().orElseThrow()).toArray();
      double grand = Arrays.stream(means).average().orElseThrow();
      double inside = 0;
      double between = 0;
      for (int h = 0; h < z.length; h++) {
        double squares = 0;
        for (double value : z[h]) {
          squares += (value - means[h]) * (value - means[h]);
        }
        inside += squares / (n - 1) / z.length;
        between += (means[h] - grand) * (means[h] - grand) / (z.length - 1);
      }
      within = inside;
      total = (n - 1.0) / n * inside + between;
    }

    static Halves of(double[][] chains) {
      int draws = chains[0].length;
      if (chains.length < 2
          || draws < 4
          || Arrays.stream(chains).anyMatch(c -> c.length != draws)) {
        throw new IllegalArgumentException("two chains of 4 draws are needed, of the same length");
      }
      int half = draws / 2;
      double[][] halves = new double[2 * chains.length][];
      for (int c = 0; c < chains.length; c++) {
        halves[2 * c] = Arrays.copyOfRange(chains[c], 0, half);
        halves[2 * c + 1] = Arrays.copyOfRange(chains[c], draws - half, draws);
      }
      return new Halves(rankNormalised(halves));
    }

    /** Φ⁻¹( (rank - 3/8) / (S + 1/4) ), equal values sharing their mean rank. */
    private static double[][] rankNormalised(double[][] halves) {
      double[] all = Arrays.stream(halves).flatMapToDouble(Arrays::stream).toArray();
      int[] order =
          IntStream.range(0, all.length)
              .boxed()
              .sorted(Comparator.comparingDouble(i -> all[i]))
              .mapToInt(i -> i)
              .toArray();
      double[] z = new double[all.length];
      for (int first = 0; first < order.length; ) {
        int last = first;
        while (last + 1 < order.length && all[order[last + 1]] == all[order[first]]) {
          last++;
        }
        double rank = 1 + (first + last) / 2.0;
        for (int k = first; k <= last; k++) {
          z[order[k]] = quantile((rank - 0.375) / (all.length + 0.25));
        }
        first = last + 1;
      }
      int n = halves[0].length;
      return IntStream.range(0, halves.length)
          .mapToObj(h -> Arrays.copyOfRange(z, h * n, (h + 1) * n))
          .toArray(double[][]::new);
    }

    private static double quantile(double share) {
      return NormalQuantile.of(share, 1 - share);
    }

    /** ρ_t = 1 - (W - mean autocovariance) / total. */
    double autocorrelation(int lag) {
      int n = z[0].length;
      double covariance = 0;
      for (int h = 0; h < z.length; h++) {
        double sum = 0;
        for (int i = 0; i + lag < n; i++) {
          sum += (z[h][i] - means[h]) * (z[h][i + lag] - means[h]);
        }
        covariance += sum / n / z.length;
      }
      // With the same divisor at every lag, as the variance within is.
      return 1 - (within - covariance * n / (n - 1.0)) / total;
    }
  }
}
