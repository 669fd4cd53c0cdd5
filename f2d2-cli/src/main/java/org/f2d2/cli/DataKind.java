package org.f2d2.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.IntFunction;
import org.f2d2.DensityModel;
import org.f2d2.SampleOptions;
import org.f2d2.StreamScoring;
import org.f2d2.data.Batch;
import org.f2d2.data.CsvRowWriter;
import org.f2d2.domain.Domain;
import org.f2d2.error.F2d2Exception;
import org.f2d2.train.FitChoices;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/**
 * What the commands do with the files of a domain: how its rows are read and written. The commands
 * know those of this library and any that a jar on the class path names in {@code
 * META-INF/services/org.f2d2.cli.DataKind}.
 */
public interface DataKind {

  /** All kinds; the last one reads what no other does. */
  static List<DataKind> all() {
    List<DataKind> all = new ArrayList<>();
    ServiceLoader.load(DataKind.class, DataKind.class.getClassLoader()).forEach(all::add);
    all.addAll(
        List.of(
            new ImageFiles(),
            new ConfigurationFiles(Optional.empty(), Optional.empty()),
            new TableFiles()));
    return all;
  }

  /** That of a file. */
  static DataKind ofFile(String data) {
    return all().stream().filter(kind -> kind.reads(data)).findFirst().orElseThrow();
  }

  /** That of a model. */
  static DataKind of(DensityModel model) {
    return all().stream()
        .filter(kind -> kind.holds(model.domain()))
        .findFirst()
        .orElseThrow(
            () -> new F2d2Exception("the commands know no files of " + model.domain().describe()));
  }

  /** Whether a file holds rows of this kind. */
  boolean reads(String data);

  /** Whether a model is of rows of this kind. */
  boolean holds(Domain domain);

  /** The options of a fit where nobody says anything. */
  FitChoices standard();

  /**
   * The options of a fit.
   *
   * @param base hold where nothing is set
   * @throws F2d2Exception when a setting is out of range, or is not for this kind
   */
  FitChoices options(FitChoices base, FitSettings settings, LabelsOption labels, CommandSpec spec);

  /**
   * The settings that a fit which has begun contradicts, as they are called on the command line.
   */
  default List<String> contradicting(
      FitSettings settings, LabelsOption labels, FitChoices begun, CommandSpec spec) {
    return settings.contradicting(
        one -> options(begun, one, new LabelsOption(), spec).equals(begun));
  }

  /** Whether a fit can take the teacher of another model. */
  default boolean takesTeacher() {
    return false;
  }

  /** Reads the rows of a fit. */
  Batch read(String data, FitSettings settings, LabelsOption labels);

  /** Rows that are about to be scored. */
  interface Rows extends AutoCloseable {
    /** What messages call them. */
    String name();

    /** How many there are; 0 if that is not known. */
    int count();

    /** Scores them. */
    StreamScoring.Work score(StreamScoring scoring, CsvRowWriter writer, Progress progress);

    @Override
    void close();

    /** Rows that are in memory. */
    static Rows of(String name, Batch rows) {
      return new Rows() {
        @Override
        public String name() {
          return name;
        }

        @Override
        public int count() {
          return rows.count();
        }

        @Override
        public StreamScoring.Work score(
            StreamScoring scoring, CsvRowWriter writer, Progress progress) {
          return scoring.run(rows, name, writer, done -> progress.step(done, Double.NaN));
        }

        @Override
        public void close() {
          // There is nothing to close.
        }
      };
    }
  }

  /**
   * Opens rows that a model is to score.
   *
   * @param spec of the command that asks
   */
  default Rows open(String data, DensityModel model, LabelsOption labels, CommandSpec spec) {
    return Rows.of(data, read(data, new FitSettings(), labels));
  }

  /**
   * Measures a model.
   *
   * @param label column that says which rows are anomalies, if any
   */
  default LabelledEvaluation evaluate(
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
    Batch rows = read(data, new FitSettings(), labels);
    progress.message(
        "evaluating "
            + rows.count()
            + " "
            + model.domain().one()
            + "s; the exact values take the longest");
    return LabelledEvaluation.unlabelled(model.evaluate(rows, nfe));
  }

  /** What is to be drawn, and where to. */
  record Draw(int count, String output, boolean density, LabelsOption labels) {

    /** Rows that are drawn at once. */
    private static final int BLOCK = 1 << 14;

    /** How many blocks there are. */
    int blocks() {
      return (count - 1) / BLOCK + 1;
    }

    /** Rows of a block. */
    int rows(int block) {
      return Math.min(BLOCK, count - block * BLOCK);
    }
  }

  /**
   * Draws rows and writes them, block by block, so that the count is limited by no memory.
   *
   * @param options of a block, each of which has draws of its own
   */
  void sample(DensityModel model, Draw draw, IntFunction<SampleOptions> options, CommandSpec spec);
}
