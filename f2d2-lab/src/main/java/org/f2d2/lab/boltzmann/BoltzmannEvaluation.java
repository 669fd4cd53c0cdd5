package org.f2d2.lab.boltzmann;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.f2d2.BoltzmannGenerator;
import org.f2d2.BoltzmannGenerator.Density;
import org.f2d2.BoltzmannSamples;
import org.f2d2.domain.configuration.Configurations;
import org.f2d2.energy.Energy;
import org.f2d2.energy.systems.GaussianMixtureEnergy;
import org.f2d2.energy.weights.ImportanceWeights;
import org.f2d2.energy.weights.ParetoTail;
import org.f2d2.energy.weights.Resampling;
import org.f2d2.lab.Machine;
import org.f2d2.lab.Printable;

/**
 * What the samples of a model are worth.
 *
 * @param target name of the energy
 * @param machine what it ran on
 * @param samples of each line
 * @param logNormaliser log Z of the target; NaN where it is not known
 * @param lines one for each way to sample
 * @param floor the distances of two sets of reference rows; empty without reference rows
 */
public record BoltzmannEvaluation(
    String target,
    String machine,
    int samples,
    double logNormaliser,
    List<Line> lines,
    Optional<SampleDistances> floor)
    implements Printable {

  /** Rows whose places are compared: an assignment takes the cube of their number. */
  private static final int MOST_ROWS = 1000;

  /** Times of more jumps are not for reading. */
  private static final int MOST_PRINTED = 16;

  /**
   * One way to sample.
   *
   * @param density where log q comes from
   * @param jumps of the map; 0 for the ODE
   * @param times between which they are; empty for the ODE
   * @param evaluations for each sample
   * @param effectiveShare ESS/N
   * @param paretoShape k of the tail of the weights; NaN where there is none
   * @param logNormaliser log Z by the weights
   * @param logNormaliserError its standard error
   * @param distances of the samples as they are; empty without reference rows
   * @param weighted of samples that are drawn by their weights
   * @param foldedShare see {@link BoltzmannSamples#foldedShare}
   * @param cycleError see {@link BoltzmannSamples#cycleError}
   * @param gap by how much the log-weights are above those by the Jacobian, of the same samples;
   *     empty for these themselves and for the ODE
   * @param modes of a mixture of Gaussians
   * @param warnings of the weights
   */
  public record Line(
      Density density,
      int jumps,
      List<Double> times,
      int evaluations,
      double effectiveShare,
      double paretoShape,
      double logNormaliser,
      double logNormaliserError,
      Optional<SampleDistances> distances,
      Optional<SampleDistances> weighted,
      Optional<Double> foldedShare,
      Optional<Double> cycleError,
      Optional<Gap> gap,
      Optional<ModeShares> modes,
      List<String> warnings) {}

  /** The mean and the standard deviation of a difference, in nats. */
  public record Gap(double mean, double deviation) {

    static Gap of(double[] left, double[] right) {
      double[] differences = new double[left.length];
      Arrays.setAll(differences, i -> left[i] - right[i]);
      double mean = Arrays.stream(differences).average().orElseThrow();
      double square =
          Arrays.stream(differences).map(g -> (g - mean) * (g - mean)).average().orElseThrow();
      return new Gap(mean, Math.sqrt(square));
    }
  }

  /**
   * What to measure.
   *
   * @param samples of each line
   * @param jumps of the map
   * @param ode whether the ODE is solved too, which takes the longest
   * @param reference rows of the target, if there are any
   * @param seed of the draws
   */
  public record Options(
      int samples,
      List<Integer> jumps,
      boolean ode,
      Optional<Configurations> reference,
      long seed) {
    /** Copies the list. */
    public Options {
      jumps = List.copyOf(jumps);
    }
  }

  /** Sees the samples of each way, which are not kept. */
  @FunctionalInterface
  public interface Observer {
    /** Takes what has been measured, and what it was measured on. */
    void see(Line line, BoltzmannSamples samples);
  }

  /**
   * Measures a model.
   *
   * @param progress takes a line about each way to sample as soon as it is measured
   */
  public static BoltzmannEvaluation of(
      BoltzmannGenerator generator, Options options, Consumer<String> progress, Observer observer) {
    Energy energy = generator.energy();
    List<Line> lines = new ArrayList<>();
    for (int jumps : options.jumps()) {
      BoltzmannSamples exact =
          generator.sample(options.samples(), jumps, Density.JACOBIAN, options.seed());
      lines.add(line(energy, exact, jumps, options, Optional.empty()));
      tell(lines, exact, progress, observer);
      if (generator.hasHead()) {
        BoltzmannSamples head =
            generator.sample(options.samples(), jumps, Density.HEAD, options.seed());
        Gap gap = Gap.of(head.logWeights(), exact.logWeights());
        lines.add(line(energy, head, jumps, options, Optional.of(gap)));
        tell(lines, head, progress, observer);
      }
    }
    if (options.ode()) {
      BoltzmannSamples ode = generator.sample(options.samples(), 1, Density.ODE, options.seed());
      lines.add(line(energy, ode, 0, options, Optional.empty()));
      tell(lines, ode, progress, observer);
    }
    Optional<SampleDistances> floor =
        options
            .reference()
            .filter(r -> r.count() > 1)
            .map(
                r -> {
                  // Neighbours in a chain go to both halves, which does the floor no harm.
                  int half = r.count() / 2;
                  return SampleDistances.of(
                      energy, r.range(0, half), r.range(half, 2 * half), MOST_ROWS);
                });
    return new BoltzmannEvaluation(
        energy.name(),
        Machine.describe(),
        options.samples(),
        energy.logNormaliser().orElse(Double.NaN),
        lines,
        floor);
  }

  private static void tell(
      List<Line> lines, BoltzmannSamples samples, Consumer<String> progress, Observer observer) {
    Line latest = lines.get(lines.size() - 1);
    progress.accept(text(latest));
    observer.see(latest, samples);
  }

  private static Line line(
      Energy energy, BoltzmannSamples samples, int jumps, Options options, Optional<Gap> gap) {
    ImportanceWeights weights = ImportanceWeights.of(samples.logWeights());
    Optional<SampleDistances> plain =
        options.reference().map(r -> SampleDistances.of(energy, samples.rows(), r, MOST_ROWS));
    Optional<SampleDistances> weighted =
        options
            .reference()
            .map(r -> SampleDistances.of(energy, drawn(samples, weights), r, MOST_ROWS));
    return new Line(
        samples.kind(),
        jumps,
        jumps == 0 ? List.of() : samples.grid().times(),
        samples.evaluations(),
        weights.effectiveShare(),
        weights.tail().map(ParetoTail::shape).orElse(Double.NaN),
        weights.logNormaliser(),
        weights.logNormaliserError(),
        plain,
        weighted,
        samples.foldedShare(),
        samples.cycleError(),
        gap,
        energy instanceof GaussianMixtureEnergy mixture
            ? Optional.of(ModeShares.of(mixture, samples.rows(), weights.normalised()))
            : Optional.empty(),
        weights.warnings());
  }

  /** Rows drawn by their weights. */
  public static Configurations drawn(BoltzmannSamples samples, ImportanceWeights weights) {
    Configurations rows = samples.rows();
    int[] which =
        Resampling.SYSTEMATIC.draw(weights.normalised(), rows.count(), new SplittableRandom(0));
    int d = rows.dimensions();
    double[] values = new double[which.length * d];
    for (int i = 0; i < which.length; i++) {
      System.arraycopy(rows.values(), which[i] * d, values, i * d, d);
    }
    return new Configurations(rows.particles(), d, values);
  }

  @Override
  public String markdown() {
    return "| log q by | jumps | evaluations | ESS/N | Pareto k | log Z | W2, weighted | energy W2,"
        + " weighted | folded | cycle | gap of log w, sd |\n"
        + "|---|---|---|---|---|---|---|---|---|---|---|\n"
        + lines.stream().map(l -> text(l) + "\n").collect(Collectors.joining())
        + floor
            .map(
                f ->
                    String.format(
                        Locale.ROOT,
                        "%nTwo sets of reference rows: W2 %.3f, energy W2 %.3f%n",
                        f.w2(),
                        f.energyW2()))
            .orElse("")
        + lines.stream()
            .flatMap(l -> l.modes.stream().map(m -> modes(l, m)))
            .collect(Collectors.joining())
        + lines.stream()
            .filter(l -> l.jumps > 1 && l.jumps <= MOST_PRINTED && l.density == Density.JACOBIAN)
            .map(l -> String.format("%n%d jumps are between the times %s%n", l.jumps, times(l)))
            .collect(Collectors.joining())
        + (Double.isNaN(logNormaliser)
            ? ""
            : String.format(Locale.ROOT, "%nlog Z is %.4f%n", logNormaliser))
        + lines.stream()
            .flatMap(l -> l.warnings.stream().map(w -> "\n" + name(l) + ": " + w + "\n"))
            .collect(Collectors.joining());
  }

  private static String modes(Line line, ModeShares modes) {
    return String.format(
        Locale.ROOT,
        "%n%s: %d of %d modes, weighted shares off by %.0f %% at most%n",
        name(line),
        modes.found(),
        modes.components(),
        100 * modes.worst());
  }

  private static String times(Line line) {
    return line.times.stream()
        .map(t -> String.format(Locale.ROOT, "%.3g", t))
        .collect(Collectors.joining(", "));
  }

  /** What a line is called. */
  public static String name(Line line) {
    return line.density.name().toLowerCase(Locale.ROOT)
        + (line.jumps == 0 ? "" : ", " + line.jumps + (line.jumps == 1 ? " jump" : " jumps"));
  }

  private static String text(Line l) {
    return String.format(
        Locale.ROOT,
        "| %s | %s | %d | %.4f | %s | %.3f%s | %s | %s | %s | %s | %s |",
        l.density.name().toLowerCase(Locale.ROOT),
        l.jumps == 0 ? "" : l.jumps,
        l.evaluations,
        l.effectiveShare,
        Double.isNaN(l.paretoShape) ? "" : String.format(Locale.ROOT, "%.2f", l.paretoShape),
        l.logNormaliser,
        Double.isNaN(l.logNormaliserError)
            ? ""
            : String.format(Locale.ROOT, " ± %.3f", l.logNormaliserError),
        both(l.distances.map(SampleDistances::w2), l.weighted.map(SampleDistances::w2)),
        both(l.distances.map(SampleDistances::energyW2), l.weighted.map(SampleDistances::energyW2)),
        l.foldedShare.map(f -> String.format(Locale.ROOT, "%.4f", f)).orElse(""),
        l.cycleError.map(c -> String.format(Locale.ROOT, "%.2g", c)).orElse(""),
        l.gap.map(g -> String.format(Locale.ROOT, "%.3f, %.3f", g.mean, g.deviation)).orElse(""));
  }

  private static String both(Optional<Double> plain, Optional<Double> weighted) {
    return plain
        .map(p -> String.format(Locale.ROOT, "%.3f, %.3f", p, weighted.orElseThrow()))
        .orElse("");
  }
}
