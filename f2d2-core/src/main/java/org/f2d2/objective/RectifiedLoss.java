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
 * @param options of their weights and times
 * @param on whether samples are moved now
 */
record RectifiedLoss(
    Setting setting, Rectification rectification, Rectification.Options options, boolean on) {

  static RectifiedLoss of(Setting setting, VelocityField fake, Rectification.Options options) {
    Rectification rectification = new Rectification(setting.model(), fake, options.rate());
    return new RectifiedLoss(setting, rectification, options, false);
  }

  RectifiedLoss at(double share) {
    return new RectifiedLoss(setting, rectification, options, share >= options.from());
  }

  /** The loss of a batch. */
  Tensor of(int rows, Rng rng, Objective base) {
    int part = rows / 4;
    int moved = on ? part : 0;
    Tensor loss = base.loss(rows - part - moved, rng);
    if (part == 0) {
      return loss;
    }
    loss = loss.addScaled(rectification.fakeLoss(noise(part, rng), rng), options.fakeWeight());
    if (moved == 0) {
      return loss;
    }
    BatchRows movedRows = rectification.rows(noise(moved, rng), rng);
    Sides sides = BatchRows.ask(setting.model(), List.of(movedRows));
    Tensor shift = setting.error().of(sides, RowWeight.EQUAL, setting.model().coordinates());
    return loss.addScaled(shift, options.weight());
  }

  private Tensor noise(int rows, Rng rng) {
    Coordinates c = setting.model().coordinates();
    return c.conditions() == 0
        ? rng.normal(setting.data().type(), rows, c.all())
        : c.noise(setting.data().draw(rows, rng), rng);
  }
}
