package org.f2d2.train;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.f2d2.flow.NetworkLogDensityHead;
import org.f2d2.flow.NetworkVelocity;
import org.f2d2.metric.ErrorStatistics;
import org.f2d2.net.Parameters;
import org.f2d2.score.Calibration;
import org.f2d2.score.Head;
import org.f2d2.tensor.Tensor;

/**
 * How much of what a teacher adds to its closed form is kept, where the rows are few:
 *
 * <pre>  v_α = v_base + α net,   0 ≤ α ≤ 1</pre>
 *
 * <p>From few rows in many columns a network learns a correction whose log-density is rough: it
 * differs from row to row by nats, and no log-density head learns it from as many trajectories as a
 * fit can pay for. A part of the correction keeps much of its gain in likelihood, most of which is
 * the same for all rows, while its roughness falls with α. So α is the largest at which one
 * evaluation stays as near to the exact value as {@link Calibration#usual} asks for; 0 leaves the
 * closed form, which one evaluation gives exactly.
 */
final class CorrectionStrength {

  /** Of the distance that is allowed, what is aimed at. */
  private static final double AIM = 0.8;

  /** A smaller part of a correction is not worth its network. */
  private static final double LEAST = 0.05;

  private static final int TRIES = 2;

  private final FitData data;
  private final FitSession session;
  private final Calibrator calibrator;
  private final double allowed;

  CorrectionStrength(FitData data, FitSession session) {
    this.data = data;
    this.session = session;
    this.calibrator = session.calibrator();
    this.allowed = Calibration.USUAL_ERROR * Math.sqrt(data.dimensions());
  }

  /**
   * A teacher and the log-density head that learned from it.
   *
   * @param strength α
   */
  record Choice(TableFit.Teacher teacher, NetworkLogDensityHead logDensityHead, double strength) {}

  /**
   * The choice for a teacher and its trained log-density head; the same two where they are near
   * enough.
   */
  Choice of(TableFit.Teacher teacher, NetworkLogDensityHead logDensityHead) {
    NetworkLogDensityHead alone = scaled(logDensityHead, 0);
    double[] exact = teacher.heldOut().selection();
    double off = distance(logDensityHead, exact);
    if (data.trainingRows() >= FitData.ENOUGH_ROWS || !(off > allowed)) {
      return new Choice(teacher, logDensityHead, 1);
    }
    double closed = mean(few(alone, data.judged()));
    double strength = AIM * allowed / Math.min(off, distance(alone, exact));
    for (int i = 0; i < TRIES && strength >= LEAST; i++) {
      session.yieldToUser("strength of the correction");
      NetworkVelocity weaker = scaled(teacher.velocity(), strength);
      NetworkLogDensityHead part = scaled(logDensityHead, strength);
      double[] now = calibrator.exact(weaker, data.judged()).logDensity();
      NetworkLogDensityHead nearer = distance(part, now) <= distance(alone, now) ? part : alone;
      double reached = distance(nearer, now);
      if (reached <= allowed && mean(now) > closed) {
        double[] rest = calibrator.exact(weaker, data.solved()).logDensity();
        return told(
            teacher,
            off,
            new Choice(teacher.with(weaker, new Calibrator.HeldOut(now, rest)), nearer, strength));
      }
      strength *= AIM * Math.min(1, allowed / reached);
    }
    NetworkVelocity none = scaled(teacher.velocity(), 0);
    return told(
        teacher, off, new Choice(teacher.with(none, calibrator.heldOut(data, none)), alone, 0));
  }

  private Choice told(TableFit.Teacher whole, double off, Choice choice) {
    session
        .listener()
        .message(
            String.format(
                Locale.ROOT,
                "teacher: one evaluation is %.2f nats off, so %s; held-out log-likelihood %.4f"
                    + " instead of %.4f",
                off,
                choice.strength() == 0
                    ? "the model is the closed form alone"
                    : String.format(
                        Locale.ROOT, "%.2f of its correction is kept", choice.strength()),
                mean(choice.teacher().heldOut().selection()),
                mean(whole.heldOut().selection())));
    return choice;
  }

  private double[] few(NetworkLogDensityHead logDensityHead, Tensor rows) {
    return calibrator.few(Head.LOG_DENSITY, 1, Optional.empty(), Optional.of(logDensityHead), rows);
  }

  /** Mean absolute distance on the judged rows, once a constant has been taken away. */
  private double distance(NetworkLogDensityHead logDensityHead, double[] exact) {
    double[] estimate = few(logDensityHead, data.judged());
    double bias = ErrorStatistics.trimmedBias(estimate, exact);
    double[] centred = Arrays.stream(estimate).map(v -> v - bias).toArray();
    double error = ErrorStatistics.of(centred, exact).meanAbsoluteError();
    return Double.isNaN(error) ? Double.POSITIVE_INFINITY : error;
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).filter(Double::isFinite).average().orElse(Double.NaN);
  }

  /** A velocity whose network says so many times as much. */
  static NetworkVelocity scaled(NetworkVelocity velocity, double factor) {
    return new NetworkVelocity(
        velocity.network().with(scaled(velocity.network().parameters(), factor)), velocity.base());
  }

  private static NetworkLogDensityHead scaled(NetworkLogDensityHead logDensityHead, double factor) {
    return logDensityHead.with(scaled(logDensityHead.network().parameters(), factor));
  }

  /** A copy whose outputs are so many times as large. */
  private static Parameters scaled(Parameters parameters, double factor) {
    Parameters copy = parameters.copy();
    for (String name : new String[] {"output.weight", "output.bias"}) {
      Tensor layer = copy.get(name).detach();
      layer.addInPlace(layer.copy(), factor - 1);
    }
    return copy;
  }
}
