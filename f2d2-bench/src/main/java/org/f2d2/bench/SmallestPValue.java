package org.f2d2.bench;

import org.f2d2.DensityModel;
import org.f2d2.Nfe;
import org.f2d2.train.Calibration;

/** The least that a model can say of a row. */
public final class SmallestPValue {

  private SmallestPValue() {}

  /**
   * The p-value of a row that is rarer than all rows that the model was calibrated on.
   *
   * @param nfe the way of answering, a calibrated one
   */
  public static double of(DensityModel model, Nfe nfe) {
    Calibration calibration = model.card().calibration();
    Calibration.Entry entry =
        nfe instanceof Nfe.Jumps jumps
            ? calibration.few().getOrDefault(jumps.count(), calibration.exact())
            : calibration.exact();
    return entry.reference().pValue(Double.NEGATIVE_INFINITY);
  }
}
