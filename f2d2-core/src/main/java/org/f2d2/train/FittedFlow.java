package org.f2d2.train;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.f2d2.data.Preprocessing;
import org.f2d2.flow.DiagonalVelocity;
import org.f2d2.flow.GuidedVelocity;
import org.f2d2.flow.NetworkFlowMap;
import org.f2d2.flow.NetworkPotential;
import org.f2d2.flow.NetworkVelocity;
import org.f2d2.flow.VelocityField;
import org.f2d2.likelihood.Support;
import org.f2d2.metric.HeldOutLikelihood;
import org.f2d2.score.Calibration;
import org.f2d2.store.Earlier;

/**
 * What a fit leaves: the networks in model space, the way from and to input columns, and what
 * held-out rows say about them.
 *
 * @param preprocessing between input columns and model space
 * @param teacher the instantaneous velocity; empty for a method without a teacher
 * @param student the joint flow map
 * @param autoguided the flow map with the strength of its autoguidance for a last condition, where
 *     it was trained; the student is this one at the strength 1
 * @param potential the second way to a log-density, where it was trained
 * @param support what rows far from the training rows are answered by; empty in models of earlier
 *     versions, whose networks answer everywhere
 * @param calibration error bounds and reference distributions
 * @param curves how the losses went
 * @param provenance where the model comes from
 */
public record FittedFlow(
    Preprocessing preprocessing,
    Optional<NetworkVelocity> teacher,
    NetworkFlowMap student,
    Optional<NetworkFlowMap> autoguided,
    Optional<NetworkPotential> potential,
    Optional<Support> support,
    Calibration calibration,
    List<Curve> curves,
    Provenance provenance) {

  /**
   * Where a model comes from.
   *
   * @param options what the user chose
   * @param plan what that became on the machine of the fit
   * @param dataHash SHA-256 of the table
   * @param rows rows of the table
   * @param trainingRows rows that the networks saw
   * @param features what the pilot runs chose
   * @param skippedSteps steps whose loss was not finite
   * @param versions of the library, the engine and the JVM
   * @param created time of the end of the fit, ISO 8601
   * @param seconds wall time of the fit, resumed parts included
   * @param heldOut what the model and the closed forms that its fit has tried say about calibration
   *     rows
   */
  public record Provenance(
      FitOptions options,
      FitPlan plan,
      String dataHash,
      int rows,
      int trainingRows,
      String features,
      long skippedSteps,
      List<String> versions,
      String created,
      double seconds,
      @Earlier List<HeldOutLikelihood> heldOut) {
    /** Models of earlier versions say nothing about held-out rows. */
    public Provenance {
      heldOut = Objects.requireNonNullElse(heldOut, List.of());
    }
  }

  /** The same with networks that answer faster, since their numbers change no more. */
  public FittedFlow frozen() {
    return new FittedFlow(
        preprocessing,
        teacher,
        student.frozen(),
        autoguided,
        potential.map(NetworkPotential::frozen),
        support,
        calibration,
        curves,
        provenance);
  }

  /** Whether the exact answer is a closed form, which one evaluation gives. */
  public boolean closedForm() {
    return Distillation.closedForm(exactField());
  }

  /** The field whose ODE is the exact answer of this model. */
  public VelocityField exactField() {
    double guidance = provenance.options().condition().guidance();
    return teacher.map(t -> guided(t, guidance)).orElseGet(() -> new DiagonalVelocity(student));
  }

  /** A teacher's field as it is distilled: guided, if guidance is not 1. */
  static VelocityField guided(NetworkVelocity teacher, double guidance) {
    return guidance == 1 ? teacher : new GuidedVelocity(teacher, guidance);
  }
}
