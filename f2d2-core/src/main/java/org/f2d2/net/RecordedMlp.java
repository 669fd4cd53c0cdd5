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

  // Of the layers in order, the first of which reads the features: inputs, sums and derivatives.
  private final List<Tensor> inputs = new ArrayList<>();
  private final List<Tensor> sums = new ArrayList<>();
  private final List<Tensor> inputTangents = new ArrayList<>();
  private final List<Tensor> sumTangents = new ArrayList<>();

  private RecordedMlp(Mlp mlp) {
    this.mlp = mlp;
  }

  /** The output as a variable of the tape. */
  static Tensor forward(Tape tape, Mlp mlp, Tensor x, Tensor s, Tensor t) {
    RecordedMlp own = new RecordedMlp(mlp);
    Tensor output =
        Autograd.noGrad(
            () -> {
              Tensor h = own.layers(mlp.features(x, s, t));
              return h.linear(own.parameter("output.weight"), own.parameter("output.bias"));
            });
    return tape.note(List.of(output), (bars, gradient) -> own.back(bars, gradient)).get(0);
  }

  /** The output and its derivative in a direction as variables of the tape. */
  static Autograd.Jvp forwardAlong(
      Tape tape, Mlp mlp, Tensor x, Tensor s, Tensor t, Direction direction) {
    RecordedMlp own = new RecordedMlp(mlp);
    List<Tensor> outputs = Autograd.noGrad(() -> own.along(x, s, t, direction));
    List<Tensor> variables = tape.note(outputs, (bars, gradient) -> own.back(bars, gradient));
    return new Autograd.Jvp(variables.get(0), variables.get(1));
  }

  /** The same without a tape, where no gradient will be asked for. */
  static Autograd.Jvp forwardAlong(Mlp mlp, Tensor x, Tensor s, Tensor t, Direction direction) {
    List<Tensor> outputs = new RecordedMlp(mlp).along(x, s, t, direction);
    return new Autograd.Jvp(outputs.get(0), outputs.get(1));
  }

  private Tensor parameter(String name) {
    return mlp.parameters().get(name);
  }

  private Tensor layers(Tensor features) {
    Tensor z = features.linear(mlp.firstWeights(), parameter("point.bias"));
    Tensor h = z.silu();
    keep(features, z);
    for (int l = 1; l < mlp.architecture().depth(); l++) {
      z = h.linear(mlp.weight(l), mlp.bias(l));
      keep(h, z);
      h = z.silu().addInPlace(h, 1);
    }
    inputs.add(h);
    return h;
  }

  private void keep(Tensor input, Tensor sum) {
    inputs.add(input);
    sums.add(sum);
  }

  private List<Tensor> along(Tensor x, Tensor s, Tensor t, Direction direction) {
    Tensor h = layers(mlp.features(x, s, t));
    Tensor input = mlp.featureTangents(x, s, t, direction);
    Tensor zDot = input.linear(mlp.firstWeights());
    inputTangents.add(input);
    sumTangents.add(zDot);
    Tensor hDot = sums.get(0).siluBackward(zDot);
    for (int l = 1; l < mlp.architecture().depth(); l++) {
      zDot = hDot.linear(mlp.weight(l));
      inputTangents.add(hDot);
      sumTangents.add(zDot);
      hDot = sums.get(l).siluBackward(zDot).addInPlace(hDot, 1);
    }
    inputTangents.add(hDot);
    Tensor weight = parameter("output.weight");
    return List.of(h.linear(weight, parameter("output.bias")), hDot.linear(weight));
  }

  private void back(List<Optional<Tensor>> cotangents, Parameters gradient) {
    if (cotangents.stream().allMatch(Optional::isEmpty)) {
      return;
    }
    int depth = mlp.architecture().depth();
    Tensor weight = parameter("output.weight");
    boolean directed = cotangents.size() > 1 && cotangents.get(1).isPresent();
    Tensor hBar = inputs.get(depth).zerosLike();
    Tensor hDotBar = hBar;
    if (cotangents.get(0).isPresent()) {
      Tensor bar = cotangents.get(0).get();
      gradient.get("output.weight").addTransposedMatmulInPlace(bar, inputs.get(depth));
      gradient.get("output.bias").addInPlace(bar.sum(0), 1);
      hBar = bar.matmul(weight);
    }
    if (directed) {
      Tensor dotBar = cotangents.get(1).get();
      gradient.get("output.weight").addTransposedMatmulInPlace(dotBar, inputTangents.get(depth));
      hDotBar = dotBar.matmul(weight);
    }
    for (int l = depth - 1; l >= 0; l--) {
      Tensor zBar = sums.get(l).siluBackward(hBar);
      Tensor zDotBar = zBar;
      if (directed) {
        zDotBar = sums.get(l).siluBackward(hDotBar);
        zBar = zBar.addProductInPlace(curvature(sums.get(l)).mul(sumTangents.get(l)), hDotBar, 1);
      }
      if (l == 0) {
        first(zBar, directed ? Optional.of(zDotBar) : Optional.empty(), gradient);
        return;
      }
      String name = "hidden." + l;
      Tensor weightBar = gradient.get(name + ".weight");
      weightBar.addTransposedMatmulInPlace(zBar, inputs.get(l));
      gradient.get(name + ".bias").addInPlace(zBar.sum(0), 1);
      hBar = hBar.addMatmulInPlace(zBar, mlp.weight(l));
      if (directed) {
        weightBar.addTransposedMatmulInPlace(zDotBar, inputTangents.get(l));
        hDotBar = hDotBar.addMatmulInPlace(zDotBar, mlp.weight(l));
      }
    }
  }

  private void first(Tensor zBar, Optional<Tensor> zDotBar, Parameters gradient) {
    Tensor weights = mlp.firstWeights().zerosLike();
    weights.addTransposedMatmulInPlace(zBar, inputs.get(0));
    zDotBar.ifPresent(bar -> weights.addTransposedMatmulInPlace(bar, inputTangents.get(0)));
    gradient.get("point.bias").addInPlace(zBar.sum(0), 1);
    long at = 0;
    for (String name : mlp.firstWeightNames()) {
      Tensor part = gradient.get(name);
      part.addInPlace(weights.narrow(1, at, part.size(1)), 1);
      at += part.size(1);
    }
  }

  /** silu''(z) = p (1-p) ( 2 + z (1-2p) ), p = sigmoid(z). */
  private static Tensor curvature(Tensor z) {
    Tensor p = z.sigmoid();
    Tensor steepness = p.addProduct(p, p.neg());
    return p.mul(-2).add(1).mul(z).add(2).mul(steepness);
  }
}
