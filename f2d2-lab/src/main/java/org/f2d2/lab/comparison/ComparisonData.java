package org.f2d2.lab.comparison;

import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.f2d2.data.Split;
import org.f2d2.data.Table;
import org.f2d2.lab.TestDensity;

/**
 * What methods are compared on.
 *
 * @param name short name for tables and folders
 * @param training rows that all learn from
 * @param test fresh rows, row-major
 * @param density where the rows come from, if that is known
 */
public record ComparisonData(
    String name, Table training, double[] test, Optional<TestDensity> density) {

  /**
   * Rows of a known density.
   *
   * @param trainingRows how many to learn from
   * @param testRows how many to measure on
   */
  public static ComparisonData of(TestDensity density, int trainingRows, int testRows, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Table training = density.table(trainingRows, random);
    return new ComparisonData(
        density.name(), training, density.sample(testRows, random), Optional.of(density));
  }

  /**
   * Half of a table to learn from and of the other half at most so many rows to measure on.
   *
   * @param testRows most rows to measure on
   */
  public static ComparisonData of(String name, Table table, int testRows, long seed) {
    Split halves = Split.of(table.rows(), 0.5, seed);
    int[] test = IntStream.of(halves.heldOut()).limit(testRows).toArray();
    return new ComparisonData(
        name, table.rows(halves.train()), table.rows(test).values(), Optional.empty());
  }

  /** Number of columns. */
  public int dimensions() {
    return training.columns().size();
  }

  /** What the errors of a model of these rows are measured against. */
  String reference() {
    return density.isPresent() ? "the density that made the rows" : "the model's own exact value";
  }
}
