package org.f2d2.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import org.f2d2.DensityModel;
import org.f2d2.SampleOptions;
import org.f2d2.Samples;
import org.f2d2.data.Batch;
import org.f2d2.data.ColumnMatch;
import org.f2d2.data.CsvRowWriter;
import org.f2d2.data.RowReader;
import org.f2d2.data.TableFile;
import org.f2d2.domain.Domain;
import org.f2d2.domain.configuration.ConfigurationDomain;
import org.f2d2.domain.configuration.Configurations;
import org.f2d2.domain.configuration.EnergyAlone;
import org.f2d2.energy.Energy;
import org.f2d2.error.F2d2Exception;
import org.f2d2.plain.Particles;
import org.f2d2.train.ConfigurationFitOptions;
import org.f2d2.train.FitChoices;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/**
 * Tables of configurations: a column for each coordinate of a target, and others that are not read.
 *
 * @param energy of the target that a fit is for; empty for rows of a model, which knows its own
 * @param scale of the noise of a fit without rows; empty where there are rows
 */
record ConfigurationFiles(Optional<Energy> energy, Optional<Double> scale) implements DataKind {

  @Override
  public boolean reads(String data) {
    return false;
  }

  @Override
  public boolean holds(Domain domain) {
    return domain instanceof ConfigurationDomain;
  }

  @Override
  public boolean takesTeacher() {
    return true;
  }

  private Energy target() {
    return energy.orElseThrow(
        () ->
            new F2d2Exception("configurations are fitted by boltzmann fit, which names a target"));
  }

  @Override
  public FitChoices standard() {
    return scale.isPresent()
        ? ConfigurationFitOptions.ofEnergyAlone(target().name())
        : ConfigurationFitOptions.of(target().name());
  }

  @Override
  public FitChoices options(
      FitChoices base, FitSettings settings, LabelsOption labels, CommandSpec spec) {
    labels.refuseForTables(spec);
    return settings.options((ConfigurationFitOptions) base);
  }

  @Override
  public Batch read(String data, FitSettings settings, LabelsOption labels) {
    if (scale.isPresent()) {
      return new EnergyAlone(target(), scale.get());
    }
    return read(data, target().particles(), target().dimensions());
  }

  /** The rows of a file that has the coordinates among its columns. */
  static Configurations read(String data, Optional<Particles> particles, int dimensions) {
    try (RowReader reader = TableFile.open(data, System.in)) {
      List<String> wanted = Configurations.columns(particles, dimensions);
      reader.select(ColumnMatch.of(reader.source(), reader.columns(), wanted).columns());
      return new Configurations(particles, dimensions, TableFile.readAll(reader, 1).values());
    }
  }

  /** Columns that rows of a target have beside their coordinates. */
  private static final List<String> BESIDE =
      List.of("energy", "log_target", "log_density", "log_weight");

  /** Says which columns are neither coordinates nor what is written beside these. */
  private static void tellUnknown(String data, ConfigurationDomain own, CommandSpec spec) {
    if (data.equals("-")) {
      return;
    }
    try (RowReader reader = TableFile.open(data, System.in)) {
      List<String> unknown = new ArrayList<>(reader.columns());
      unknown.removeAll(own.columns());
      unknown.removeAll(BESIDE);
      UnknownColumns.tell(spec.commandLine().getErr(), reader.source(), unknown);
    }
  }

  private static Configurations read(String data, DensityModel model) {
    ConfigurationDomain own = (ConfigurationDomain) model.domain();
    return read(data, own.particles(), own.dimensions());
  }

  @Override
  public Rows open(String data, DensityModel model, LabelsOption labels, CommandSpec spec) {
    labels.refuseForTables(spec);
    tellUnknown(data, (ConfigurationDomain) model.domain(), spec);
    return Rows.of(data, read(data, model));
  }

  @Override
  public LabelledEvaluation evaluate(
      DensityModel model,
      String data,
      LabelsOption labels,
      @Nullable String label,
      List<Integer> nfe,
      Progress progress,
      CommandSpec spec) {
    if (label != null) {
      throw new ParameterException(spec.commandLine(), "--label is for tables");
    }
    return LabelledEvaluation.unlabelled(model.evaluate(read(data, model), nfe));
  }

  @Override
  public void sample(
      DensityModel model, Draw draw, IntFunction<SampleOptions> options, CommandSpec spec) {
    draw.labels().refuseForTables(spec);
    List<String> columns = new ArrayList<>(model.columns());
    if (draw.density()) {
      columns.add(model.densityName());
    }
    try (CsvRowWriter writer =
        CsvRowWriter.open(draw.output(), StandardOutput.stream(), columns, List.of())) {
      double[] cells = new double[columns.size()];
      for (int block = 0; block < draw.blocks(); block++) {
        Samples samples = model.sample(draw.rows(block), options.apply(block));
        Configurations rows = (Configurations) samples.batch();
        for (int i = 0; i < rows.count(); i++) {
          System.arraycopy(rows.row(i), 0, cells, 0, rows.dimensions());
          if (draw.density()) {
            cells[rows.dimensions()] = samples.logDensity()[i];
          }
          writer.writeRow(cells);
        }
        writer.flush();
      }
      writer.finish();
    }
  }
}
