package org.f2d2.bench.speed;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.f2d2.lab.Machine;
import org.f2d2.lab.Printable;
import org.f2d2.lab.experiment.PowerLaw;
import org.f2d2.train.Calibrator;
import org.f2d2.train.WorkerPool;

/**
 * Seconds of scoring against one size at a time, with the exponent of the power law that fits best,
 * and beside it the exponent of the operations that the same sizes ask for.
 *
 * @param work what was done
 * @param machine on what
 * @param curves one for each size that was varied
 */
public record Scaling(String work, String machine, List<Curve> curves) implements Printable {

  /**
   * One curve.
   *
   * @param size what was varied
   * @param milliseconds medians by its value
   * @param measured slope of log time against log size
   * @param expected slope of log operations against log size
   */
  public record Curve(
      @JsonProperty("size") String size,
      Map<Integer, Double> milliseconds,
      double measured,
      double expected) {}

  private record Sizes(int dimensions, int width, int batch, int evaluations) {

    double operations() {
      return 2.0 * batch * evaluations * width * (2 * dimensions + 1 + (DEPTH - 1.0) * width);
    }
  }

  private static final int DEPTH = 4;
  private static final Sizes BASE = new Sizes(16, 512, 4096, 1);
  private static final int REPEAT = 5;

  /**
   * Measures around the 4 x 512 network in 16 dimensions on 4096 rows with one jump.
   *
   * @param rounds turns of each size
   */
  public static Scaling run(int rounds) {
    List<Curve> curves = new ArrayList<>();
    try (WorkerPool pool = new WorkerPool(Machine.cores())) {
      Calibrator ours = new Calibrator(pool);
      curves.add(
          curve(
              "dimensions",
              List.of(2, 8, 32, 128, 512),
              d -> new Sizes(d, BASE.width, BASE.batch, 1),
              ours,
              rounds));
      curves.add(
          curve(
              "width",
              List.of(64, 128, 256, 512, 1024),
              w -> new Sizes(BASE.dimensions, w, BASE.batch, 1),
              ours,
              rounds));
      curves.add(
          curve(
              "rows",
              List.of(16, 64, 256, 1024, 4096, 16384),
              n -> new Sizes(BASE.dimensions, BASE.width, n, 1),
              ours,
              rounds));
      curves.add(
          curve(
              "evaluations",
              List.of(1, 2, 4, 8, 16),
              k -> new Sizes(BASE.dimensions, BASE.width, BASE.batch, k),
              ours,
              rounds));
    }
    return new Scaling("scaling", Machine.describe(), curves);
  }

  private interface At {
    Sizes value(int value);
  }

  private static Curve curve(
      String size, List<Integer> values, At at, Calibrator ours, int rounds) {
    Map<Integer, Double> milliseconds = new LinkedHashMap<>();
    List<Workload> open = new ArrayList<>();
    try {
      Interleaving turns = new Interleaving();
      for (int value : values) {
        Sizes s = at.value(value);
        Workload work = new Workload(s.dimensions, s.width, DEPTH, s.batch);
        open.add(work);
        turns.way(
            Integer.toString(value),
            n -> Interleaving.seconds(() -> work.density(ours, s.evaluations), n));
      }
      turns.medians(1, REPEAT);
      Interleaving.Medians medians = turns.medians(rounds, REPEAT);
      values.forEach(v -> milliseconds.put(v, 1e3 * medians.of(Integer.toString(v))));
    } finally {
      open.forEach(Workload::close);
    }
    double[] x = values.stream().mapToDouble(v -> Math.log(v)).toArray();
    double[] time = milliseconds.values().stream().mapToDouble(ms -> Math.log(ms)).toArray();
    double[] operations =
        values.stream().mapToDouble(v -> Math.log(at.value(v).operations())).toArray();
    return new Curve(size, milliseconds, PowerLaw.slope(x, time), PowerLaw.slope(x, operations));
  }

  @Override
  public String markdown() {
    StringBuilder out =
        new StringBuilder(
            "| size | milliseconds by its value | exponent measured | of the operations |\n"
                + "|---|---|---|---|\n");
    for (Curve c : curves) {
      String values =
          c.milliseconds.entrySet().stream()
              .map(e -> String.format(Locale.ROOT, "%d: %.2f", e.getKey(), e.getValue()))
              .collect(Collectors.joining(", "));
      out.append(
          String.format(
              Locale.ROOT, "| %s | %s | %.2f | %.2f |%n", c.size, values, c.measured, c.expected));
    }
    return out.toString();
  }
}
