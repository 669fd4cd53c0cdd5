package org.f2d2.cli;

import java.util.List;
import java.util.stream.LongStream;
import org.f2d2.error.F2d2Exception;
import org.f2d2.train.Budget;
import org.f2d2.train.FitOptions;

/** The fits of a study: the same with one seed after the other. */
final class StudyFits {

  private StudyFits() {}

  /**
   * The usual options with each seed.
   *
   * @param minutes of each fit
   * @param seeds how many, counted from 0
   */
  static List<FitOptions> of(double minutes, int seeds) {
    if (seeds < 1) {
      throw new F2d2Exception("--seeds must be at least 1, got " + seeds);
    }
    FitOptions options = FitOptions.DEFAULT.with(new Budget.Minutes(minutes));
    return LongStream.range(0, seeds).mapToObj(options::withSeed).toList();
  }
}
