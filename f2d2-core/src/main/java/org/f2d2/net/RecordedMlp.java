package org.f2d2.net;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.Tensor;

/**
 * One evaluation of an {@link Mlp} that knows its own way back, with or without a direction.
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
  private final long rows;

  // Of the layers in order, the first of which reads the features. With a direction each tensor has
  // twice the rows: values first, then derivatives, so that one product serves both.
  private final List<Tensor> inputs = new ArrayList<>();
  private final List<Tensor> sums = new ArrayList<>();

  private RecordedMlp(Mlp mlp, long rows) {
    this.mlp = mlp;
    this.depth = mlp.architecture().depth();
    this.rows = rows;
  }

  /** The output as a variable of the tape. */
  static Tensor forward(Tape tape, Mlp mlp, Tensor x, Tensor s, Tensor t) {
    RecordedMlp own = new RecordedMlp(mlp, x.size(0));
    Tensor output = Autograd.noGrad(() -> own.layers(mlp.features(x, s, t)));
    return tape.note(List.of(output), own::back).get(0);
  }

  /** The output and its derivative in a direction as variables of the tape. */
  static Autograd.Jvp forwardAlong(
      Tape tape, Mlp mlp, Tensor x, Tensor s, Tensor t, Direction direction) {
    RecordedMlp own = new RecordedMlp(mlp, x.size(0));
    Autograd.Jvp output = Autograd.noGrad(() -> own.along(x, s, t, direction));
    List<Tensor> variables = tape.note(List.of(output.value(), output.tangent()), own::back);
    return new Autograd.Jvp(variables.get(0), variables.get(1));
  }

  /** The same without a tape, where no gradient will be asked for. */
  static Autograd.Jvp forwardAlong(Mlp mlp, Tensor x, Tensor s, Tensor t, Direction direction) {
    return new RecordedMlp(mlp, x.size(0)).along(x, s, t, direction);
  }

  private Tensor parameter(String name) {
    return mlp.parameters().get(name);
  }

  private Tensor layers(Tensor features) {
    Tensor z = features.linear(mlp.firstWeights(), parameter("point.bias"));
    Tensor h = z.silu();
    keep(features, z);
    for (int l = 1; l < depth; l++) {
      z = h.linear(mlp.weight(l), mlp.bias(l));
      keep(h, z);
      h = z.silu().addInPlace(h, 1);
    }
    inputs.add(h);
    return h.linear(parameter("output.weight"), parameter("output.bias"));
  }

  private void keep(Tensor input, Tensor sum) {
    inputs.add(input);
    sums.add(sum);
  }

  private Autograd.Jvp along(Tensor x, Tensor s, Tensor t, Direction direction) {
    Tensor features = Tensor.cat(0, mlp.features(x, s, t), mlp.featureTangents(x, s, t, direction));
    Tensor z = biased(features.linear(mlp.firstWeights()), "point.bias");
    keep(features, z);
    Tensor h = activated(z);
    for (int l = 1; l < depth; l++) {
      z = biased(h.linear(mlp.weight(l)), "hidden." + l + ".bias");
      keep(h, z);
      h = activated(z).addInPlace(h, 1);
    }
    inputs.add(h);
    Tensor output = biased(h.linear(parameter("output.weight")), "output.bias");
    return new Autograd.Jvp(values(output), tangents(output));
  }

  private Tensor values(Tensor stacked) {
    return stacked.rows(0, rows);
  }

  private Tensor tangents(Tensor stacked) {
    return stacked.rows(rows, 2 * rows);
  }

  private Tensor biased(Tensor stacked, String bias) {
    values(stacked).addInPlace(parameter(bias).detach(), 1);
    return stacked;
  }

  /** silu(z) over silu'(z) ż. */
  private Tensor activated(Tensor stacked) {
    Tensor h = Tensor.uninitialized(stacked.type(), stacked.shape());
    values(stacked).siluInto(values(h));
    values(stacked).siluBackwardInto(tangents(stacked), tangents(h));
    return h;
  }

  private void back(List<Optional<Tensor>> cotangents, Parameters gradient) {
    boolean directed = cotangents.size() > 1 && cotangents.get(1).isPresent();
    if (directed) {
      Tensor tangentBar = cotangents.get(1).get();
      Tensor valueBar = cotangents.get(0).orElseGet(tangentBar::zerosLike);
      walk(Tensor.cat(0, valueBar, tangentBar), true, gradient);
    } else {
      cotangents.get(0).ifPresent(bar -> walk(bar, false, gradient));
    }
  }

  private void walk(Tensor bar, boolean directed, Parameters gradient) {
    add(gradient, "output", bar, inputs.get(depth), directed);
    Tensor hBar = bar.matmul(parameter("output.weight"));
    for (int l = depth - 1; l >= 0; l--) {
      Tensor z = sums.get(l);
      Tensor zBar = Tensor.uninitialized(hBar.type(), hBar.shape());
      values(z).siluBackwardInto(values(hBar), values(zBar));
      if (directed) {
        values(z).siluBackwardInto(tangents(hBar), tangents(zBar));
        addCurvature(values(zBar), z, tangents(hBar));
      }
      if (l == 0) {
        first(zBar, directed, gradient);
      } else {
        add(gradient, "hidden." + l, zBar, inputs.get(l), directed);
        hBar = hBar.addMatmulInPlace(zBar, mlp.weight(l));
      }
    }
  }

  /** W̄ += z̄ᵀ h + ż̄ᵀ ḣ and b̄ += Σ z̄. */
  private void add(Parameters gradient, String layer, Tensor zBar, Tensor input, boolean directed) {
    Tensor read = directed ? input : values(input);
    gradient.get(layer + ".weight").addTransposedMatmulInPlace(zBar, read);
    gradient.get(layer + ".bias").addInPlace(values(zBar).sum(0), 1);
  }

  private void first(Tensor zBar, boolean directed, Parameters gradient) {
    Tensor weights = mlp.firstWeights().zerosLike();
    Tensor read = directed ? inputs.get(0) : values(inputs.get(0));
    weights.addTransposedMatmulInPlace(zBar, read);
    gradient.get("point.bias").addInPlace(values(zBar).sum(0), 1);
    long at = 0;
    for (String name : mlp.firstWeightNames()) {
      Tensor part = gradient.get(name);
      part.addInPlace(weights.narrow(1, at, part.size(1)), 1);
      at += part.size(1);
    }
  }

  /** Adds silu''(z) ż ḣ̄, where silu''(z) = p (1-p) ( 2 + z (1-2p) ) and p = sigmoid(z). */
  private void addCurvature(Tensor zBar, Tensor stacked, Tensor hDotBar) {
    Tensor z = values(stacked);
    Tensor p = z.sigmoid();
    Tensor bend = z.copy().addProductInPlace(z, p, -2).addInPlace(2);
    zBar.addProductInPlace(p.sigmoidBackward(tangents(stacked).mul(hDotBar)), bend, 1);
  }
}
