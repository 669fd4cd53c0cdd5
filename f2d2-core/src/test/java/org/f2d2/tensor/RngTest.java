package org.f2d2.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RngTest {

  private Scope scope;

  @BeforeEach
  void open() {
    scope = Scope.open();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  private static double[] draw(Rng rng) {
    return rng.normal(DType.FLOAT64, 8).toDoubles();
  }

  @Test
  void theSeedFixesTheDraws() {
    assertArrayEquals(draw(new Rng(5)), draw(new Rng(5)));
    assertFalse(Arrays.equals(draw(new Rng(5)), draw(new Rng(6))));
  }

  @Test
  void derivedSourcesDoNotDependOnWhatWasDrawn() {
    Rng used = new Rng(5);
    draw(used);
    assertArrayEquals(draw(new Rng(5).derive(3, 7)), draw(used.derive(3, 7)));
    assertEquals(Rng.deriveSeed(5, 3, 7), used.derive(3, 7).seed());
  }

  @Test
  void derivedSourcesDiffer() {
    Set<Long> seeds = new HashSet<>();
    for (long i = 0; i < 30; i++) {
      for (long j = 0; j < 30; j++) {
        seeds.add(Rng.deriveSeed(5, i, j));
      }
      seeds.add(Rng.deriveSeed(5, i));
    }
    assertEquals(30 * 31, seeds.size());
  }

  /** The engine's own draws of 5 and of 50 rows have no row in common. */
  @Test
  void theFirstRowsDoNotDependOnTheirNumber() {
    for (DType type : new DType[] {DType.FLOAT32, DType.FLOAT64}) {
      double[] many = new Rng(5).normalRows(type, 200, 3).toDoubles();
      for (int rows : new int[] {0, 1, 5, 63, 64, 65, 128, 199}) {
        double[] few = new Rng(5).normalRows(type, rows, 3).toDoubles();
        assertArrayEquals(Arrays.copyOf(many, 3 * rows), few, rows + " rows of " + type);
      }
    }
  }

  @Test
  void normalRowsAreNormal() {
    Tensor x = new Rng(6).normalRows(DType.FLOAT32, 30_000, 2).to(DType.FLOAT64);
    assertEquals(0, x.mean().item(), 4 / Math.sqrt(60_000));
    assertEquals(1, x.square().mean().item(), 4 * Math.sqrt(2 / 60_000.0));
    Tensor neighbours = x.rows(1, 30_000).mul(x.rows(0, 29_999));
    assertEquals(0, neighbours.mean().item(), 4 / Math.sqrt(60_000));
  }

  @Test
  void theStateCanBePutBack() {
    Rng rng = new Rng(5);
    draw(rng);
    byte[] state = rng.state();
    double[] next = draw(rng);
    draw(rng);
    rng.restore(state);
    assertArrayEquals(next, draw(rng));
    Rng other = new Rng(99);
    other.restore(state);
    assertArrayEquals(next, draw(other));
  }

  @Test
  void drawsHaveTheirLaws() {
    Rng rng = new Rng(1);
    int n = 100_000;
    Tensor normal = rng.normal(DType.FLOAT64, n);
    assertEquals(0, normal.mean().item(), 0.02);
    assertEquals(1, normal.square().mean().item(), 0.03);
    Tensor uniform = rng.uniform(DType.FLOAT64, n);
    assertEquals(0.5, uniform.mean().item(), 0.005);
    assertTrue(uniform.max().item() < 1 && uniform.neg().max().item() <= 0);
    Tensor signs = rng.rademacher(DType.FLOAT64, n);
    assertEquals(n, signs.square().sum().item());
    assertEquals(0, signs.mean().item(), 0.02);
    long[] integers = rng.integers(3, n).toLongs();
    for (int k = 0; k < 3; k++) {
      int value = k;
      double count = Arrays.stream(integers).filter(i -> i == value).count();
      assertEquals(n / 3.0, count, 1000);
    }
    long[] permutation = rng.permutation(100).toLongs();
    assertEquals(100, Arrays.stream(permutation).distinct().count());
  }
}
