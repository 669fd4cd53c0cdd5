package org.f2d2.lab.experiment;

import java.util.ArrayList;
import java.util.List;
import org.f2d2.flow.ClosedFormFlow;
import org.f2d2.flow.TimeGrid;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.RowChunks;
import org.f2d2.tensor.Tensor;

/**
 * How much a field may pull two neighbouring paths apart, K = exp ∫ L_t dt, with L_t the largest
 * spectral norm of the Jacobian of v̂(·, t).
 *
 * <p>The maximum is taken over points of the path at time t, found by power iteration, so it is a
 * lower estimate of L_t; it is raised by a tenth. Since L_t often grows like 1/(1-t), the times lie
 * evenly in -ln(1-t), each standing for the interval around it.
 */
final class LipschitzConstant {

  private static final int POWER_STEPS = 30;
  private static final double RAISED = 1.1;

  /** Keeps the direction of a vanishing Jacobian finite. */
  private static final double SMALLEST = 1e-30;

  private LipschitzConstant() {}

  /**
   * ln K.
   *
   * @param field v̂
   * @param exact where the points come from
   * @param settings times, points, and the end of the integral
   * @param rng draws the points
   */
  static double integral(MeasuredField field, ClosedFormFlow exact, Settings settings, Rng rng) {
    int times = settings.lipschitzTimes();
    double step = -Math.log1p(-settings.lastTime()) / times;
    double[] sum = {0};
    for (int i = 0; i < times; i++) {
      double middle = -Math.expm1(-(i + 0.5) * step);
      double width = Math.exp(-i * step) - Math.exp(-(i + 1) * step);
      Rng own = rng.derive(i);
      RowChunks all = new RowChunks(settings.lipschitzPoints());
      all.forEach(
          settings.lipschitzPoints(),
          (start, end) -> {
            Tensor x = PathPoints.at(exact, end, middle, own).x();
            sum[0] += width * RAISED * largest(field, x, middle);
          });
    }
    return sum[0];
  }

  /**
   * The largest spectral norm of ∂v̂/∂x over some points.
   *
   * @param x points [n, d]
   */
  static double largest(MeasuredField field, Tensor x, double time) {
    Tensor own = x.to(field.type());
    Tensor t = TimeGrid.column(own, time);
    int d = field.field().dimensions();
    if (d == 1) {
      return field.field().joint(own, t).column(1).abs().max().item();
    }
    Tensor identity = Tensor.eye(d, own.type());
    List<Tensor> columns = new ArrayList<>();
    for (int i = 0; i < d; i++) {
      Tensor direction = identity.rows(i, i + 1).expand(own.size(0), d);
      columns.add(Autograd.jvp(y -> field.field().velocity(y, t), own, direction).tangent());
    }
    return spectralNorms(Tensor.stack(2, columns)).max().item();
  }

  /**
   * Spectral norms by power iteration with JᵀJ.
   *
   * @param jacobians [n, d, d]
   * @return [n, 1, 1]
   */
  private static Tensor spectralNorms(Tensor jacobians) {
    int d = Math.toIntExact(jacobians.size(2));
    double[] first = new double[d];
    for (int i = 0; i < d; i++) {
      // Unlike entries: equal ones would be orthogonal to the leading direction of many a matrix.
      first[i] = 1 + 0.3 * Math.sin(1 + 2.3 * i);
    }
    Tensor transposed = jacobians.swap(1, 2);
    Tensor direction =
        unit(Tensor.of(first, jacobians.type(), 1, d, 1).expand(jacobians.size(0), d, 1));
    for (int i = 0; i < POWER_STEPS; i++) {
      direction = unit(transposed.matmul(jacobians.matmul(direction)));
    }
    return length(jacobians.matmul(direction));
  }

  private static Tensor unit(Tensor vectors) {
    return vectors.div(length(vectors).add(SMALLEST));
  }

  private static Tensor length(Tensor vectors) {
    return vectors.square().sumKeep(1).sqrt();
  }
}
