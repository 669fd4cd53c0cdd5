package org.f2d2.lab.odd;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.f2d2.DensityModel;
import org.f2d2.error.F2d2Exception;
import org.f2d2.lab.TestDensity;
import org.f2d2.lab.cheap.CheapModel;
import org.f2d2.lab.cheap.CheapModels;
import org.f2d2.lab.cheap.RoundedColumns;
import org.f2d2.score.Nfe;
import org.f2d2.train.Budget;
import org.f2d2.train.FitListener;
import org.f2d2.train.FitOptions;

/**
 * Fits the model and the cheap densities to a case's rows and measures its quantities on both.
 *
 * <p>The cheap densities are fitted to rounded columns spread over their cells and without constant
 * columns, as the model is ({@link RoundedColumns}); a probability is thus a density times a cell's
 * width for all. Rows that were not fitted choose the best of them. Their mixtures have no floor
 * but what double precision needs: here widths of a millionth of the column are right.
 */
public final class OddBenchmark {

  /** Added to the variances of a mixture in columns of unit scale. */
  private static final double RIDGE = 1e-15;

  private static final double SECONDS = 60;

  private OddBenchmark() {}

  /**
   * Measures one case.
   *
   * @param options of the model's fit; its seed makes the rows too
   * @param each hears each line as soon as it is measured
   */
  public static List<OddLine> run(OddCase odd, FitOptions options, Consumer<OddLine> each) {
    Inputs inputs = odd.inputs().apply(options.seed());
    Cheap cheap = Cheap.fit(inputs, options.seed());
    List<OddLine> lines = new ArrayList<>();
    try (Fits fits = Fits.of(inputs, options)) {
      Answers exact = fits.answers(Nfe.EXACT);
      Answers one = fits.answers(Nfe.ONE);
      for (Quantity quantity : inputs.quantities()) {
        OddLine line = line(odd, options.seed(), quantity, exact, one, cheap);
        lines.add(line);
        each.accept(line);
      }
    } catch (F2d2Exception refusal) {
      // A table that cannot be modelled, or a question without an answer, is told in one line.
      OddLine line =
          new OddLine(
              odd.id(),
              odd.name(),
              options.seed(),
              "all that is left",
              Double.NaN,
              Double.NaN,
              Double.NaN,
              Double.NaN,
              Double.NaN,
              Double.NaN,
              "",
              false,
              String.valueOf(refusal.getMessage()));
      lines.add(line);
      each.accept(line);
    }
    return lines;
  }

  private static OddLine line(
      OddCase odd, long seed, Quantity quantity, Answers exact, Answers one, Cheap cheap) {
    double byExact = quantity.measure().applyAsDouble(exact);
    double byOne = quantity.measure().applyAsDouble(one);
    double byCheap = quantity.measure().applyAsDouble(cheap.answers());
    return new OddLine(
        odd.id(),
        odd.name(),
        seed,
        quantity.name(),
        quantity.right(),
        Double.isNaN(quantity.low()) ? byCheap - Quantity.CHEAP_MARGIN : quantity.low(),
        quantity.high(),
        byExact,
        byOne,
        byCheap,
        cheap.name(),
        quantity.accepts(byExact, byCheap) && quantity.accepts(byOne, byCheap),
        "");
  }

  /** The cheap density under which fresh rows are likeliest. */
  private record Cheap(String name, Answers answers) {

    static Cheap fit(Inputs inputs, long seed) {
      RoundedColumns columns =
          RoundedColumns.of(TestDensity.table(inputs.dimensions(), inputs.training()), seed);
      List<CheapModel> models = fit(inputs.training(), columns, seed);
      double[] fresh = columns.modelled(columns.spread(inputs.fresh(), seed + 1));
      double[] reached =
          models.stream().mapToDouble(m -> Quantity.average(m.logDensity(fresh))).toArray();
      int best =
          IntStream.range(0, reached.length)
              .boxed()
              .max(Comparator.comparingDouble(i -> reached[i]))
              .orElseThrow();
      CheapModel model = models.get(best);
      if (inputs.second().length == 0) {
        return new Cheap(model.name(), new CheapAnswers(model, columns, inputs.fresh()));
      }
      RoundedColumns others =
          RoundedColumns.of(TestDensity.table(inputs.dimensions(), inputs.second()), seed);
      Answers second =
          new CheapAnswers(fit(inputs.second(), others, seed).get(best), others, inputs.second());
      return new Cheap(model.name(), new CheapAnswers(model, columns, inputs.fresh(), second));
    }

    private static List<CheapModel> fit(double[] rows, RoundedColumns columns, long seed) {
      return CheapModels.fit(
          columns.modelled(columns.spread(rows, seed)), columns.dimensions(), RIDGE, seed);
    }
  }

  /** The model, and that of the second table where there is one; the same one otherwise. */
  private record Fits(DensityModel first, DensityModel second, double timeShare)
      implements AutoCloseable {

    static Fits of(Inputs inputs, FitOptions options) {
      long start = System.nanoTime();
      DensityModel first = fit(inputs.training(), inputs.dimensions(), options);
      double seconds = (System.nanoTime() - start) / 1e9;
      double asked =
          options.budget() instanceof Budget.Minutes m ? SECONDS * m.minutes() : Double.NaN;
      DensityModel second =
          inputs.second().length == 0 ? first : fit(inputs.second(), inputs.dimensions(), options);
      return new Fits(first, second, seconds / asked);
    }

    private static DensityModel fit(double[] rows, int d, FitOptions options) {
      return DensityModel.fit(TestDensity.table(d, rows), options, FitListener.SILENT);
    }

    Answers answers(Nfe nfe) {
      return new ModelAnswers(first, nfe, timeShare, new ModelAnswers(second, nfe, timeShare));
    }

    @Override
    public void close() {
      first.close();
      second.close();
    }
  }
}
