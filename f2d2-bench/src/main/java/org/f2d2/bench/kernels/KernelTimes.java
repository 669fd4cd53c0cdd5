package org.f2d2.bench.kernels;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.f2d2.bench.speed.Comparison;
import org.f2d2.lab.Printable;

/**
 * How long each kernel takes.
 *
 * @param work always {@code kernels}
 * @param machine on what
 * @param cases one line each
 */
public record KernelTimes(String work, String machine, List<Case> cases) implements Printable {

  /**
   * One kernel.
   *
   * @param name the kernel and its size
   * @param ours median over the runs of their average time, in the unit
   * @param unit {@code us}, microseconds
   * @param runs how many runs are behind the median; each repeats the kernel for a fixed time
   */
  public record Case(@JsonProperty("case") String name, double ours, String unit, int runs) {}

  @Override
  public String markdown() {
    StringBuilder out = new StringBuilder("| kernel | time | runs |\n|---|---|---|\n");
    for (Case c : cases) {
      out.append("| ").append(c.name).append(" | ").append(Comparison.digits(c.ours));
      out.append(' ').append(c.unit).append(" | ").append(c.runs).append(" |\n");
    }
    return out.toString();
  }
}
