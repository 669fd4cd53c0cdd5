package org.f2d2.cli;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.IntFunction;
import org.f2d2.DensityModel;
import org.f2d2.SampleOptions;
import org.f2d2.Samples;
import org.f2d2.StreamScoring;
import org.f2d2.data.Batch;
import org.f2d2.data.ColumnMatch;
import org.f2d2.data.CsvRowWriter;
import org.f2d2.data.DataException;
import org.f2d2.data.RowReader;
import org.f2d2.data.TableFile;
import org.f2d2.domain.Domain;
import org.f2d2.domain.table.TableDomain;
import org.f2d2.error.F2d2Exception;
import org.f2d2.train.FitChoices;
import org.f2d2.train.FitOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/** Tables: CSV, gzipped CSV, .npy and standard input. */
final class TableFiles implements DataKind {

  @Override
  public boolean reads(String data) {
    return true;
  }

  @Override
  public boolean holds(Domain domain) {
    return domain instanceof TableDomain;
  }

  @Override
  public FitChoices standard() {
    return FitOptions.DEFAULT;
  }

  @Override
  public FitChoices options(
      FitChoices base, FitSettings settings, LabelsOption labels, CommandSpec spec) {
    labels.refuseForTables(spec);
    return settings.options((FitOptions) base);
  }

  @Override
  public Batch read(String data, FitSettings settings, LabelsOption labels) {
    try (RowReader reader = TableFile.open(data, System.in)) {
      if (settings.label() != null) {
        reader.labelColumn(settings.label());
      }
      reader.select(kept(reader, settings));
      return TableFile.readAll(reader, 1);
    } catch (DataException e) {
      String message = String.valueOf(e.getMessage());
      throw message.endsWith("is not a number")
          ? new F2d2Exception(message + "; --ignore leaves a column of words out", e)
          : e;
    }
  }

  // Ignored columns are not parsed, so they may hold anything.
  private static List<String> kept(RowReader reader, FitSettings settings) {
    List<String> kept = new ArrayList<>(reader.columns());
    for (String name : new LinkedHashSet<>(settings.ignore())) {
      if (!kept.remove(name)) {
        throw new DataException(reader.source(), "there is no column '" + name + "' to ignore");
      }
    }
    if (kept.isEmpty()) {
      throw new DataException(reader.source(), "no column is left for the model");
    }
    return kept;
  }

  @Override
  public Rows open(String data, DensityModel model, LabelsOption labels, CommandSpec spec) {
    labels.refuseForTables(spec);
    ImageFiles.refuse(data);
    RowReader reader = TableFile.open(data, System.in);
    try {
      ColumnMatch match = ColumnMatch.of(reader.source(), reader.columns(), model.columns());
      UnknownColumns.tell(spec.commandLine().getErr(), reader.source(), match.unknown());
      reader.select(match.columns());
      reader.keepBlankLines();
      return new OfReader(reader);
    } catch (RuntimeException e) {
      reader.close();
      throw e;
    }
  }

  private record OfReader(RowReader reader) implements Rows {

    @Override
    public String name() {
      return reader.source();
    }

    @Override
    public int count() {
      return 0;
    }

    @Override
    public StreamScoring.Work score(StreamScoring scoring, CsvRowWriter writer, Progress progress) {
      return scoring.run(reader, writer, rows -> progress.step(rows, Double.NaN));
    }

    @Override
    public void close() {
      reader.close();
    }
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
    labels.refuseForTables(spec);
    ImageFiles.refuse(data);
    LabelledRows rows =
        LabelledRows.read(data, System.in, model.columns(), label, spec.commandLine().getErr());
    int n = rows.values().length / model.columns().size();
    progress.message(
        "evaluating " + n + (n == 1 ? " row" : " rows") + "; the exact values take the longest");
    return LabelledEvaluation.of(model, rows, nfe);
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
      int d = model.columns().size();
      double[] cells = new double[columns.size()];
      for (int block = 0; block < draw.blocks(); block++) {
        Samples samples = model.sample(draw.rows(block), options.apply(block));
        double[] rows = samples.rows();
        for (int i = 0; i < draw.rows(block); i++) {
          System.arraycopy(rows, i * d, cells, 0, d);
          if (draw.density()) {
            cells[d] = samples.logDensity()[i];
          }
          writer.writeRow(cells);
        }
        writer.flush();
      }
      writer.finish();
    }
  }
}
