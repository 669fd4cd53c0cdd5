package org.f2d2.train;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.f2d2.data.Preprocessing;
import org.f2d2.domain.Domain;
import org.f2d2.domain.table.TableDomain;
import org.f2d2.error.F2d2Exception;
import org.f2d2.flow.DiagonalVelocity;
import org.f2d2.flow.FramedVelocity;
import org.f2d2.flow.GaussianFrame;
import org.f2d2.flow.GuidedVelocity;
import org.f2d2.flow.LearnedFlowMap;
import org.f2d2.flow.NetworkLogDensityHead;
import org.f2d2.flow.NetworkVelocity;
import org.f2d2.flow.RotatedGaussianFlow;
import org.f2d2.flow.VelocityField;
import org.f2d2.likelihood.Support;
import org.f2d2.metric.HeldOutLikelihood;
import org.f2d2.score.Calibration;
import org.f2d2.store.Earlier;

/**
 * What a fit leaves: the networks in model space, the way from and to rows, and what held-out rows
 * say about them.
 *
 * @param domain between rows and model space
 * @param teacher the instantaneous velocity; empty for a method without a teacher
 * @param student the joint flow map
 * @param others more flow maps, by role: {@link #AUTOGUIDED}, {@link #VELOCITY}
 * @param logDensityHead the second way to a log-density, where it was trained
 * @param support what rows far from the training rows are answered by; empty where the networks
 *     answer everywhere
 * @param calibration error bounds and reference distributions
 * @param curves how the losses went
 * @param provenance where the model comes from
 */
public record FittedFlow(
    Domain domain,
    Optional<NetworkVelocity> teacher,
    LearnedFlowMap student,
    Map<String, LearnedFlowMap> others,
    Optional<NetworkLogDensityHead> logDensityHead,
    Optional<Support> support,
    Calibration calibration,
    List<Curve> curves,
    Provenance provenance) {

  /**
   * The flow map with the strength of its autoguidance for a last condition; the student is this
   * one at the strength 1.
   */
  public static final String AUTOGUIDED = "autoguided";

  /** The flow map before it learned the divergence, which says what that cost. */
  public static final String VELOCITY = "velocity";

  /** Copies map and list. */
  public FittedFlow {
    others = Map.copyOf(others);
    curves = List.copyOf(curves);
  }

  /**
   * Where a model comes from.
   *
   * @param options what the user chose
   * @param plan what that became on the machine of the fit
   * @param dataHash SHA-256 of the rows
   * @param rows how many there were
   * @param trainingRows how many the networks saw
   * @param features what the pilot runs chose; empty where there are none
   * @param skippedSteps steps whose loss was not finite
   * @param versions of the library, the engine and the JVM
   * @param created time of the end of the fit, ISO 8601
   * @param seconds wall time of the fit, resumed parts included
   * @param heldOut what the model and the closed forms that its fit has tried say about calibration
   *     rows
   */
  public record Provenance(
      FitChoices options,
      Record plan,
      String dataHash,
      int rows,
      int trainingRows,
      String features,
      long skippedSteps,
      List<String> versions,
      String created,
      double seconds,
      List<HeldOutLikelihood> heldOut) {

    /** The options of a model of a table. */
    public FitOptions tableOptions() {
      if (options instanceof FitOptions own) {
        return own;
      }
      throw new F2d2Exception("the model is none of table rows");
    }
  }

  /**
   * The provenance of a model of a table as it is stored.
   *
   * @param heldOut absent in models of earlier versions
   */
  public record StoredProvenance(
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

    /** Of a model. */
    public static StoredProvenance of(Provenance p) {
      return new StoredProvenance(
          p.tableOptions(),
          (FitPlan) p.plan(),
          p.dataHash(),
          p.rows(),
          p.trainingRows(),
          p.features(),
          p.skippedSteps(),
          p.versions(),
          p.created(),
          p.seconds(),
          p.heldOut());
    }

    /** As the model has it. */
    public Provenance provenance() {
      return new Provenance(
          options,
          plan,
          dataHash,
          rows,
          trainingRows,
          features,
          skippedSteps,
          versions,
          created,
          seconds,
          Objects.requireNonNullElse(heldOut, List.of()));
    }
  }

  /** The same networks between other rows and model space. */
  public FittedFlow with(Domain other) {
    return new FittedFlow(
        other, teacher, student, others, logDensityHead, support, calibration, curves, provenance);
  }

  /** The same with networks that answer faster, since their numbers change no more. */
  public FittedFlow frozen() {
    Map<String, LearnedFlowMap> frozen = new HashMap<>();
    others.forEach((role, map) -> frozen.put(role, role.equals(AUTOGUIDED) ? map : map.frozen()));
    return new FittedFlow(
        domain,
        teacher,
        student.frozen(),
        frozen,
        logDensityHead.map(NetworkLogDensityHead::frozen),
        support,
        calibration,
        curves,
        provenance);
  }

  /** The chain of the columns of a model of a table. */
  public Preprocessing preprocessing() {
    if (domain instanceof TableDomain table) {
      return table.preprocessing();
    }
    throw new F2d2Exception("the model is none of table rows");
  }

  /** Whether the exact answer is a closed form, which one evaluation gives. */
  public boolean closedForm() {
    return exact().closedForm();
  }

  /** The exact answers of this model. */
  public ExactValue exact() {
    if (teacher.isPresent() && teacher.get().base() instanceof RotatedGaussianFlow base) {
      return new FramedField(new FramedVelocity(teacher.get().network(), new GaussianFrame(base)));
    }
    return new SolvedField(exactField());
  }

  /** The field whose ODE is the exact answer of this model. */
  public VelocityField exactField() {
    double guidance = provenance.options().guidance();
    return teacher.map(t -> guided(t, guidance)).orElseGet(() -> new DiagonalVelocity(student));
  }

  /** A teacher's field as it is distilled: guided, if guidance is not 1. */
  static VelocityField guided(NetworkVelocity teacher, double guidance) {
    return guidance == 1 ? teacher : new GuidedVelocity(teacher, guidance);
  }
}
