package org.f2d2.bench.speed;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.IntFunction;
import org.f2d2.metric.ErrorStatistics;

/**
 * Takes turns between ways to do the same work, so that whatever else the machine does falls on all
 * of them.
 */
public final class Interleaving {

  /** Seconds by way. */
  public record Medians(Map<String, Double> seconds) {
    /** The median of one way. */
    public double of(String way) {
      Double median = seconds.get(way);
      if (median == null) {
        throw new IllegalArgumentException("nothing was measured of " + way);
      }
      return median;
    }

    /**
     * The way called ours beside each peer.
     *
     * @param perSecond units in a second
     * @param runs how many runs of each side are behind the medians
     */
    List<Comparison.Case> cases(
        String name, List<Peer> peers, double perSecond, String unit, int runs) {
      return peers.stream()
          .map(peer -> peer.kind().id())
          .map(
              id ->
                  new Comparison.Case(
                      name, id, perSecond * of("ours"), perSecond * of(id), unit, runs))
          .toList();
    }
  }

  private final Map<String, IntFunction<double[]>> ways = new LinkedHashMap<>();

  /**
   * Adds a way.
   *
   * @param seconds does the work so many times and returns the seconds of each
   */
  public Interleaving way(String name, IntFunction<double[]> seconds) {
    ways.put(name, seconds);
    return this;
  }

  /** Adds a way for each peer, under its name. */
  Interleaving ways(List<Peer> peers, BiFunction<Peer, Integer, double[]> seconds) {
    peers.forEach(peer -> way(peer.kind().id(), n -> seconds.apply(peer, n)));
    return this;
  }

  /**
   * Runs all ways in turns.
   *
   * @param rounds turns of each way
   * @param repeat how often a way works in its turn
   * @return by way, the median of all its seconds
   */
  public Medians medians(int rounds, int repeat) {
    Map<String, List<Double>> all = new LinkedHashMap<>();
    for (int r = 0; r < rounds; r++) {
      ways.forEach(
          (name, way) -> {
            List<Double> seconds = all.computeIfAbsent(name, n -> new ArrayList<>());
            Arrays.stream(way.apply(repeat)).forEach(seconds::add);
          });
    }
    Map<String, Double> medians = new LinkedHashMap<>();
    all.forEach((name, seconds) -> medians.put(name, median(seconds)));
    return new Medians(medians);
  }

  static double median(List<Double> values) {
    return ErrorStatistics.median(values.stream().mapToDouble(Double::doubleValue).toArray());
  }

  /** Seconds of each of so many runs of a piece of work in this process. */
  static double[] seconds(Runnable work, int repeat) {
    double[] seconds = new double[repeat];
    for (int i = 0; i < repeat; i++) {
      long start = System.nanoTime();
      work.run();
      seconds[i] = (System.nanoTime() - start) / 1e9;
    }
    return seconds;
  }
}
