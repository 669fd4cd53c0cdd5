package org.f2d2.verify;

import java.util.List;
import java.util.function.UnaryOperator;
import org.f2d2.objective.Instantaneous;
import org.f2d2.objective.Objective;
import org.f2d2.objective.Setting;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Tensor;
import org.f2d2.verify.TestGrid.Direction;
import org.f2d2.verify.TestGrid.Kind;

/** The loss of an objective whose model is the exact map of a flow with a closed form. */
final class ExactMap {

  static final int ROWS = 512;
  static final int BATCHES = 24;

  private ExactMap() {}

  /** Makes an objective. */
  @FunctionalInterface
  interface Make {
    /** The objective over a setting. */
    Objective of(Setting setting);
  }

  static TestGrid flow(Kind kind) {
    return TestGrid.of(kind, 1, Direction.FORWARD);
  }

  /** How these losses are named in reports. */
  static String on(Kind kind) {
    return kind + ", prior sd 1, " + ROWS + " random rows";
  }

  /** How these gradients are named in reports. */
  static String batches(Kind kind) {
    return kind + ", prior sd 1, " + BATCHES + " batches of " + ROWS + " rows";
  }

  /** The root of the loss of the exact map, taught by the exact field. */
  static double taught(Kind kind, Make make) {
    return taught(kind, make, setting -> setting);
  }

  /**
   * The same with a mistake in what the objective is made of.
   *
   * @param mistake makes the wrong setting of the right one
   */
  static double taught(Kind kind, Make make, UnaryOperator<Setting> mistake) {
    TestGrid g = flow(kind);
    PerturbedMap exact = new PerturbedMap(g.map(), Tensor.zeros(DType.FLOAT64, 1));
    Setting setting =
        new Setting(exact, new Instantaneous.Teacher(g.flow()), new ClosedFormRows(g.flow()));
    return rootLoss(make.of(mistake.apply(setting)), ROWS, new Rng(3));
  }

  /** The root of a loss of one batch. */
  static double rootLoss(Objective objective, int rows, Rng rng) {
    return Math.sqrt(Autograd.noGrad(() -> objective.loss(rows, rng)).item());
  }

  /**
   * The gradient of the loss of the exact map in the size of {@link PerturbedMap#bump}, learned
   * from the data alone, over many batches.
   */
  static BatchMeans gradient(Kind kind, Make make) {
    TestGrid g = flow(kind);
    Tensor size = Tensor.zeros(DType.FLOAT64, 1).variable();
    PerturbedMap student = new PerturbedMap(g.map(), size);
    Objective objective =
        make.of(
            new Setting(student, new Instantaneous.Data(student), new ClosedFormRows(g.flow())));
    Rng rng = new Rng(5);
    return BatchMeans.of(
        BATCHES,
        b -> {
          Tensor loss = Autograd.withGrad(() -> objective.loss(ROWS, rng.derive(b)));
          return Autograd.grad(loss, List.of(size)).get(0).toDoubles();
        });
  }

  static double log2(double x) {
    return Math.log(x) / Math.log(2);
  }
}
