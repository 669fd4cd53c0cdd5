package org.f2d2.net;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * One pass of an {@link Mlp} for several queries at once, which knows its own way back.
 *
 * <p>With z the sums of a layer, a = silu(z), a dot for derivatives in the direction and a bar for
 * those of the loss:
 *
 * <pre>
 *   h' = h + a                    ḣ' = ḣ + silu'(z) ż
 *   z̄  = silu'(z) h̄' + silu''(z) ż ḣ̄'         ż̄ = silu'(z) ḣ̄'
 *   h̄  = h̄' + z̄ W                ḣ̄ = ḣ̄' + ż̄ W
 *   W̄  = z̄ᵀ h + ż̄ᵀ ḣ             b̄ = Σ z̄
 * </pre>
 */
final class RecordedMlp {

  private final Mlp mlp;
  private final int depth;
  private final StackedRows rows;
  private final MlpMemory memory;

  private RecordedMlp(Mlp mlp, StackedRows rows, MlpMemory memory) {
    this.mlp = mlp;
    this.depth = mlp.architecture().depth();
    this.rows = rows;
    this.memory = memory;
  }

  /**
   * Answers queries.
   *
   * @param tape what the pass is noted on; without one no gradient will be asked for
   */
  static List<Query.Answer> answer(Mlp mlp, List<Query> queries, @Nullable Tape tape) {
    StackedRows rows = StackedRows.of(queries);
    MlpMemory memory = MlpMemory.borrow(mlp, rows, queries.get(0).x().type());
    RecordedMlp own = new RecordedMlp(mlp, rows, memory);
    Tensor output = Autograd.noGrad(own::forward);
    if (tape == null) {
      memory.giveBack();
      return rows.answers(output, variable -> variable);
    }
    List<Tensor> variables = new ArrayList<>();
    List<Query.Answer> answers =
        rows.answers(
            output,
            recorded -> {
              Tensor variable = recorded.variable();
              variables.add(variable);
              return variable;
            });
    tape.note(variables, own::back, memory::giveBack);
    return answers;
  }

  private Tensor parameter(String name) {
    return mlp.parameters().get(name);
  }

  private Tensor forward() {
    Tensor input = features();
    memory.read(input);
    for (int l = 0; l < depth; l++) {
      MlpMemory.Layer layer = memory.layer(l);
      input.linearInto(l == 0 ? mlp.firstWeights() : mlp.weight(l), layer.z());
      layer.zValues().addInPlace(l == 0 ? parameter("point.bias") : mlp.bias(l), 1);
      layer.zValues().siluInto(layer.hValues());
      for (MlpMemory.Pair pair : layer.tangents()) {
        pair.z().siluBackwardInto(pair.zDot(), pair.hDot());
      }
      if (l > 0) {
        layer.h().addInPlace(input, 1);
      }
      input = layer.h();
    }
    Tensor output = input.linear(parameter("output.weight"));
    output.rows(0, rows.values()).addInPlace(parameter("output.bias"), 1);
    return output;
  }

  private Tensor features() {
    List<Query> all = rows.queries();
    Tensor values =
        mlp.features(
            Query.stacked(all, Query::x),
            Query.stacked(all, Query::s),
            Query.stacked(all, Query::t));
    List<Query> directed = rows.directed();
    if (directed.isEmpty()) {
      return values;
    }
    Direction direction =
        new Direction(
            Optional.of(Query.stacked(directed, q -> along(q).x().orElseGet(q.x()::zerosLike))),
            Optional.of(Query.stacked(directed, q -> along(q).s().orElseGet(q.s()::zerosLike))),
            Optional.of(Query.stacked(directed, q -> along(q).t().orElseGet(q.t()::zerosLike))));
    Tensor tangents =
        mlp.featureTangents(
            Query.stacked(directed, Query::x),
            Query.stacked(directed, Query::s),
            Query.stacked(directed, Query::t),
            direction);
    return Tensor.cat(0, values, tangents);
  }

  private static Direction along(Query query) {
    return query.direction().orElseThrow();
  }

  private void back(List<Optional<Tensor>> cotangents, Parameters gradient) {
    rows.cotangent(cotangents)
        .ifPresent(bar -> walk(bar, bar.size(0) > rows.recordedValues(), gradient));
  }

  /**
   * Walks back.
   *
   * @param bar of the recorded values and, below them, of the recorded tangents
   * @param directed whether the tangents are there
   */
  private void walk(Tensor bar, boolean directed, Parameters gradient) {
    MlpMemory.Back back = memory.back(directed);
    add(gradient, "output", bar, back.input(depth));
    back.hBar().copyInPlace(bar.matmul(parameter("output.weight")));
    for (int l = depth - 1; l >= 0; l--) {
      back.z(l).siluBackwardInto(back.hBarValues(), back.zBarValues());
      if (directed) {
        back.curved(l).z().siluBackwardInto(back.hBarTangents(), back.zBarTangents());
        addCurvature(l, back);
      }
      if (l == 0) {
        first(back, gradient);
      } else {
        add(gradient, "hidden." + l, back.zBar(), back.input(l));
        back.hBar().addMatmulInPlace(back.zBar(), mlp.weight(l));
      }
    }
  }

  /** W̄ += z̄ᵀ h + ż̄ᵀ ḣ and b̄ += Σ z̄. */
  private void add(Parameters gradient, String layer, Tensor zBar, Tensor input) {
    gradient.get(layer + ".weight").addTransposedMatmulInPlace(zBar, input);
    gradient.get(layer + ".bias").addInPlace(zBar.rows(0, rows.recordedValues()).sum(0), 1);
  }

  private void first(MlpMemory.Back back, Parameters gradient) {
    Tensor weights = mlp.firstWeights().zerosLike();
    weights.addTransposedMatmulInPlace(back.zBar(), back.input(0));
    gradient.get("point.bias").addInPlace(back.zBarValues().sum(0), 1);
    long at = 0;
    for (String name : mlp.firstWeightNames()) {
      Tensor part = gradient.get(name);
      part.addInPlace(weights.narrow(1, at, part.size(1)), 1);
      at += part.size(1);
    }
  }

  /** Adds silu''(z) ż ḣ̄, where silu''(z) = p (1-p) ( 2 + z (1-2p) ) and p = sigmoid(z). */
  private void addCurvature(int l, MlpMemory.Back back) {
    Tensor z = back.curved(l).z();
    Tensor p = z.sigmoidInto(back.scratch(0));
    Tensor product = back.curved(l).zDot().mulInto(back.hBarTangents(), back.scratch(1));
    Tensor bent = p.sigmoidBackwardInto(product, back.scratch(1));
    Tensor slope = z.addProductInto(z, p, -2, back.scratch(0));
    back.zBarCurved().addInPlace(bent, 2).addProductInPlace(bent, slope, 1);
  }
}
