package org.f2d2.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.f2d2.error.F2d2Exception;

/** Fits a {@link Preprocessing}, column by column and then over all of them. */
final class PreprocessingFit {
  /** A continuous column with more rows than this share at one value is worth a warning. */
  private static final double ATOM_SHARE = 0.05;

  /** Part of a column in a direction from which on it is named. */
  private static final double NAMED_SHARE = 0.1;

  private final PreprocessingOptions options;
  private final RandomGenerator noise;
  private final List<ColumnTransform> columns = new ArrayList<>();
  private final List<double[]> modelled = new ArrayList<>();
  private final List<String> atoms = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();

  private PreprocessingFit(PreprocessingOptions options, RandomGenerator noise) {
    this.options = options;
    this.noise = noise;
  }

  static Preprocessing fit(Table training, PreprocessingOptions options, RandomGenerator noise) {
    if (training.rows() < 2) {
      throw new F2d2Exception(
          training.rows() + " training rows where at least 2 are needed to fit a column");
    }
    for (String name : options.conditions()) {
      if (!training.columns().contains(name)) {
        throw new F2d2Exception("there is no column '" + name + "' to condition on");
      }
    }
    PreprocessingFit fit = new PreprocessingFit(options, noise);
    for (String name : training.columns()) {
      fit.add(name, training.column(name));
    }
    return fit.finish(training.rows());
  }

  private void add(String name, double[] values) {
    for (int r = 0; r < values.length; r++) {
      if (!Double.isFinite(values[r])) {
        throw DataException.inCell("training data", r + 1L, name, values[r] + " is not usable");
      }
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    DistinctValues distinct = DistinctValues.of(sorted);
    if (options.conditions().contains(name)) {
      columns.add(ColumnTransform.Condition.fit(name, distinct));
      return;
    }
    if (distinct.size() == 1) {
      double value = distinct.value(0);
      columns.add(new ColumnTransform.Constant(name, value));
      warnings.add(
          "column '"
              + name
              + "' has the value "
              + NumberText.plain(value)
              + " in every training row; it is set aside, and a row with another value is an"
              + " error");
      return;
    }
    Optional<Lattice> lattice =
        options.lattices()
            ? LatticeDetector.detect(sorted)
                .map(l -> l.within(sorted[0], sorted[sorted.length - 1]))
            : Optional.empty();
    if (lattice.isEmpty()) {
      noteAtom(name, distinct);
    }
    double[] spread = values.clone();
    if (lattice.isPresent()) {
      for (int r = 0; r < spread.length; r++) {
        spread[r] = lattice.get().spread(spread[r], noise);
      }
    }
    ColumnTransform.Tailed smooth =
        ColumnTransform.Tailed.fit(name, lattice, spread, options.tails());
    ColumnTransform.Modelled transform =
        lattice
            .flatMap(l -> LevelQuantile.fit(name, l, values, smooth, spread))
            .<ColumnTransform.Modelled>map(levels -> levels)
            .orElse(smooth);
    columns.add(transform);
    if (options.decorrelation() == Decorrelation.ZCA) {
      modelled.add(Arrays.stream(spread).map(transform::forward).toArray());
    }
  }

  private void noteAtom(String name, DistinctValues distinct) {
    int mode = distinct.mode();
    double share = distinct.count(mode) / (double) distinct.rows();
    if (distinct.count(mode) > 1 && share > ATOM_SHARE) {
      String value = NumberText.plain(distinct.value(mode));
      atoms.add(String.format(Locale.ROOT, "'%s' (%.1f %% at %s)", name, 100 * share, value));
    }
  }

  private void noteDependence(Whitening whitening, int direction) {
    int d = whitening.dimensions();
    List<String> names = new ArrayList<>();
    int at = 0;
    for (ColumnTransform column : columns) {
      if (column instanceof ColumnTransform.Modelled) {
        if (Math.abs(whitening.eigenvectors()[at * d + direction]) > NAMED_SHARE) {
          names.add("'" + column.name() + "'");
        }
        at++;
      }
    }
    warnings.add(
        "columns are exact combinations of each other, where a density has no bound: "
            + String.join(", ", names));
  }

  private Preprocessing finish(int rows) {
    if (!atoms.isEmpty()) {
      warnings.add(
          "many training rows hold one and the same value of a continuous column, where a density"
              + " has no bound: "
              + String.join(", ", atoms));
    }
    List<Whitening> whitening = List.of();
    if (!modelled.isEmpty()) {
      int d = modelled.size();
      double[] all = new double[Math.multiplyExact(rows, d)];
      for (int c = 0; c < d; c++) {
        for (int r = 0; r < rows; r++) {
          all[r * d + c] = modelled.get(c)[r];
        }
      }
      Whitening fitted = WhiteningFit.shrunk(all, d);
      fitted.floored().forEach(direction -> noteDependence(fitted, direction));
      whitening = List.of(fitted);
    }
    return new Preprocessing(
        new Preprocessing.State(Preprocessing.State.VERSION, columns, whitening, warnings));
  }
}
