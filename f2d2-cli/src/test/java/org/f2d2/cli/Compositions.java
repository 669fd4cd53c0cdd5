package org.f2d2.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.f2d2.DensityModel;
import org.f2d2.ModelFormat;
import org.f2d2.SampleOptions;
import org.f2d2.TableFormat;
import org.f2d2.data.Batch;
import org.f2d2.data.Table;
import org.f2d2.domain.Domain;
import org.f2d2.domain.table.TableDomain;
import org.f2d2.error.F2d2Exception;
import org.f2d2.train.FitChoices;
import org.f2d2.train.FitOptions;
import org.f2d2.train.FittedFlow;
import org.f2d2.train.ThroughAnother;
import picocli.CommandLine.Model.CommandSpec;

/** A domain that the library does not have: positive parts that add up to one. */
final class Compositions {

  private Compositions() {}

  record Parts(List<double[]> rows) implements Batch {
    @Override
    public int count() {
      return rows.size();
    }

    @Override
    public Parts range(int from, int to) {
      return new Parts(rows.subList(from, to));
    }

    /** ln(x_i / x_last), whose density is that of the parts over ∏ 1/x_i. */
    Table ratios() {
      int d = rows.get(0).length - 1;
      double[] out =
          rows.stream()
              .flatMapToDouble(x -> IntStream.range(0, d).mapToDouble(i -> Math.log(x[i] / x[d])))
              .toArray();
      return Table.of(IntStream.range(0, d).mapToObj(i -> "r" + i).toList(), out);
    }
  }

  record Simplex(TableDomain ratios) implements Domain {
    @Override
    public String one() {
      return "composition";
    }

    @Override
    public int moving() {
      return ratios.moving();
    }

    @Override
    public int conditions() {
      return ratios.conditions();
    }

    @Override
    public Points encode(Batch rows) {
      Points inner = ratios.encode(((Parts) rows).ratios());
      double[] volume = inner.logAbsDeterminant().clone();
      for (int r = 0; r < volume.length; r++) {
        volume[r] -= Arrays.stream(((Parts) rows).rows().get(r)).map(Math::log).sum();
      }
      return new Points(inner.values(), volume, inner.faults());
    }

    @Override
    public Parts decode(double[] points) {
      double[] y = ratios.decode(points).values();
      int d = ratios.columns().size();
      return new Parts(
          IntStream.range(0, y.length / d)
              .mapToObj(
                  r -> {
                    double[] x = new double[d + 1];
                    Arrays.setAll(x, i -> i == d ? 1 : Math.exp(y[r * d + i]));
                    double sum = Arrays.stream(x).sum();
                    return Arrays.stream(x).map(v -> v / sum).toArray();
                  })
              .toList());
    }

    @Override
    public double[] drawConditions(int n, Optional<Double> only, RandomGenerator random) {
      return ratios.drawConditions(n, only, random);
    }
  }

  static final class Options extends ThroughAnother {
    Options(FitChoices table) {
      super("composition", table);
    }

    @Override
    protected Batch inner(Batch rows) {
      return ((Parts) rows).ratios();
    }

    @Override
    protected Domain outer(Domain other) {
      return new Simplex((TableDomain) other);
    }

    @Override
    protected Options with(FitChoices other) {
      return new Options(other);
    }
  }

  public static final class Format implements ModelFormat {
    @Override
    public String one() {
      return "composition";
    }

    @Override
    public String description() {
      return "compositions";
    }

    @Override
    public boolean holds(Domain domain) {
      return domain instanceof Simplex;
    }

    @Override
    public void write(Path directory, FittedFlow model) {
      Simplex own = (Simplex) model.domain();
      new TableFormat().write(directory.resolve(description()), model.with(own.ratios()));
    }

    @Override
    public FittedFlow read(Path directory) {
      FittedFlow flow = new TableFormat().read(directory.resolve(description()));
      return flow.with(new Simplex((TableDomain) flow.domain()));
    }
  }

  /** Files of lines of parts, which end in .parts. */
  public static final class Kind implements DataKind {
    @Override
    public boolean reads(String data) {
      return data.endsWith(".parts");
    }

    @Override
    public boolean holds(Domain domain) {
      return domain instanceof Simplex;
    }

    @Override
    public FitChoices standard() {
      return new Options(FitOptions.DEFAULT);
    }

    @Override
    public FitChoices options(FitChoices base, FitSettings set, LabelsOption l, CommandSpec spec) {
      return new Options(set.options((FitOptions) ((Options) base).inner()));
    }

    @Override
    public Parts read(String data, FitSettings settings, LabelsOption labels) {
      try {
        return new Parts(
            Files.readAllLines(Path.of(data)).stream()
                .map(l -> Arrays.stream(l.split(",")).mapToDouble(Double::parseDouble).toArray())
                .toList());
      } catch (IOException e) {
        throw new F2d2Exception(data + ": cannot be read", e);
      }
    }

    @Override
    public void sample(
        DensityModel model, Draw draw, IntFunction<SampleOptions> options, CommandSpec spec) {
      Parts drawn = (Parts) model.sample(draw.count(), options.apply(0)).batch();
      for (double[] x : drawn.rows()) {
        spec.commandLine()
            .getOut()
            .println(Arrays.stream(x).mapToObj(Double::toString).collect(Collectors.joining(",")));
      }
      spec.commandLine().getOut().flush();
    }
  }
}
