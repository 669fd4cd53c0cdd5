package org.f2d2.lab.cheap;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.f2d2.data.ColumnTransform;
import org.f2d2.data.Lattice;
import org.f2d2.data.Preprocessing;
import org.f2d2.data.PreprocessingOptions;
import org.f2d2.data.Table;
import org.f2d2.domain.table.PreprocessingFit;

/**
 * What is done to a table's columns before any density sees them, the same for all that are
 * compared.
 *
 * <p>A value that repeats has no density: a model could put a spike on each of the numbers 0 to 16
 * and have any likelihood it likes. So rounded columns ({@link Lattice}) are spread evenly over
 * their cells, rows of the fit and of the test alike, and every likelihood is that of the spread
 * column, in the units of the input. Columns with one value are set aside, and a row that departs
 * from one is in no likelihood. Which columns are rounded is found as a fit finds it.
 */
public final class RoundedColumns {

  private final Preprocessing preprocessing;
  private final int[] modelled;

  private RoundedColumns(Preprocessing preprocessing) {
    this.preprocessing = preprocessing;
    this.modelled =
        IntStream.range(0, preprocessing.transforms().size())
            .filter(c -> preprocessing.transforms().get(c).coordinates() > 0)
            .toArray();
  }

  /** Finds the rounded and the constant columns of the rows that are fitted. */
  public static RoundedColumns of(Table training, long seed) {
    return new RoundedColumns(
        PreprocessingFit.fit(
            training, PreprocessingOptions.defaults(), new SplittableRandom(seed)));
  }

  /** Number of columns that have a density. */
  public int dimensions() {
    return modelled.length;
  }

  /** Whether any column is rounded. */
  public boolean any() {
    return preprocessing.transforms().stream().anyMatch(ColumnTransform::spreads);
  }

  /** Rows that depart from no constant column, in their order; row-major. */
  public double[] known(double[] rows) {
    int columns = preprocessing.transforms().size();
    List<Integer> keep = new ArrayList<>();
    for (int r = 0; r < rows.length / columns; r++) {
      if (preprocessing.departure(rows, r).isEmpty()) {
        keep.add(r);
      }
    }
    double[] out = new double[keep.size() * columns];
    for (int i = 0; i < keep.size(); i++) {
      System.arraycopy(rows, keep.get(i) * columns, out, i * columns, columns);
    }
    return out;
  }

  /**
   * All columns, the rounded ones spread over their cells.
   *
   * @param rows row-major, in input units
   * @param seed of the places in the cells
   */
  public double[] spread(double[] rows, long seed) {
    SplittableRandom noise = new SplittableRandom(seed);
    double[] out = rows.clone();
    int columns = preprocessing.transforms().size();
    for (int i = 0; i < out.length; i++) {
      out[i] = preprocessing.transforms().get(i % columns).spread(out[i], noise);
    }
    return out;
  }

  /** The columns that have a density, row-major [n, dimensions]. */
  public double[] modelled(double[] rows) {
    int columns = preprocessing.transforms().size();
    double[] out = new double[rows.length / columns * modelled.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = rows[i / modelled.length * columns + modelled[i % modelled.length]];
    }
    return out;
  }
}
