package org.f2d2.objective;

import org.f2d2.flow.FlowMapIdentities;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Tensor;

/** For tests: the Eulerian identity with a teacher, and the mistakes that new methods come with. */
final class WrongMethod implements Objective {

  /**
   * Which of them it makes.
   *
   * @param ownRandomness draws from a source of its own, so that no run can be repeated
   * @param attached lets gradients pass into what it learns from
   * @param instantaneous takes the field at the start for its average over the jump
   */
  record Options(boolean ownRandomness, boolean attached, boolean instantaneous) {}

  static final Method METHOD =
      Method.of(
          new MethodInfo(
              "wrong", "nowhere", "makes mistakes", "the mistakes", MethodInfo.Source.TEACHER),
          new Options(false, false, false),
          WrongMethod::new,
          ExactSolution.NoLoss.at(0));

  private final Setting setting;
  private final Options options;
  private final Rng own = new Rng(System.nanoTime());

  WrongMethod(Setting setting, Options options) {
    this.setting = setting;
    this.options = options;
  }

  @Override
  public Tensor loss(int rows, Rng given) {
    Rng rng = options.ownRandomness() ? own : given;
    PathBatch b = new IdentityLoss(setting, 0).draw(rows, rng);
    Tensor t = rng.uniform(b.s().type(), rows, 1);
    Tensor g =
        options.attached()
            ? setting.field().anywhere(b.x(), b.s(), rng)
            : Autograd.noGrad(() -> setting.field().anywhere(b.x(), b.s(), rng));
    FlowMapIdentities.Sides sides = FlowMapIdentities.eulerian(setting.model(), g, b.x(), b.s(), t);
    Tensor target = options.instantaneous() ? g.narrow(1, 0, sides.left().size(1)) : sides.right();
    Tensor error = sides.left().sub(options.attached() ? target : target.detach());
    return setting.error().of(error, setting.model().coordinates());
  }
}
