package org.f2d2.domain.table;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.f2d2.data.ColumnTransform;
import org.f2d2.data.DataException;
import org.f2d2.data.Decorrelation;
import org.f2d2.data.DistinctValues;
import org.f2d2.data.FarGroups;
import org.f2d2.data.Lattice;
import org.f2d2.data.LevelQuantile;
import org.f2d2.data.NumberText;
import org.f2d2.data.Preprocessing;
import org.f2d2.data.PreprocessingOptions;
import org.f2d2.data.PreprocessingState;
import org.f2d2.data.Table;
import org.f2d2.data.TailedColumn;
import org.f2d2.data.Whitening;
import org.f2d2.error.F2d2Exception;

/** Fits a {@link Preprocessing}, column by column and then over all of them. */
public final class PreprocessingFit {
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

  /**
   * Fits the chain.
   *
   * @param training at least two rows, all values finite
   * @param options which steps to use
   * @param noise spreads lattice columns for the fit of the later steps
   * @throws F2d2Exception when there are fewer than two rows, a value is not finite or beyond
   *     1e100, or every column is constant
   */
  public static Preprocessing fit(
      Table training, PreprocessingOptions options, RandomGenerator noise) {
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
    return fit.finish(training);
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
    Optional<Lattice> lattice = lattice(sorted);
    if (lattice.isEmpty()) {
      noteAtom(name, distinct);
    }
    Fitted fitted = fitted(name, lattice, values);
    columns.add(fitted.transform());
    if (options.decorrelation() == Decorrelation.ZCA) {
      modelled.add(fitted.forward());
    }
  }

  /**
   * A fitted column.
   *
   * @param forward its training values in model units, spread over their cells
   */
  private record Fitted(ColumnTransform.Modelled transform, double[] forward) {}

  private Fitted fitted(String name, Optional<Lattice> lattice, double[] values) {
    double[] spread = values.clone();
    if (lattice.isPresent()) {
      for (int r = 0; r < spread.length; r++) {
        spread[r] = lattice.get().spread(spread[r], noise);
      }
    }
    TailedColumn smooth = TailedColumn.fit(name, lattice, spread, options.tails());
    ColumnTransform.Modelled transform =
        lattice
            .flatMap(l -> LevelQuantile.fit(name, l, values, smooth, spread))
            .<ColumnTransform.Modelled>map(levels -> levels)
            .orElse(smooth);
    return new Fitted(transform, Arrays.stream(spread).map(transform::forward).toArray());
  }

  private Optional<Lattice> lattice(double[] sorted) {
    return options.lattices()
        ? LatticeDetector.detect(sorted).map(l -> l.within(sorted[0], sorted[sorted.length - 1]))
        : Optional.empty();
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
      for (int i = 0; i < column.coordinates(); i++) {
        if (Math.abs(whitening.eigenvectors()[at++ * d + direction]) > NAMED_SHARE) {
          names.add("'" + column.name() + "'");
        }
      }
    }
    String warning =
        "columns are exact combinations of each other, where a density has no bound: "
            + String.join(", ", names);
    // Groups of rows may each say so.
    if (!warnings.contains(warning)) {
      warnings.add(warning);
    }
  }

  private Preprocessing finish(Table training) {
    if (!atoms.isEmpty()) {
      warnings.add(
          "many training rows hold one and the same value of a continuous column, where a density"
              + " has no bound: "
              + String.join(", ", atoms));
    }
    Optional<FarGroupsFit.Found> found =
        options.conditions().isEmpty() ? FarGroupsFit.find(training, columns) : Optional.empty();
    List<FarGroups> groups = found.stream().map(f -> groups(training, f)).toList();
    List<Whitening> whitening = groups.isEmpty() ? whitening(training, modelled) : List.of();
    return new Preprocessing(
        new PreprocessingState(PreprocessingState.VERSION, columns, whitening, warnings, groups));
  }

  private List<Whitening> whitening(Table training, List<double[]> modelled) {
    if (modelled.isEmpty() || options.decorrelation() == Decorrelation.NONE) {
      return List.of();
    }
    int d = modelled.size();
    int rows = modelled.get(0).length;
    double[] all = new double[Math.multiplyExact(rows, d)];
    for (int c = 0; c < d; c++) {
      for (int r = 0; r < rows; r++) {
        all[r * d + c] = modelled.get(c)[r];
      }
    }
    int[] group =
        WhiteningFit.needsGroups(rows, d)
            ? EqualRows.of(training).group()
            : IntStream.range(0, rows).toArray();
    Whitening fitted = WhiteningFit.shrunk(all, d, group);
    fitted.floored().forEach(direction -> noteDependence(fitted, direction));
    return List.of(fitted);
  }

  private FarGroups groups(Table training, FarGroupsFit.Found found) {
    List<FarGroups.Group> groups = new ArrayList<>();
    found
        .rows()
        .forEach(
            (segments, rows) -> {
              Table own = training.rows(rows);
              List<ColumnTransform> transforms = new ArrayList<>();
              List<double[]> forward = new ArrayList<>();
              for (int c = 0; c < columns.size(); c++) {
                if (columns.get(c) instanceof ColumnTransform.Modelled whole) {
                  double[] values = own.column(whole.name());
                  Fitted fitted =
                      fitted(
                          whole.name(),
                          latticeWithin(whole, values, found.withoutLattice().contains(c)),
                          values);
                  transforms.add(fitted.transform());
                  forward.add(fitted.forward());
                } else {
                  transforms.add(columns.get(c));
                }
              }
              double share = rows.length / (double) training.rows();
              groups.add(new FarGroups.Group(segments, share, transforms, whitening(own, forward)));
            });
    return new FarGroups(found.cuts(), groups);
  }

  /** The lattice of the whole column, between the group's values; or one that is found in them. */
  private Optional<Lattice> latticeWithin(
      ColumnTransform.Modelled whole, double[] values, boolean anew) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return anew
        ? lattice(sorted)
        : whole.lattice().stream()
            .findFirst()
            .map(l -> l.within(sorted[0], sorted[sorted.length - 1]));
  }
}
