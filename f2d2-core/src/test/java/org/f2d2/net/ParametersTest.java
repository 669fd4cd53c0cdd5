package org.f2d2.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.f2d2.plain.FourierFeatures;
import org.f2d2.plain.MlpArchitecture;
import org.f2d2.plain.TimeEmbedding;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ParametersTest {

  private static final List<Parameters.Entry> ENTRIES =
      List.of(
          Parameters.Entry.of("a", 2, 3), Parameters.Entry.of("b", 2), Parameters.Entry.of("c", 1));

  private Scope scope;

  @BeforeEach
  void open() {
    scope = Scope.open();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  private static Parameters counted() {
    return Parameters.over(ENTRIES, Tensor.range(9, DType.FLOAT64));
  }

  @Test
  void entriesLieOneAfterAnotherInRowMajorOrder() {
    Parameters p = counted();
    assertEquals(9, p.count());
    assertEquals(ENTRIES, p.entries());
    assertArrayEquals(new long[] {2, 3}, p.get("a").shape());
    assertArrayEquals(new double[] {0, 1, 2, 3, 4, 5}, p.get("a").toDoubles());
    assertArrayEquals(new double[] {6, 7}, p.get("b").toDoubles());
    assertArrayEquals(new double[] {8}, p.get("c").toDoubles());
  }

  @Test
  void viewsFollowTheFlatNumbersAndTheOtherWayRound() {
    Parameters p = counted();
    p.flat().mulInPlace(2);
    assertArrayEquals(new double[] {12, 14}, p.get("b").toDoubles());
    p.get("c").detach().mulInPlace(10);
    assertEquals(160, p.flat().toDoubles()[8]);
  }

  @Test
  void gradientsLieAsTheNumbersDo() {
    Parameters p = counted();
    Tensor loss =
        p.get("a").square().sum().add(p.get("b").mul(3).sum()).add(p.get("c").exp().sum());
    Tensor gradient = p.flatten(Autograd.grad(loss, p.variables()));
    assertArrayEquals(
        new double[] {0, 2, 4, 6, 8, 10, 3, 3, Math.exp(8)}, gradient.toDoubles(), 1e-9);
  }

  @Test
  void copiesShareNothing() {
    Parameters p = counted();
    Parameters copy = p.copy();
    Parameters single = p.to(DType.FLOAT32);
    Parameters same = p.to(DType.FLOAT64);
    p.flat().mulInPlace(0);
    for (Parameters other : List.of(copy, single, same)) {
      assertEquals(8, other.get("c").item());
    }
    assertEquals(DType.FLOAT32, single.get("a").type());
  }

  private static Parameters like(double first, Parameters.Entry... entries) {
    long count = List.of(entries).stream().mapToLong(Parameters.Entry::count).sum();
    return Parameters.over(List.of(entries), Tensor.range(count, DType.FLOAT64).add(first));
  }

  @Test
  void adoptionTakesWhatHasTheSameShape() {
    Parameters p = counted();
    Parameters other =
        like(100, Parameters.Entry.of("c", 1), Parameters.Entry.of("d", 7), ENTRIES.get(0));
    p.adopt(other);
    assertArrayEquals(new double[] {108, 109, 110, 111, 112, 113, 6, 7, 100}, p.flat().toDoubles());
    other.flat().mulInPlace(0);
    assertEquals(100, p.get("c").item(), "a copy");
  }

  @Test
  void adoptionWidensAMatrixByColumnsOfZeros() {
    Parameters p = counted();
    p.adopt(like(100, Parameters.Entry.of("a", 2, 1)));
    assertArrayEquals(new double[] {100, 0, 0, 101, 0, 0, 6, 7, 8}, p.flat().toDoubles());
    Tensor x = Tensor.of(new double[] {2, -9, 5}, 1, 3);
    assertArrayEquals(new double[] {200, 202}, x.linear(p.get("a")).toDoubles());
  }

  @Test
  void whatCannotBeAdoptedIsRefusedAndChangesNothingOfIt() {
    for (Parameters.Entry wrong :
        List.of(
            Parameters.Entry.of("a", 2, 4),
            Parameters.Entry.of("a", 3, 3),
            Parameters.Entry.of("a", 1, 3),
            Parameters.Entry.of("a", 6),
            Parameters.Entry.of("a", 2, 3, 1),
            Parameters.Entry.of("b", 1),
            Parameters.Entry.of("b", 2, 1))) {
      Parameters p = counted();
      Parameters other = like(100, wrong);
      IllegalArgumentException e =
          assertThrows(IllegalArgumentException.class, () -> p.adopt(other), wrong.toString());
      assertTrue(e.getMessage().startsWith(wrong.name()), e.getMessage());
      assertArrayEquals(counted().flat().toDoubles(), p.flat().toDoubles());
    }
  }

  @Test
  void wrongEntriesAreRefused() {
    Tensor flat = Tensor.range(9, DType.FLOAT64);
    List<Parameters.Entry> twice =
        List.of(Parameters.Entry.of("a", 8), Parameters.Entry.of("a", 1));
    assertThrows(IllegalArgumentException.class, () -> Parameters.over(twice, flat));
    assertThrows(
        IllegalArgumentException.class, () -> Parameters.over(ENTRIES, flat.reshape(3, 3)));
    assertThrows(IllegalArgumentException.class, () -> Parameters.over(ENTRIES, flat.rows(0, 8)));
    assertThrows(IllegalArgumentException.class, () -> Parameters.Entry.of("a", 0));
    assertThrows(IllegalArgumentException.class, () -> counted().get("d"));
  }

  @Test
  void perceptronsOfAnotherShapeAreRefused() {
    MlpArchitecture one = architecture(4, true);
    Mlp mlp = Mlp.random(one, DType.FLOAT64, new Rng(1));
    assertEquals(Mlp.entries(one), mlp.parameters().entries());
    Parameters copy = mlp.parameters().copy();
    assertEquals(one, mlp.with(copy).architecture());
    assertThrows(IllegalArgumentException.class, () -> Mlp.of(architecture(5, true), copy));
    assertThrows(IllegalArgumentException.class, () -> Mlp.of(architecture(4, false), copy));
  }

  @Test
  void aFreshPerceptronAnswersZero() {
    Mlp mlp = Mlp.random(architecture(4, true), DType.FLOAT64, new Rng(1));
    Tensor x = new Rng(2).normal(DType.FLOAT64, 5, 2);
    Tensor t = new Rng(3).uniform(DType.FLOAT64, 5, 1);
    assertEquals(0, mlp.forward(x, t, t).abs().max().item());
  }

  private static MlpArchitecture architecture(int width, boolean twoTimes) {
    return new MlpArchitecture(
        2, 3, width, 2, new TimeEmbedding(2), new FourierFeatures(1), twoTimes);
  }
}
