package org.f2d2.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Networks of one architecture for different tasks, which start from one another. */
class ImageArchitectureTest {

  private static final ImageFormat IMAGE = new ImageFormat(2, 4, 8);
  private static final int D = 64;
  private static final int ROWS = 5;
  private static final DType TYPE = DType.FLOAT32;
  private static final ImageArchitecture.Task TEACHER =
      new ImageArchitecture.Task(true, false, false);
  private static final ImageArchitecture.Task VELOCITY =
      new ImageArchitecture.Task(true, false, true);
  private static final ImageArchitecture.Task JOINT = new ImageArchitecture.Task(true, true, true);
  private static final ImageArchitecture.Task LOG_DENSITY =
      new ImageArchitecture.Task(false, true, false);

  private Scope scope;

  @BeforeEach
  void open() {
    scope = Scope.open();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  static Stream<ImageArchitecture> architectures() {
    return Stream.of(
        new ImageArchitecture.Convolutional(2, 8, List.of(1, 2), 1, 1, 2),
        new ImageArchitecture.Transformer(2, 12, 2, 3, 2));
  }

  private static Network stirred(Network network, long seed) {
    Tensor flat = network.parameters().flat();
    flat.addInPlace(new Rng(seed).normal(TYPE, flat.count()), 0.1);
    return network;
  }

  private static Network random(
      ImageArchitecture a, ImageArchitecture.Task task, int conditions, long seed) {
    return a.random(IMAGE, task, conditions, new Rng(seed));
  }

  private static Tensor points(int conditions) {
    return new Rng(3).normal(TYPE, ROWS, D + conditions);
  }

  private static Tensor times(long seed) {
    return new Rng(seed).uniform(TYPE, ROWS, 1);
  }

  private static double distance(Tensor a, Tensor b) {
    assertArrayEquals(a.shape(), b.shape());
    return a.sub(b).abs().max().item();
  }

  @ParameterizedTest
  @MethodSource("architectures")
  void jsonKeepsIt(ImageArchitecture a) throws JsonProcessingException {
    ObjectMapper json = new ObjectMapper();
    String text = json.writeValueAsString(a);
    String kind = a instanceof ImageArchitecture.Transformer ? "transformer" : "u-net";
    assertTrue(text.contains("\"kind\":\"" + kind + "\""), text);
    assertEquals(a, json.readValue(text, ImageArchitecture.class));
  }

  @Test
  void itsListIsItsOwn() {
    List<Integer> multipliers = new ArrayList<>(List.of(1, 2));
    ImageArchitecture a = new ImageArchitecture.Convolutional(2, 8, multipliers, 1, 1, 2);
    multipliers.add(4);
    assertEquals(List.of(1, 2), ((ImageArchitecture.Convolutional) a).multipliers());
    assertThrows(
        JsonProcessingException.class,
        () -> new ObjectMapper().readValue("{\"kind\":\"other\"}", ImageArchitecture.class));
  }

  @ParameterizedTest
  @MethodSource("architectures")
  void aTaskSaysWhatIsAnswered(ImageArchitecture a) {
    for (ImageArchitecture.Task task : List.of(TEACHER, VELOCITY, JOINT, LOG_DENSITY)) {
      for (int conditions : new int[] {0, 3}) {
        Network n = stirred(random(a, task, conditions, 1), 2);
        assertEquals(TYPE, n.parameters().flat().type());
        assertEquals(D + conditions, n.dimensions());
        assertEquals(conditions, n.conditions());
        assertEquals((task.field() ? D : 0) + (task.pooled() ? 1 : 0), n.outputs());
        Tensor x = points(conditions);
        Tensor y = n.forward(x, times(4), times(5));
        assertArrayEquals(new long[] {ROWS, n.outputs()}, y.shape());
        double byTarget = distance(y, n.forward(x, times(4), times(6)));
        assertEquals(task.twoTimes(), byTarget > 1e-4, task + ": target time moves " + byTarget);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("architectures")
  void theKindIsTheClass(ImageArchitecture a) {
    Class<?> kind =
        a instanceof ImageArchitecture.Transformer ? DiffusionTransformer.class : UNet.class;
    assertInstanceOf(kind, random(a, JOINT, 0, 1));
  }

  @ParameterizedTest
  @MethodSource("architectures")
  void aMapThatAdoptsATeacherAnswersItsVelocityWhateverTheTargetTime(ImageArchitecture a) {
    for (int conditions : new int[] {0, 3}) {
      Network teacher = stirred(random(a, TEACHER, conditions, 1), 2);
      Tensor x = points(conditions);
      Tensor s = times(4);
      Tensor v = teacher.forward(x, s, s);
      assertTrue(v.abs().max().item() > 0.1, "a teacher that says nothing");
      Network velocity = random(a, VELOCITY, conditions, 7);
      velocity.parameters().adopt(teacher.parameters());
      Network joint = random(a, JOINT, conditions, 8);
      joint.parameters().adopt(velocity.parameters());
      for (Tensor t : List.of(s, times(5), times(6), s.zerosLike(), s.onesLike())) {
        assertTrue(distance(v, velocity.forward(x, s, t)) < 1e-5);
        Tensor both = joint.forward(x, s, t);
        assertTrue(distance(v, both.narrow(1, 0, D)) < 1e-5);
        assertEquals(0, both.column(D).abs().max().item(), "a divergence that is not learned yet");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("architectures")
  void aLogDensityHeadThatAdoptsATeacherKeepsItsOwnOutput(ImageArchitecture a) {
    Network teacher = stirred(random(a, TEACHER, 0, 1), 2);
    Network logDensityHead = random(a, LOG_DENSITY, 0, 7);
    Parameters before = logDensityHead.parameters().copy();
    logDensityHead.parameters().adopt(teacher.parameters());
    for (Parameters.Entry e : logDensityHead.parameters().entries()) {
      boolean own = e.name().startsWith("head.");
      Parameters from = own ? before : teacher.parameters();
      assertArrayEquals(
          from.get(e.name()).toDoubles(),
          logDensityHead.parameters().get(e.name()).toDoubles(),
          e.name());
    }
    assertEquals(0, logDensityHead.forward(points(0), 1, 1).abs().max().item());
  }

  @ParameterizedTest
  @MethodSource("architectures")
  void aSeedGivesTheSameStart(ImageArchitecture a) {
    double[] first = random(a, JOINT, 1, 1).parameters().flat().toDoubles();
    assertArrayEquals(first, random(a, JOINT, 1, 1).parameters().flat().toDoubles());
    assertTrue(
        distance(
                random(a, JOINT, 1, 1).parameters().flat(),
                random(a, JOINT, 1, 2).parameters().flat())
            > 0.1);
  }
}
