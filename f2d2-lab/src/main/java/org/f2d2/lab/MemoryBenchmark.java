package org.f2d2.lab;

import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.f2d2.DensityModel;
import org.f2d2.data.Table;
import org.f2d2.train.Budget;
import org.f2d2.train.FitListener;
import org.f2d2.train.FitOptions;

/** Resident memory of the process while a teacher is trained. */
public final class MemoryBenchmark {

  private MemoryBenchmark() {}

  /**
   * Fits to rows of the ring and reads the resident memory on the way.
   *
   * @param steps teacher steps
   * @return MiB by teacher step
   */
  public static Map<Long, Long> run(int steps) {
    Table table = MixtureDensity.ring().table(100_000, new SplittableRandom(1));
    TreeMap<Long, Long> resident = new TreeMap<>();
    FitListener listener =
        new FitListener() {
          private boolean teacher;

          @Override
          public void stage(String name, long length) {
            teacher = name.equals("teacher");
          }

          @Override
          public void step(long step, double loss) {
            if (teacher && step % 500 == 0) {
              resident.put(step, ResidentMemory.mib());
            }
          }
        };
    DensityModel.fit(table, FitOptions.DEFAULT.with(new Budget.Steps(steps)), listener).close();
    return resident;
  }
}
