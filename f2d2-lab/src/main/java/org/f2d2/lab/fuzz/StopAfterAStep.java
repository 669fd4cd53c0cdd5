package org.f2d2.lab.fuzz;

import org.f2d2.train.FitListener;

/** Stops a fit after its first step, so that a checkpoint is left in the midst of a stage. */
final class StopAfterAStep implements FitListener {

  private volatile boolean stepped;

  @Override
  public void step(long step, double loss) {
    stepped = true;
  }

  @Override
  public boolean stopRequested() {
    return stepped;
  }
}
