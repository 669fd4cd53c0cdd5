package org.f2d2.data;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.f2d2.error.F2d2Exception;
import org.f2d2.store.Earlier;

/**
 * The values {@code offset + spacing * k}, k an integer: where the values of a rounded column sit.
 *
 * <p>A density has no meaning at values that repeat, so in training such a column is spread evenly
 * over the cells of half a spacing to either side. The density of the spread column is the
 * probability of a value divided by the spacing, in units of the input column.
 *
 * @param offset one point of the lattice, in units of the column
 * @param spacing distance between neighbours, in units of the column; positive
 * @param range the least and the greatest training value, which samples stay between; empty where
 *     they are not known
 */
@JsonNaming(PropertyNamingStrategies.KebabCaseStrategy.class)
public record Lattice(double offset, double spacing, @Earlier List<Double> range) {
  /** Checks that all are finite, the spacing is positive and the range is in order. */
  public Lattice {
    // Models of earlier versions have no range.
    range = List.copyOf(Objects.requireNonNullElse(range, List.of()));
    if (!Double.isFinite(offset) || !Double.isFinite(spacing) || spacing <= 0) {
      throw new F2d2Exception("no lattice has offset " + offset + " and spacing " + spacing);
    }
    boolean inOrder =
        range.isEmpty()
            || (range.size() == 2
                && range.get(0) <= range.get(1)
                && Double.isFinite(range.get(1) - range.get(0)));
    if (!inOrder) {
      throw new F2d2Exception("no lattice has the range " + range);
    }
  }

  /** A lattice without ends. */
  public Lattice(double offset, double spacing) {
    this(offset, spacing, List.of());
  }

  /**
   * The same lattice, whose samples stay between two training values, or the points next to them
   * where these lie beside the lattice.
   */
  public Lattice within(double least, double greatest) {
    Lattice endless = new Lattice(offset, spacing);
    return new Lattice(offset, spacing, List.of(endless.round(least), endless.round(greatest)));
  }

  /**
   * The nearest point of the lattice within its range; values too large for neighbours to differ
   * stay as they are.
   */
  public double round(double value) {
    double held = range.isEmpty() ? value : Math.max(range.get(0), Math.min(range.get(1), value));
    double k = Math.rint((held - offset) / spacing);
    if (Math.abs(k) >= 0x1p52) {
      return held;
    }
    return point(k);
  }

  private double point(double k) {
    // Dividing by a whole number gives 0.3 where multiplying by 0.1 gives 0.30000000000000004.
    double cells = Math.rint(1 / spacing);
    return cells > 1 && 1 / cells == spacing ? offset + k / cells : offset + k * spacing;
  }

  /**
   * Adds noise that is uniform over one cell around the value.
   *
   * @param value any value; it need not be on the lattice
   * @param noise draws once
   */
  public double spread(double value, RandomGenerator noise) {
    return value + spacing * (noise.nextDouble() - 0.5);
  }
}
