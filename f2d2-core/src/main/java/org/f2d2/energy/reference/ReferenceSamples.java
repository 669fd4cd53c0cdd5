package org.f2d2.energy.reference;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.f2d2.energy.Energy;
import org.f2d2.plain.Particles;

/**
 * Draws of chains, and how well these have mixed.
 *
 * @param target name of the energy
 * @param dimensions of a row; of particles, their places with the centre of mass at the origin
 * @param rows row-major, chain after chain
 * @param energies E of each row
 * @param mixing of what was watched, by its name
 * @param accepted share of the proposals of the coldest level that were accepted after the warm-up
 * @param exchanged share of exchanges between neighbouring temperatures that were made after the
 *     warm-up, coldest first
 * @param evaluations gradients of the energy that were asked for
 */
public record ReferenceSamples(
    String target,
    int dimensions,
    double[] rows,
    double[] energies,
    Map<String, Mixing> mixing,
    double accepted,
    List<Double> exchanged,
    long evaluations) {

  /** Largest split R-hat of chains that count as mixed. */
  private static final double MOST_RHAT = 1.01;

  /** Smallest bulk effective sample size, of all chains, that diagnostics can be trusted at. */
  private static final double LEAST_ESS = 400;

  /** Neighbouring temperatures that exchange less than this are in each other's way. */
  private static final double LEAST_EXCHANGED = 0.1;

  /**
   * How well the chains agree on a quantity.
   *
   * @param splitRhat see {@link ChainDiagnostics#splitRhat}
   * @param bulkEss see {@link ChainDiagnostics#bulkEss}
   */
  public record Mixing(double splitRhat, double bulkEss) {}

  /** Copies the collections. */
  public ReferenceSamples {
    mixing = Collections.unmodifiableMap(new LinkedHashMap<>(mixing));
    exchanged = List.copyOf(exchanged);
  }

  /** Number of rows. */
  public int count() {
    return energies.length;
  }

  /** The largest split R-hat of what was watched. */
  public double splitRhat() {
    return mixing.values().stream().mapToDouble(Mixing::splitRhat).max().orElseThrow();
  }

  /** The smallest bulk effective sample size of what was watched. */
  public double bulkEss() {
    return mixing.values().stream().mapToDouble(Mixing::bulkEss).min().orElseThrow();
  }

  /** What a user should know before trusting the rows, one line each. */
  public List<String> warnings() {
    List<String> lines = new ArrayList<>();
    mixing.forEach(
        (name, m) -> {
          if (!(m.splitRhat <= MOST_RHAT) || !(m.bulkEss >= LEAST_ESS)) {
            lines.add(
                String.format(
                    Locale.ROOT,
                    "the chains have not mixed in %s: split R-hat %.3f, bulk ESS %.0f",
                    name,
                    m.splitRhat,
                    m.bulkEss));
          }
        });
    for (int level = 0; level < exchanged.size(); level++) {
      if (!(exchanged.get(level) >= LEAST_EXCHANGED)) {
        lines.add(
            String.format(
                Locale.ROOT,
                "temperatures %d and %d exchange %.1f %% of the time: take more levels",
                level + 1,
                level + 2,
                100 * exchanged.get(level)));
      }
    }
    return lines;
  }

  /**
   * What is watched in the rows of an energy: E, coordinates or distances of particles, and the
   * energy's collective variables.
   */
  static Map<String, ToDoubleFunction<double[]>> watched(Energy energy) {
    Map<String, ToDoubleFunction<double[]>> all = new LinkedHashMap<>();
    Optional<Particles> particles = energy.particles();
    if (particles.isPresent()) {
      // Places mean nothing where all may be turned; what is left when they are is distances.
      all.put("smallest distance", x -> distances(particles.get(), x).min().orElseThrow());
      all.put("mean distance", x -> distances(particles.get(), x).average().orElseThrow());
      all.put("largest distance", x -> distances(particles.get(), x).max().orElseThrow());
    } else {
      for (int c = 0; c < energy.dimensions(); c++) {
        int coordinate = c;
        all.put("coordinate " + (c + 1), x -> x[coordinate]);
      }
    }
    all.putAll(energy.collectiveVariables());
    return all;
  }

  private static DoubleStream distances(Particles particles, double[] x) {
    return IntStream.range(0, particles.count())
        .boxed()
        .flatMapToDouble(i -> IntStream.range(0, i).mapToDouble(j -> particles.distance(x, i, j)));
  }

  /**
   * Puts the draws of chains together.
   *
   * @param energy of the places
   * @param sampled what the chains moved in, mean-free coordinates where there are particles
   */
  static ReferenceSamples of(Energy energy, Energy sampled, List<TemperedChain> chains) {
    int draws = chains.get(0).energies().length;
    int d = energy.dimensions();
    double[] rows = new double[chains.size() * draws * d];
    double[] energies = new double[chains.size() * draws];
    for (int c = 0; c < chains.size(); c++) {
      TemperedChain chain = chains.get(c);
      System.arraycopy(chain.energies(), 0, energies, c * draws, draws);
      for (int i = 0; i < draws; i++) {
        int from = sampled.dimensions();
        double[] y = Arrays.copyOfRange(chain.rows(), i * from, (i + 1) * from);
        double[] x = energy.particles().map(p -> p.toPlaces(y)).orElse(y);
        System.arraycopy(x, 0, rows, (c * draws + i) * d, d);
      }
    }
    Map<String, Mixing> mixing = new LinkedHashMap<>();
    mixing.put("energy", mixing(energies, chains.size(), draws));
    watched(energy)
        .forEach(
            (name, of) -> {
              double[] values = new double[energies.length];
              for (int i = 0; i < values.length; i++) {
                values[i] = of.applyAsDouble(Arrays.copyOfRange(rows, i * d, (i + 1) * d));
              }
              mixing.put(name, mixing(values, chains.size(), draws));
            });
    List<Double> exchanged = new ArrayList<>();
    for (int level = 0; level + 1 < chains.get(0).levels(); level++) {
      int at = level;
      exchanged.add(chains.stream().mapToDouble(c -> c.exchanged(at)).average().orElseThrow());
    }
    return new ReferenceSamples(
        energy.name(),
        d,
        rows,
        energies,
        mixing,
        chains.stream().mapToDouble(TemperedChain::accepted).average().orElseThrow(),
        exchanged,
        chains.stream().mapToLong(TemperedChain::evaluations).sum());
  }

  private static Mixing mixing(double[] values, int chains, int draws) {
    double[][] split = new double[chains][];
    for (int c = 0; c < chains; c++) {
      split[c] = Arrays.copyOfRange(values, c * draws, (c + 1) * draws);
    }
    return new Mixing(ChainDiagnostics.splitRhat(split), ChainDiagnostics.bulkEss(split));
  }
}
