package org.f2d2.objective;

import java.util.List;
import org.f2d2.flow.Coordinates;
import org.f2d2.flow.FlowMapIdentities.Sides;
import org.f2d2.flow.VelocityField;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Tensor;

/**
 * A loss of a flow map with the rectification of its samples: of the rows of a batch a quarter goes
 * to the flow of the map's own samples and a quarter moves the samples.
 *
 * @param setting what the map learns from
 * @param rectification the two parts
 * @param weight of the loss that moves samples, once it is on
 * @param from share of the run when samples begin to be moved; before, the second flow is trained
 *     only
 * @param on whether samples are moved now
 */
record RectifiedLoss(
    Setting setting, Rectification rectification, double weight, double from, boolean on) {

  /** Weight of TwinFlow. */
  static final double TWIN_FLOW = 0.5;

  /** Weight of FlowConsist. */
  static final double FLOW_CONSIST = 0.25;

  /** The targets of the second flow are noisy and must not rule the layers that it shares. */
  private static final double FAKE_WEIGHT = 0.1;

  private static final double FROM = 0.5;
  private static final double RATE = 1;

  static RectifiedLoss of(Setting setting, VelocityField fake, double weight) {
    Rectification rectification = new Rectification(setting.model(), fake, RATE);
    return new RectifiedLoss(setting, rectification, weight, FROM, false);
  }

  RectifiedLoss at(double share) {
    return new RectifiedLoss(setting, rectification, weight, from, share >= from);
  }

  /** The loss of a batch. */
  Tensor of(int rows, Rng rng, Objective base) {
    int part = rows / 4;
    int moved = on ? part : 0;
    Tensor loss = base.loss(rows - part - moved, rng);
    if (part == 0) {
      return loss;
    }
    loss = loss.addScaled(rectification.fakeLoss(noise(part, rng), rng), FAKE_WEIGHT);
    if (moved == 0) {
      return loss;
    }
    BatchRows movedRows = rectification.rows(noise(moved, rng), rng);
    Sides sides = BatchRows.ask(setting.model(), List.of(movedRows));
    Tensor shift = setting.error().of(sides, RowWeight.EQUAL, setting.model().coordinates());
    return loss.addScaled(shift, weight);
  }

  private Tensor noise(int rows, Rng rng) {
    Coordinates c = setting.model().coordinates();
    return c.conditions() == 0
        ? rng.normal(setting.data().type(), rows, c.all())
        : c.noise(setting.data().draw(rows, rng), rng);
  }
}
