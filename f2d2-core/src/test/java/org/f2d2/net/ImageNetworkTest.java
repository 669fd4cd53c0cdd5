package org.f2d2.net;

import static org.f2d2.net.NetworkContractTest.distance;
import static org.f2d2.net.NetworkContractTest.points;
import static org.f2d2.net.NetworkContractTest.times;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;
import org.f2d2.plain.TimeEmbedding;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What networks over images promise beyond {@link NetworkContractTest}. */
class ImageNetworkTest {

  private static final ImageFormat IMAGE = new ImageFormat(2, 4, 8);

  static Stream<NetworkContractTest.Case> cases() {
    return NetworkContractTest.cases().filter(c -> c.name().matches("(U-Net|transformer).*"));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void itDependsOnTheConditionsAndOnNoTargetTimeItIsNotToSee(NetworkContractTest.Case c) {
    try (Scope scope = Scope.open()) {
      Network n = c.network();
      Tensor x = points(n, 3);
      Tensor y = n.forward(x, times(4), times(5));
      boolean twoTimes = c.name().equals("U-Net") || c.name().equals("transformer");
      double byTarget = distance(y, n.forward(x, times(4), times(6)));
      if (twoTimes) {
        assertTrue(byTarget > 1e-3);
      } else {
        assertEquals(0, byTarget);
      }
      if (n.conditions() > 0) {
        int d = n.dimensions() - n.conditions();
        Tensor other = Tensor.cat(1, x.narrow(1, 0, d), x.narrow(1, d, n.conditions()).add(1));
        assertTrue(distance(y, n.forward(other, times(4), times(5))) > 1e-3);
      }
    }
  }

  @Test
  void aFreshNetworkAnswersZero() {
    try (Scope scope = Scope.open()) {
      Network n =
          UNet.random(
              new UNet.Architecture(
                  IMAGE, true, true, 1, 4, List.of(1, 2), 1, 1, 2, new TimeEmbedding(2), true, 0),
              DType.FLOAT64,
              new Rng(1));
      assertEquals(0, n.forward(points(n, 3), times(4), times(5)).abs().max().item());
    }
  }

  @Test
  void sizesThatDoNotFitAreRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new UNet.Architecture(
                new ImageFormat(1, 6, 6),
                true,
                true,
                2,
                4,
                List.of(1, 2),
                1,
                1,
                2,
                new TimeEmbedding(2),
                true,
                0));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new DiffusionTransformer.Architecture(
                IMAGE, true, true, 2, 8, 2, 3, new TimeEmbedding(2), true, 0));
  }
}
