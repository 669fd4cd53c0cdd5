package org.f2d2.objective;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.f2d2.flow.NetworkFlowMap;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Scope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows at two times may have a weight that diagonal rows have not. */
class IdentityLossTest {

  private static final int ROWS = 20;
  private static final RowWeight FALLING = new RowWeight.Adaptive(1, 1e-2);

  /** A weight that is 1 but does not say so. */
  private static final RowWeight ONES = new RowWeight.Adaptive(0, 1);

  /** u alone, whose rows have weights. */
  private static Setting setting() {
    NetworkFlowMap map = Students.map(DType.FLOAT64);
    return new Setting(
        map, new Instantaneous.Data(map), Students.data(DType.FLOAT64), new JointError(0));
  }

  private static double loss(double diagonalShare, RowWeight weight, RowWeight diagonal) {
    try (Scope scope = Scope.open()) {
      Setting setting = setting();
      IdentityLoss loss = new IdentityLoss(setting, diagonalShare, 1, weight, diagonal);
      return loss.of(
              ROWS,
              new Rng(7),
              (b, t, rng) -> BatchRows.semigroup(setting, b, t, t.add(b.s()).mul(0.5)))
          .item();
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.25, 1})
  void aWeightOfOneChangesNothing(double share) {
    double plain = loss(share, RowWeight.EQUAL, RowWeight.EQUAL);
    assertEquals(plain, loss(share, ONES, RowWeight.EQUAL), 1e-12 * plain);
    assertEquals(plain, loss(share, RowWeight.EQUAL, ONES), 1e-12 * plain);
  }

  @Test
  void eachKindOfRowHasItsOwnWeight() {
    double plain = loss(0.25, RowWeight.EQUAL, RowWeight.EQUAL);
    double both = loss(0.25, FALLING, FALLING);
    double jumps = loss(0.25, FALLING, RowWeight.EQUAL);
    double diagonal = loss(0.25, RowWeight.EQUAL, FALLING);
    assertTrue(Math.abs(jumps - plain) > 1e-3 && Math.abs(diagonal - plain) > 1e-3);
    // The two kinds add up.
    assertEquals(plain + both, jumps + diagonal, 1e-12 * plain);
  }

  @Test
  void aKindThatIsNotThereHasNoWeight() {
    assertEquals(
        loss(1, RowWeight.EQUAL, RowWeight.EQUAL), loss(1, FALLING, RowWeight.EQUAL), 1e-15);
    assertEquals(
        loss(0, RowWeight.EQUAL, RowWeight.EQUAL), loss(0, RowWeight.EQUAL, FALLING), 1e-15);
  }

  private static double esd(double diagonalShare, RowWeight weight) {
    try (Scope scope = Scope.open()) {
      return new EulerianSelfDistillation(setting(), diagonalShare, weight)
          .loss(ROWS, new Rng(7))
          .item();
    }
  }

  @Test
  void esdSparesTheNoisyDiagonalRows() {
    assertEquals(esd(1, RowWeight.EQUAL), esd(1, FALLING), 1e-15);
    // |e|² / (|e|² + c) is less than 1 and, where the error is large, less than |e|².
    double jumps = esd(0, FALLING);
    assertTrue(jumps > 0 && jumps < 1, "" + jumps);
    assertTrue(Math.abs(esd(0, RowWeight.EQUAL) - jumps) > 1e-3);
  }
}
