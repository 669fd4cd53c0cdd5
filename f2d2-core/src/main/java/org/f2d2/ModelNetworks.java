package org.f2d2;

import org.f2d2.train.FittedFlow;

/**
 * The way from a model to its networks, for code that works in model space and with tensors:
 * exports and studies. What lies behind it changes more often than {@link DensityModel} does.
 */
public final class ModelNetworks {

  private ModelNetworks() {}

  /**
   * The networks of a model, and what its calibration rows say about them.
   *
   * @throws IllegalStateException when the model is closed
   */
  public static FittedFlow of(DensityModel model) {
    model.requireOpen();
    return model.fitted();
  }
}
