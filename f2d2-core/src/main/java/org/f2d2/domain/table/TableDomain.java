package org.f2d2.domain.table;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.f2d2.data.Batch;
import org.f2d2.data.ColumnMatch;
import org.f2d2.data.Preprocessing;
import org.f2d2.data.Table;
import org.f2d2.domain.Domain;
import org.f2d2.error.F2d2Exception;
import org.f2d2.error.OptionException;

/**
 * Rows of a table of numbers.
 *
 * @param preprocessing the chain of its columns
 */
public record TableDomain(Preprocessing preprocessing) implements Domain {

  @Override
  public String one() {
    return "row";
  }

  @Override
  public String describe() {
    return columns().size() + " columns";
  }

  @Override
  public int moving() {
    return preprocessing.modelDimensions() - preprocessing.conditions();
  }

  @Override
  public int conditions() {
    return preprocessing.conditions();
  }

  @Override
  public boolean hasClasses() {
    return preprocessing.hasClasses();
  }

  @Override
  public boolean canDepart() {
    return preprocessing.canDepart();
  }

  @Override
  public List<String> columns() {
    return preprocessing.columns();
  }

  @Override
  public List<String> warnings() {
    return preprocessing.warnings();
  }

  @Override
  public void requireSound(Batch rows) {
    preprocessing.requireFinite(own(rows).values());
  }

  @Override
  public Points encode(Batch rows) {
    return encode(own(rows).values());
  }

  /** The columns of this domain, in its order. */
  private Table own(Batch rows) {
    if (!(rows instanceof Table table)) {
      throw new F2d2Exception("the model is one of table rows, and these are none");
    }
    List<String> own = ColumnMatch.of("the table", table.columns(), columns()).columns();
    return table.columns().equals(own) ? table : table.select(own);
  }

  /**
   * {@link #encode(Batch)} of rows that lie one after the other.
   *
   * @param rows row-major, in the order of {@link #columns}
   */
  public Points encode(double[] rows) {
    Preprocessing.Mapped mapped = preprocessing.map(rows);
    Map<Integer, String> faults = preprocessing.departures(rows);
    return new Points(mapped.rows(), mapped.logAbsDeterminant(), faults);
  }

  @Override
  public Table decode(double[] points) {
    return Table.of(columns(), preprocessing.inverse(points));
  }

  @Override
  public double[] drawConditions(int n, Optional<Double> only, RandomGenerator random) {
    if (only.isPresent() && !hasClasses()) {
      throw new OptionException("condition", "cannot be used: this model has no classes");
    }
    return preprocessing.drawConditions(n, only, random);
  }
}
