package org.f2d2.cli.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.f2d2.BoltzmannGenerator.Density;
import org.f2d2.BoltzmannSamples;
import org.f2d2.domain.configuration.Configurations;
import org.f2d2.energy.Energy;
import org.f2d2.energy.systems.AlanineDipeptide;
import org.f2d2.energy.weights.ImportanceWeights;
import org.f2d2.lab.boltzmann.BoltzmannEvaluation;
import org.f2d2.plain.Particles;

/** What samples of a model of a target are worth, as one HTML file. */
public final class BoltzmannPage {

  private static final int MOST_POINTS = 4000;

  private BoltzmannPage() {}

  /**
   * What a page shows.
   *
   * @param energy of the target
   * @param evaluation its figures
   * @param samples by the Jacobian, whose histograms are drawn
   * @param reference rows of the target, if there are any
   */
  public record Contents(
      Energy energy,
      BoltzmannEvaluation evaluation,
      BoltzmannSamples samples,
      Optional<Configurations> reference) {}

  /** The page. */
  public static String of(Contents contents) {
    BoltzmannEvaluation evaluation = contents.evaluation();
    Markup page = new Markup();
    ReportPage.open(page, evaluation.target() + " – F2D2 report");
    page.raw("<header><p class=\"kicker\">F2D2 report on a target</p>");
    page.element("h1", evaluation.target());
    page.element(
        "p",
        "lead",
        Figures.count(evaluation.samples())
            + " samples of a model in each way, weighted by exp(-E) / q. "
            + (Double.isNaN(evaluation.logNormaliser())
                ? "log Z is not known."
                : "log Z is " + Figures.fixed(evaluation.logNormaliser(), 4) + "."));
    page.raw("</header>");
    effectiveSizes(page, evaluation);
    table(page, evaluation);
    histograms(page, contents);
    dihedrals(page, contents);
    return ReportPage.close(page);
  }

  private static void effectiveSizes(Markup page, BoltzmannEvaluation evaluation) {
    page.raw("<section><h2>Effective samples</h2><div class=\"pair\">");
    List<LineChart.Line> lines = new ArrayList<>();
    for (Density density : Density.values()) {
      List<BoltzmannEvaluation.Line> own =
          evaluation.lines().stream()
              .filter(l -> l.density() == density)
              .sorted(Comparator.comparingInt(BoltzmannEvaluation.Line::evaluations))
              .toList();
      if (!own.isEmpty()) {
        lines.add(
            new LineChart.Line(
                by(density),
                own.stream().mapToDouble(BoltzmannEvaluation.Line::evaluations).toArray(),
                own.stream().mapToDouble(BoltzmannEvaluation.Line::effectiveShare).toArray(),
                false));
      }
    }
    new LineChart(
            Frame.CHART,
            "Effective share against the number of network evaluations",
            "network evaluations per sample",
            "ESS/N",
            true,
            false,
            true)
        .figure(page, "Effective share", "1 is perfect", lines);
    page.raw("</div></section>");
  }

  private static String by(Density density) {
    return switch (density) {
      case JACOBIAN -> "log q by the Jacobian";
      case HEAD -> "log q by the head";
      case ODE -> "the model’s ODE";
    };
  }

  private static void table(Markup page, BoltzmannEvaluation evaluation) {
    page.raw("<section><h2>Figures</h2>");
    page.table(
        List.of("way", "evaluations", "ESS/N", "Pareto k", "log Z", "W2", "energy W2", "folded"),
        evaluation.lines().stream().map(BoltzmannPage::cells).toList());
    page.caption(
        "W2 and energy W2 are 2-Wasserstein distances to reference rows, of the samples and, second,"
            + " of samples drawn by their weights"
            + evaluation
                .floor()
                .map(
                    f ->
                        "; those of two sets of reference rows are "
                            + Figures.of(f.w2())
                            + " and "
                            + Figures.of(f.energyW2()))
                .orElse("")
            + ". folded is the share of samples whose jumps met a determinant that is not positive.");
    List<String> warnings =
        evaluation.lines().stream()
            .flatMap(l -> l.warnings().stream().map(w -> BoltzmannEvaluation.name(l) + ": " + w))
            .toList();
    warnings.forEach(page::caption);
    page.raw("</section>");
  }

  private static List<String> cells(BoltzmannEvaluation.Line line) {
    return List.of(
        BoltzmannEvaluation.name(line),
        Figures.count(line.evaluations()),
        Figures.significant(line.effectiveShare(), 3),
        Double.isNaN(line.paretoShape()) ? "–" : Figures.fixed(line.paretoShape(), 2),
        Figures.fixed(line.logNormaliser(), 3)
            + (Double.isNaN(line.logNormaliserError())
                ? ""
                : " ± " + Figures.fixed(line.logNormaliserError(), 3)),
        line.distances()
            .map(d -> Figures.of(d.w2()) + ", " + Figures.of(line.weighted().orElseThrow().w2()))
            .orElse("–"),
        line.distances()
            .map(
                d ->
                    Figures.of(d.energyW2())
                        + ", "
                        + Figures.of(line.weighted().orElseThrow().energyW2()))
            .orElse("–"),
        line.foldedShare().map(f -> Figures.significant(f, 2)).orElse("–"));
  }

