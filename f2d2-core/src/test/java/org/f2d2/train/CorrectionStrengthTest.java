package org.f2d2.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.f2d2.data.Table;
import org.f2d2.flow.ButcherTableau;
import org.f2d2.flow.GaussianFlow;
import org.f2d2.flow.GaussianPrior;
import org.f2d2.flow.NetworkLogDensityHead;
import org.f2d2.flow.NetworkVelocity;
import org.f2d2.flow.OdeSolver;
import org.f2d2.likelihood.ExactTrace;
import org.f2d2.net.Mlp;
import org.f2d2.plain.FourierFeatures;
import org.f2d2.plain.MlpArchitecture;
import org.f2d2.plain.TimeEmbedding;
import org.f2d2.score.Head;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.RowChunks;
import org.f2d2.tensor.Scope;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A base whose mean is one off, and a correction that moves it, by whole or in part. */
class CorrectionStrengthTest {

  private Scope scope;
  private WorkerPool pool;
  private FitSession session;
  private FitData data;

  @BeforeEach
  void open() {
    scope = Scope.open();
    pool = new WorkerPool(2);
    session = new FitSession(FitListener.SILENT, pool, Optional.empty());
    SplittableRandom random = new SplittableRandom(6);
    double[] values = new double[800];
    Arrays.setAll(values, i -> random.nextGaussian());
    data = FitData.of(Table.of(List.of("x", "y"), values), FitOptions.DEFAULT);
  }

  @AfterEach
  void close() {
    pool.close();
    scope.close();
  }

  private static Mlp constant(int outputs, double first) {
    Mlp network =
        Mlp.random(
            new MlpArchitecture(
                2, outputs, 8, 2, new TimeEmbedding(1), new FourierFeatures(0), false, 0),
            DType.FLOAT32,
            new Rng(1));
    network.parameters().get("output.bias").detach().narrow(0, 0, 1).addInPlace(first);
    return network;
  }

  private static final GaussianFlow BASE =
      GaussianFlow.of(new double[] {1, 0}, new double[] {1, 1}, 1);

  private TableFit.Teacher teacher(double shift) {
    NetworkVelocity velocity = new NetworkVelocity(constant(2, shift), BASE);
    return new TableFit.Teacher(
        velocity,
        1,
        Optional.empty(),
        TeacherFit.Features.PLAIN,
        session.calibrator().heldOut(data, velocity),
        0);
  }

  private CorrectionStrength.Choice choice(TableFit.Teacher teacher) {
    return new CorrectionStrength(data, session)
        .of(teacher, new NetworkLogDensityHead(constant(1, 0), BASE));
  }

  private static double mean(TableFit.Teacher teacher) {
    return Arrays.stream(teacher.heldOut().selection()).average().orElseThrow();
  }

  @Test
  void aCorrectionThatTheLogDensityHeadMissesIsTakenInPart() {
    TableFit.Teacher whole = teacher(-1);
    CorrectionStrength.Choice choice = choice(whole);
    // A shift by α leaves α (x - const) in the log-density, whose mean size is α √(2/π); the rows
    // that judge are few.
    double distance = choice.strength() * Math.sqrt(2 / Math.PI);
    double allowed = 0.1 * Math.sqrt(2);
    assertTrue(distance < 1.25 * allowed, "too much: " + distance);
    assertTrue(distance > 0.5 * allowed, "too little: " + distance);
    assertTrue(mean(choice.teacher()) > mean(teacher(0)), "better than nothing");
    assertTrue(mean(choice.teacher()) < mean(whole), "worse than all of it");
    double[] exact =
        session.calibrator().exact(choice.teacher().field(), data.judged()).logDensity();
    assertArrayEquals(exact, choice.teacher().heldOut().selection(), 1e-9);
  }

  @Test
  void aCorrectionThatIsWorthNothingGoes() {
    CorrectionStrength.Choice choice = choice(teacher(1));
    assertEquals(0, choice.strength());
    // The closed form, by its own formula and by the ODE.
    double[] solved =
        new ExactTrace(
                choice.teacher().field(),
                GaussianPrior.standard(0),
                new OdeSolver.FixedStep(ButcherTableau.RK4, 50),
                RowChunks.DEFAULT)
            .estimate(data.judged(), new Rng(1))
            .logDensity();
    assertArrayEquals(solved, choice.teacher().heldOut().selection(), 1e-4);
    double[] one =
        session
            .calibrator()
            .few(
                Head.LOG_DENSITY,
                1,
                Optional.empty(),
                Optional.of(choice.logDensityHead()),
                data.judged());
    assertArrayEquals(solved, one, 1e-4);
  }

  @Test
  void aCorrectionThatOneEvaluationKnowsStays() {
    TableFit.Teacher near = teacher(-0.05);
    CorrectionStrength.Choice choice = choice(near);
    assertSame(near, choice.teacher());
    assertEquals(1, choice.strength());
  }
}
