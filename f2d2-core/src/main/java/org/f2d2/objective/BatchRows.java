package org.f2d2.objective;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.f2d2.flow.FlowMapIdentities;
import org.f2d2.flow.FlowMapIdentities.Sides;
import org.f2d2.flow.JointFlowMap;
import org.f2d2.net.Direction;
import org.f2d2.net.Query;
import org.f2d2.net.Query.Answer;
import org.f2d2.net.Query.Gradients;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Tensor;

/**
 * Rows of one kind in a batch: what the model is asked about them, and the two sides of an identity
 * that its answers make. The right side is a target; whoever takes the difference detaches it.
 *
 * <p>Each identity of {@link FlowMapIdentities} is one kind here, and the methods choose between
 * them. All kinds of a batch are asked in one pass.
 */
interface BatchRows {

  /** What the model is asked. */
  List<Query> queries();

  /**
   * The sides.
   *
   * @param answers one for each of the queries
   */
  Sides sides(List<Answer> answers);

  /** The answers to several kinds of rows, in one pass, one below the other. */
  static Sides ask(JointFlowMap model, List<BatchRows> kinds) {
    List<Answer> answers = model.answer(kinds.stream().flatMap(k -> k.queries().stream()).toList());
    List<Tensor> left = new ArrayList<>();
    List<Tensor> right = new ArrayList<>();
    int at = 0;
    for (BatchRows kind : kinds) {
      int end = at + kind.queries().size();
      Sides sides = kind.sides(answers.subList(at, end));
      left.add(sides.left());
      right.add(sides.right().narrow(1, 0, sides.left().size(1)));
      at = end;
    }
    return left.size() == 1
        ? new Sides(left.get(0), right.get(0))
        : new Sides(Tensor.cat(0, left), Tensor.cat(0, right));
  }

  /** Rows with t = s: f(x,s,s) = g(x,s). */
  static BatchRows diagonal(Setting setting, PathBatch b, Rng rng) {
    Instantaneous.Source source = setting.field().source(setting.model(), b, rng);
    Query own = new Query(b.x(), b.s(), b.s(), source.probe(), Gradients.VALUE);
    return of(List.of(own), a -> new Sides(a.get(0).value(), source.joint(a.get(0))));
  }

  /**
   * The Eulerian identity, f = g(x,s) + (t-s) r JVP[f](v, 1, 0), gradients through the f on the
   * left.
   *
   * @param g the source
   * @param v the velocity that the derivative follows [n, d]
   * @param r 1 for the identity; less pulls f towards g
   */
  static BatchRows eulerian(
      Setting setting, PathBatch b, Tensor t, Instantaneous.Source g, Tensor v, double r) {
    JointFlowMap model = setting.model();
    Direction path = Direction.ofPath(v, b.s().onesLike());
    List<Query> queries = new ArrayList<>();
    queries.add(new Query(b.x(), b.s(), t, Optional.of(path), Gradients.VALUE));
    if (g.probe().isPresent()) {
      queries.add(new Query(b.x(), b.s(), b.s(), g.probe(), Gradients.NONE));
    }
    return of(
        queries,
        answers -> {
          Answer own = answers.get(0);
          Answer scaled = new Answer(own.value(), own.tangent().map(dot -> dot.mul(r)));
          Tensor source = g.joint(answers.get(answers.size() - 1));
          return FlowMapIdentities.eulerian(model, source, r == 1 ? own : scaled, b.s(), t);
        });
  }

  /**
   * The Lagrangian identity, f + (t-s) ∂ₜf = g(X, t) at X = sg X_{s,t}(x). Gradients never pass
   * through ∂ₜD.
   *
   * @param gradients whether they pass through ∂ₜu
   * @param rng for random probes of the divergence, where there are any
   */
  static BatchRows lagrangian(
      Setting setting, PathBatch b, Tensor t, Gradients gradients, Rng rng) {
    JointFlowMap model = setting.model();
    int d = model.dimensions();
    Query inTime =
        new Query(b.x(), b.s(), t, Optional.of(Direction.ofTarget(t.onesLike())), gradients);
    return of(
        List.of(inTime),
        answers -> {
          FlowMapIdentities.Lagrangian left =
              FlowMapIdentities.lagrangianLeft(answers.get(0), b.s(), t);
          Tensor end = JointFlowMap.jump(b.x(), b.s(), t, left.rate().detach());
          Tensor right = Autograd.noGrad(() -> setting.field().anywhere(end, t, rng));
          Tensor u = JointFlowMap.velocity(left.left(), d);
          if (!model.hasDivergence()) {
            return new Sides(u, right);
          }
          Tensor change = JointFlowMap.divergence(left.timeDerivative(), d).detach();
          Tensor divergence =
              JointFlowMap.divergence(left.rate(), d).addProduct(t.sub(b.s()), change);
          return new Sides(Tensor.cat(1, u, divergence), right);
        });
  }

  /**
   * The semigroup identity, f(x,s,t) = (1-c) f(x,s,r) + c f(X_{s,r}(x), r, t), gradients through
   * the f on the left.
   *
   * @param r times in between [n, 1]
   */
  static BatchRows semigroup(Setting setting, PathBatch b, Tensor t, Tensor r) {
    JointFlowMap model = setting.model();
    Query whole = new Query(b.x(), b.s(), t, Optional.empty(), Gradients.VALUE);
    Query first = new Query(b.x(), b.s(), r, Optional.empty(), Gradients.NONE);
    return of(
        List.of(whole, first),
        a ->
            new Sides(
                a.get(0).value(),
                Autograd.noGrad(
                    () ->
                        FlowMapIdentities.semigroupTarget(
                            model, b.x(), b.s(), t, r, a.get(1).value()))));
  }

  /** What the answers make of the queries. */
  @FunctionalInterface
  interface Meaning {
    /** The sides. */
    Sides sides(List<Answer> answers);
  }

  /** Rows of these queries and this meaning. */
  static BatchRows of(List<Query> queries, Meaning meaning) {
    return new BatchRows() {
      @Override
      public List<Query> queries() {
        return queries;
      }

      @Override
      public Sides sides(List<Answer> answers) {
        return meaning.sides(answers);
      }
    };
  }
}
