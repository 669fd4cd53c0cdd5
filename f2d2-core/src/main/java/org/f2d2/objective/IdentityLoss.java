package org.f2d2.objective;

import java.util.ArrayList;
import java.util.List;
import org.f2d2.flow.FlowMapIdentities.Sides;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Tensor;

/**
 * The loss that the methods over a flow map have in common: the mean over rows of the weighted
 * squared difference of the two sides of an identity.
 *
 * <p>A share of the rows is diagonal and regresses f(x,s,s) on the instantaneous field; the others
 * have a method's own identity at times s and t in either order, so that jumps from data to noise
 * are trained too.
 *
 * @param setting model, field, data and error
 * @param diagonalShare share of diagonal rows, in [0, 1]
 * @param reach largest |t-s| of the other rows, in (0, 1]
 * @param weight of a row at two times
 * @param diagonalWeight of a diagonal row
 */
record IdentityLoss(
    Setting setting,
    double diagonalShare,
    double reach,
    RowWeight weight,
    RowWeight diagonalWeight) {

  private static final TimeLaw UNIFORM = new TimeLaw.Uniform();

  IdentityLoss {
    if (!(diagonalShare >= 0 && diagonalShare <= 1)) {
      throw new IllegalArgumentException(
          "the share of diagonal rows must lie in [0, 1], got " + diagonalShare);
    }
    if (!(reach > 0 && reach <= 1)) {
      throw new IllegalArgumentException("the reach must lie in (0, 1], got " + reach);
    }
  }

  /** With one weight for all rows. */
  IdentityLoss(Setting setting, double diagonalShare, double reach, RowWeight weight) {
    this(setting, diagonalShare, reach, weight, weight);
  }

  /** Over the whole square of times, all rows alike. */
  IdentityLoss(Setting setting, double diagonalShare) {
    this(setting, diagonalShare, 1, RowWeight.EQUAL);
  }

  /** What a method asks about rows at two times. */
  @FunctionalInterface
  interface OffDiagonal {
    /** The rows of points b and target times t [n, 1]. */
    BatchRows rows(PathBatch b, Tensor t, Rng rng);
  }

  /** An estimate of the loss from random rows. */
  Tensor of(int rows, Rng rng, OffDiagonal method) {
    // Rounded at random, so that the share is kept on average whatever the number of rows.
    double rounding = rng.uniform(DType.FLOAT64, 1).item();
    int diagonal = (int) Math.floor(diagonalShare * rows + rounding);
    List<BatchRows> kinds = new ArrayList<>();
    if (diagonal > 0) {
      kinds.add(BatchRows.diagonal(setting, draw(diagonal, rng), rng));
    }
    if (diagonal < rows) {
      PathBatch b = draw(rows - diagonal, rng);
      kinds.add(method.rows(b, target(b.s(), rng), rng));
    }
    Sides sides = BatchRows.ask(setting.model(), kinds);
    if (diagonal == rows || (diagonal > 0 && weight.equals(diagonalWeight))) {
      return error(sides, diagonalWeight);
    }
    if (diagonal == 0) {
      return error(sides, weight);
    }
    Tensor own = error(rows(sides, 0, diagonal), diagonalWeight);
    Tensor others = error(rows(sides, diagonal, rows), weight);
    double share = (double) diagonal / rows;
    return own.mul(share).addScaled(others, 1 - share);
  }

  private Tensor error(Sides sides, RowWeight weight) {
    return setting.error().of(sides, weight, setting.model().coordinates());
  }

  private static Sides rows(Sides sides, int from, int to) {
    return new Sides(sides.left().rows(from, to), sides.right().rows(from, to));
  }

  /** Points on the path at uniform times. */
  PathBatch draw(int rows, Rng rng) {
    Tensor s = UNIFORM.draw(rows, setting.data().type(), rng);
    return setting.draw(s, rng);
  }

  /** Uniform among the times within reach. */
  private Tensor target(Tensor s, Rng rng) {
    Tensor share = rng.uniform(s.type(), s.size(0), 1);
    if (reach == 1) {
      return share;
    }
    Tensor first = s.sub(reach).clamp(0, 1);
    return first.addProduct(share, s.add(reach).clamp(0, 1).sub(first));
  }
}
