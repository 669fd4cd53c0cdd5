package org.f2d2.bench.speed;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.f2d2.lab.Machine;
import org.f2d2.lab.Printable;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;
import org.f2d2.train.Calibrator;
import org.f2d2.train.WorkerPool;

/**
 * How near scoring comes to the machine's matrix products: the floating-point operations of the
 * network's products per second of scoring, over those of a plain product of the best size on all
 * cores, measured in turns.
 *
 * @param work what was done
 * @param machine on what
 * @param peak operations per second of the plain product, in units of 10⁹
 * @param cases one line each
 */
public record MatrixShare(String work, String machine, double peak, List<Case> cases)
    implements Printable {

  /**
   * One size of the work.
   *
   * @param name the size
   * @param rate operations per second of scoring, in units of 10⁹
   * @param share of the peak
   * @param runs how many runs are behind the median
   */
  public record Case(@JsonProperty("case") String name, double rate, double share, int runs) {}

  private static final int WIDTH = 512;
  private static final int DEPTH = 4;
  private static final int BATCH = 4096;
  private static final int WARM_UP = 80;
  private static final List<Integer> PRODUCT_ROWS = List.of(256, 512, 1024);

  /**
   * Measures the 4 x 512 network on 4096 rows.
   *
   * @param dimensions d of the rows
   * @param evaluations the numbers of jumps
   * @param rounds turns of each side
   */
  public static MatrixShare run(List<Integer> dimensions, List<Integer> evaluations, int rounds) {
    List<Case> cases = new ArrayList<>();
    double peak = 0;
    try (WorkerPool pool = new WorkerPool(Machine.cores())) {
      Calibrator ours = new Calibrator(pool);
      for (int d : dimensions) {
        try (Workload work = new Workload(d, WIDTH, DEPTH, BATCH)) {
          for (int k : evaluations) {
            Interleaving turns =
                new Interleaving()
                    .way("score", n -> Interleaving.seconds(() -> work.density(ours, k), n));
            for (int rows : PRODUCT_ROWS) {
              turns.way("product " + rows, n -> products(pool, rows, n));
            }
            int repeat = Math.max(3, 20 / k);
            turns.medians(2, WARM_UP / k);
            Interleaving.Medians medians = turns.medians(rounds, repeat);
            double best =
                PRODUCT_ROWS.stream()
                    .mapToDouble(
                        rows ->
                            2.0
                                * pool.size()
                                * rows
                                * WIDTH
                                * WIDTH
                                / medians.of("product " + rows))
                    .max()
                    .orElseThrow();
            // The two times are the same for all rows and belong to the bias.
            double operations = 2.0 * BATCH * k * WIDTH * (d + (DEPTH - 1.0) * WIDTH + d + 1);
            double rate = operations / medians.of("score");
            peak = Math.max(peak, best);
            cases.add(
                new Case(
                    "d " + d + ", batch " + BATCH + ", k " + k,
                    rate / 1e9,
                    rate / best,
                    rounds * repeat));
          }
        }
      }
    }
    return new MatrixShare("share", Machine.describe(), peak / 1e9, cases);
  }

  /** Seconds of each of so many rounds of one product on every core. */
  private static double[] products(WorkerPool pool, int rows, int repeat) {
    int inner = 20_000 / rows;
    List<double[]> all =
        pool.map(
            pool.size(),
            worker -> {
              try (Scope scope = Scope.open()) {
                Tensor a = new Rng(1).normal(DType.FLOAT32, rows, WIDTH);
                Tensor w = new Rng(2).normal(DType.FLOAT32, WIDTH, WIDTH);
                Tensor out = Tensor.zeros(DType.FLOAT32, rows, WIDTH);
                return Interleaving.seconds(
                    () ->
                        Autograd.noGrad(
                            () -> {
                              for (int i = 0; i < inner; i++) {
                                a.linearInto(w, out);
                              }
                              return out;
                            }),
                    repeat);
              }
            });
    double[] seconds = new double[repeat];
    for (int i = 0; i < repeat; i++) {
      for (double[] own : all) {
        seconds[i] = Math.max(seconds[i], own[i] / inner);
      }
    }
    return seconds;
  }

  @Override
  public String markdown() {
    StringBuilder out = new StringBuilder();
    out.append(
        String.format(
            Locale.ROOT,
            "Plain products: %.0f GFLOP/s on all cores.%n%n| case | GFLOP/s | share | runs |%n"
                + "|---|---|---|---|%n",
            peak));
    for (Case c : cases) {
      out.append(
          String.format(
              Locale.ROOT, "| %s | %.0f | %.2f | %d |%n", c.name, c.rate, c.share, c.runs));
    }
    return out.toString();
  }
}