  /** Sets of rows that are compared, the reference first. */
  private record Rows(String name, Configurations rows) {}

  private static List<Rows> sets(Contents contents) {
    ImportanceWeights weights = ImportanceWeights.of(contents.samples().logWeights());
    List<Rows> sets = new ArrayList<>();
    contents.reference().ifPresent(r -> sets.add(new Rows("reference", r)));
    sets.add(new Rows("drawn by weight", BoltzmannEvaluation.drawn(contents.samples(), weights)));
    sets.add(new Rows("as drawn", contents.samples().rows()));
    return sets;
  }

  private static void histograms(Markup page, Contents contents) {
    int jumps = contents.samples().grid().jumps();
    page.raw("<section><h2>Samples of ")
        .text(jumps + (jumps == 1 ? " jump" : " jumps"))
        .raw("</h2><div class=\"pair\">");
    List<Rows> sets = sets(contents);
    histogram(page, sets, "Energies", "energy, kT", rows -> energies(contents.energy(), rows));
    contents
        .energy()
        .particles()
        .ifPresent(
            particles ->
                histogram(
                    page,
                    sets,
                    "Distances",
                    "distance of two particles",
                    rows -> distances(particles, rows)));
    double[] logWeights = contents.samples().logWeights();
    double mean = ImportanceWeights.of(logWeights).logNormaliser();
    double[] centred =
        Arrays.stream(logWeights).filter(Double::isFinite).map(w -> w - mean).toArray();
    page.figure("Weights", "all 0 is perfect");
    page.raw(
        new Histogram("Distribution of log-weights", "log w − log Z, nats")
            .draw(List.of(new Histogram.Group("weights", centred))));
    page.raw("</figure></div></section>");
  }

  /** Values of some rows. */
  @FunctionalInterface
  private interface Values {
    double[] of(Configurations rows);
  }

  private static void histogram(
      Markup page, List<Rows> sets, String title, String axis, Values values) {
    List<Histogram.Group> groups =
        sets.stream().map(s -> new Histogram.Group(s.name(), values.of(s.rows()))).toList();
    page.figure(title, "shares of each group");
    page.raw(new Histogram(title + " of samples", axis).draw(groups));
    page.raw("<p class=\"legend\">");
    for (int g = 0; g < groups.size(); g++) {
      page.format("<span><i class=\"k%d\"></i>", g + 1).text(groups.get(g).name()).raw("</span>");
    }
    page.raw("</p></figure>");
  }

  private static double[] energies(Energy energy, Configurations rows) {
    double[] energies = new double[rows.count()];
    energy.values(rows.values(), energies);
    return energies;
  }

  private static double[] distances(Particles particles, Configurations rows) {
    int space = particles.space();
    int n = Math.min(rows.count(), Math.max(1, MOST_POINTS / particles.count()));
    return IntStream.range(0, n)
        .mapToObj(rows::row)
        .flatMapToDouble(
            x ->
                IntStream.range(0, particles.count())
                    .boxed()
                    .flatMapToDouble(
                        i ->
                            IntStream.range(i + 1, particles.count())
                                .mapToDouble(j -> distance(x, i, j, space))))
        .toArray();
  }

  private static double distance(double[] x, int i, int j, int space) {
    return Math.sqrt(
        DoubleStream.iterate(0, c -> c < space, c -> c + 1)
            .map(c -> x[i * space + (int) c] - x[j * space + (int) c])
            .map(d -> d * d)
            .sum());
  }

  /** A Ramachandran plot of each set of rows, where the target is alanine dipeptide. */
  private static void dihedrals(Markup page, Contents contents) {
    if (!contents.energy().name().startsWith(AlanineDipeptide.NAME)) {
      return;
    }
    page.raw("<section><h2>Dihedral angles</h2><div class=\"pair\">");
    for (Rows set : sets(contents)) {
      page.figure(set.name(), "φ across, ψ upwards, in degrees");
      page.raw(
          new ScatterChart(Frame.SMALL_CHART, "φ and ψ of " + set.name(), "φ", "ψ", false)
              .draw(
                  degrees(set.rows(), AlanineDipeptide::phi),
                  degrees(set.rows(), AlanineDipeptide::psi)));
      page.raw("</figure>");
    }
    page.raw("</div></section>");
  }

  private static double[] degrees(Configurations rows, ToDoubleFunction<double[]> angle) {
    return IntStream.range(0, Math.min(rows.count(), MOST_POINTS))
        .mapToDouble(i -> Math.toDegrees(angle.applyAsDouble(rows.row(i))))
        .toArray();
  }
}
