package org.f2d2.tensor;

import org.bytedeco.pytorch.Dispatcher;
import org.bytedeco.pytorch.GenericList;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.OperatorHandle;

/**
 * AdamW (Loshchilov and Hutter, "Decoupled Weight Decay Regularization", arXiv 1711.05101) in one
 * pass over memory:
 *
 * <pre>
 *   m := β₁ m + (1-β₁) g,    q := β₂ q + (1-β₂) g²
 *   θ := (1 - η λ) θ - η m/(1-β₁ⁿ) / ( sqrt( q/(1-β₂ⁿ) ) + ε )
 * </pre>
 *
 * @param learningRate η
 * @param beta1 β₁
 * @param beta2 β₂
 * @param epsilon ε
 * @param weightDecay λ
 */
public record FusedAdamW(
    double learningRate, double beta1, double beta2, double epsilon, double weightDecay) {

  static {
    Engine.start();
  }

  // Kept, since the scope that is open when this class loads would free it for good.
  private static final OperatorHandle STEP =
      Dispatcher.singleton().findSchemaOrThrow("aten::_fused_adamw_", "").retainReference();

  /**
   * Changes parameters, moments and gradient in place; all are vectors of one length.
   *
   * @param parameters θ
   * @param gradient the gradient, which is scaled first
   * @param scale factor of the gradient, positive
   * @param first m
   * @param second q
   * @param count n, of the step that is being done; from 1
   */
  public void step(
      Tensor parameters, Tensor gradient, double scale, Tensor first, Tensor second, long count) {
    IValueVector stack = new IValueVector();
    // Lists of one tensor each, and an empty one.
    stack.push_back(new IValue(list(parameters)));
    stack.push_back(new IValue(list(gradient)));
    stack.push_back(new IValue(list(first)));
    stack.push_back(new IValue(list(second)));
    stack.push_back(new IValue(list()));
    stack.push_back(new IValue(list(number(count))));
    stack.push_back(new IValue(learningRate));
    stack.push_back(new IValue(beta1));
    stack.push_back(new IValue(beta2));
    stack.push_back(new IValue(weightDecay));
    stack.push_back(new IValue(epsilon));
    stack.push_back(new IValue(false));
    stack.push_back(new IValue(false));
    // The engine divides by it.
    stack.push_back(new IValue(number(1 / scale).torch()));
    stack.push_back(new IValue());
    STEP.callBoxed(stack);
  }

  private static Tensor number(double value) {
    return Tensor.full(value, DType.FLOAT32, new long[0]);
  }

  // The type of the elements is read off the operator: there is no constructor for it.
  private static GenericList list(Tensor... tensors) {
    GenericList list = new GenericList(STEP.schema().arguments().type().access().containedType(0));
    for (Tensor tensor : tensors) {
      list.push_back(new IValue(tensor.torch()));
    }
    return list;
  }
}
