package com.example;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.f2d2.train.FitListener;

/** Keeps what a fit says, and ends it after a number of steps. */
public final class FitLog implements FitListener {

  private final List<String> lines = new ArrayList<>();
  private final AtomicLong left;

  /** With the most steps of all stages together. */
  public FitLog(long most) {
    left = new AtomicLong(most);
  }

  @Override
  public void message(String line) {
    lines.add(line);
  }

  @Override
  public void step(long step, double loss) {
    left.decrementAndGet();
  }

  @Override
  public boolean stopRequested() {
    return left.get() <= 0;
  }

  /** What was said. */
  public List<String> lines() {
    return List.copyOf(lines);
  }
}
