package org.f2d2.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.f2d2.error.F2d2Exception;
import org.junit.jupiter.api.Test;

class LatticeTest {

  @Test
  void roundsToTheNearestPoint() {
    Lattice odd = new Lattice(1, 2);
    assertEquals(3, odd.round(3.9));
    assertEquals(5, odd.round(4.1));
    assertEquals(-99, odd.round(-98.3));
    // Tenths are what a reader writes, not multiples of what a double takes for 0.1.
    assertEquals(0.3, new Lattice(0, 0.1).round(0.31));
    assertTrue(Double.isNaN(odd.round(Double.NaN)));
  }

  @Test
  void staysWithinTheRange() {
    Lattice lattice = new Lattice(0, 0.5).within(-1.5, 2);
    assertEquals(List.of(-1.5, 2.0), lattice.range());
    assertEquals(-1.5, lattice.round(-1.6));
    assertEquals(-1.5, lattice.round(-1e300));
    assertEquals(2, lattice.round(2.3));
    assertEquals(2, lattice.round(Double.MAX_VALUE));
    assertEquals(0.5, lattice.round(0.6));
  }

  @Test
  void aTrainingValueBesideTheLatticeEndsTheRangeAtAPoint() {
    // A few rows of a column may lie between the points, the least and the greatest among them.
    Lattice lattice = new Lattice(0, 1).within(-0.6, 7.4);
    assertEquals(-1, lattice.round(-50));
    assertEquals(7, lattice.round(50));
    assertEquals(List.of(-1.0, 7.0), lattice.range());
  }

  @Test
  void valuesWithoutNeighboursStay() {
    assertEquals(1e300, new Lattice(0, 1).round(1e300));
    assertEquals(1e300, new Lattice(0, 1).within(-1e300, 1e300).round(1.5e300));
  }

  @Test
  void refusesWhatIsNoLattice() {
    double nan = Double.NaN;
    double inf = Double.POSITIVE_INFINITY;
    assertThrows(F2d2Exception.class, () -> new Lattice(0, 0));
    assertThrows(F2d2Exception.class, () -> new Lattice(0, -1));
    assertThrows(F2d2Exception.class, () -> new Lattice(0, nan));
    assertThrows(F2d2Exception.class, () -> new Lattice(inf, 1));
    for (List<Double> range :
        List.of(
            List.of(1.0),
            List.of(2.0, 1.0),
            List.of(0.0, nan),
            List.of(-inf, 0.0),
            List.of(-Double.MAX_VALUE, Double.MAX_VALUE),
            List.of(0.0, 1.0, 2.0))) {
      assertThrows(F2d2Exception.class, () -> new Lattice(0, 1, range), range.toString());
    }
  }
}
