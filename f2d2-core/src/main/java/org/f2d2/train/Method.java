package org.f2d2.train;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.f2d2.error.F2d2Exception;
import org.f2d2.flow.SecondBranch;
import org.f2d2.objective.AlignYourFlow;
import org.f2d2.objective.AlphaFlow;
import org.f2d2.objective.ConsistencyTrajectory;
import org.f2d2.objective.EulerianSelfDistillation;
import org.f2d2.objective.FlowConsist;
import org.f2d2.objective.FlowMapMatching;
import org.f2d2.objective.ImprovedMeanFlow;
import org.f2d2.objective.LsdF2d2;
import org.f2d2.objective.MeanFlowF2d2;
import org.f2d2.objective.Objective;
import org.f2d2.objective.ProgressiveSelfDistillation;
import org.f2d2.objective.RecursiveConsistency;
import org.f2d2.objective.RowWeight;
import org.f2d2.objective.Setting;
import org.f2d2.objective.ShortcutF2d2;
import org.f2d2.objective.TwinFlow;

/** The methods that {@code fit} can train a joint flow map with. */
public enum Method {
  /** The project's own recipe; see {@link org.f2d2.objective.TrajectoryRegression}. */
  TRAJECTORY_REGRESSION(
      "trajectory-regression",
      "this project",
      "the joint map and a potential are regressed on solved trajectories of the teacher",
      "the recipe",
      true,
      Method::noneFromAField),
  /** See {@link LsdF2d2}. */
  LSD_F2D2(
      "lsd-f2d2",
      "arXiv 2512.02636, arXiv 2505.18825",
      "Lagrangian identity for velocity and divergence, targets from a frozen teacher",
      "nothing",
      true,
      LsdF2d2::new),
  /** See {@link MeanFlowF2d2}. */
  MEANFLOW_F2D2(
      "meanflow-f2d2",
      "arXiv 2512.02636, arXiv 2505.13447",
      "MeanFlow identity for velocity and divergence, tangent from a frozen teacher",
      "nothing",
      true,
      setting -> new MeanFlowF2d2(setting, 0.25, RowWeight.EQUAL)),
  /** See {@link ShortcutF2d2}. */
  SHORTCUT_F2D2(
      "shortcut-f2d2",
      "arXiv 2512.02636, arXiv 2410.12557",
      "two half jumps make one whole; the instantaneous field is learned from the data",
      "the anchor of the shortest half jumps",
      false,
      setting -> new ShortcutF2d2(setting, Method.SHORTCUT_LEVELS)),
  /** See {@link ShortcutF2d2}. */
  SHORTCUT_DISTILL_F2D2(
      "shortcut-distill-f2d2",
      "arXiv 2512.02636",
      "two half jumps make one whole; the instantaneous field is a frozen teacher's",
      "the anchor of the shortest half jumps",
      true,
      setting -> new ShortcutF2d2(setting, Method.SHORTCUT_LEVELS)),
  /** See {@link FlowMapMatching}. */
  FMM(
      "fmm",
      "arXiv 2406.07507",
      "direct flow map matching: transport along the path and invertibility, from the data alone",
      "the divergence",
      false,
      FlowMapMatching::new),
  /** See {@link ProgressiveSelfDistillation}. */
  PFMM(
      "pfmm",
      "arXiv 2406.07507",
      "progressive flow map matching: one jump from two, the longest jump doubles by rounds",
      "the divergence; halves by the model of the moment",
      true,
      setting ->
          new ProgressiveSelfDistillation(
              setting,
              0.5,
              ProgressiveSelfDistillation.Cut.MIDDLE,
              new ProgressiveSelfDistillation.Rounds(6))),
  /** See {@link EulerianSelfDistillation}. */
  EMD(
      "emd",
      "arXiv 2406.07507",
      "Eulerian map distillation of a frozen teacher, gradient through the time derivative",
      "the divergence",
      true,
      setting -> new EulerianSelfDistillation(setting, 0.5, RowWeight.EQUAL)),
  /** See {@link LsdF2d2}. */
  LSD(
      "lsd",
      "arXiv 2505.18825",
      "Lagrangian self-distillation from the data",
      "times in both orders",
      false,
      LsdF2d2::new),
  /** See {@link EulerianSelfDistillation}. */
  ESD(
      "esd",
      "arXiv 2505.18825",
      "Eulerian self-distillation from the data",
      "the divergence; times in both orders; the weight of a row",
      false,
      setting -> new EulerianSelfDistillation(setting, 0.75, new RowWeight.Adaptive(1, 1))),
  /** See {@link ProgressiveSelfDistillation}. */
  PSD_M(
      "psd-m",
      "arXiv 2505.18825",
      "progressive self-distillation from the data, jumps cut in the middle",
      "the divergence; times in both orders",
      false,
      setting ->
          new ProgressiveSelfDistillation(
              setting,
              0.75,
              ProgressiveSelfDistillation.Cut.MIDDLE,
              ProgressiveSelfDistillation.Rounds.NONE)),
  /** See {@link ProgressiveSelfDistillation}. */
  PSD_U(
      "psd-u",
      "arXiv 2505.18825",
      "progressive self-distillation from the data, jumps cut anywhere",
      "the divergence; times in both orders",
      false,
      setting ->
          new ProgressiveSelfDistillation(
              setting,
              0.75,
              ProgressiveSelfDistillation.Cut.UNIFORM,
              ProgressiveSelfDistillation.Rounds.NONE)),
  /** See {@link MeanFlowF2d2}. */
  MEANFLOW(
      "meanflow",
      "arXiv 2505.13447",
      "MeanFlow identity from the data, adaptive weight",
      "the divergence; uniform times in both orders; the weight of a row",
      false,
      setting -> new MeanFlowF2d2(setting, 0.5, new RowWeight.Adaptive(1, 1e-2))),
  /** See {@link ImprovedMeanFlow}. */
  IMPROVED_MEANFLOW(
      "improved-meanflow",
      "arXiv 2512.02012",
      "MeanFlow identity as a regression on the instantaneous velocity, tangent by the model itself",
      "the divergence; uniform times in both orders",
      false,
      setting -> new ImprovedMeanFlow(setting, 0.5, RowWeight.EQUAL)),
  /** See {@link AlphaFlow}. */
  ALPHAFLOW(
      "alphaflow",
      "arXiv 2510.20771",
      "from trajectory flow matching to MeanFlow over the run",
      "the divergence; uniform times in both orders; no weight",
      false,
      setting -> new AlphaFlow(setting, 0.4, AlphaFlow.Fall.DEFAULT)),
  /** See {@link AlignYourFlow}. */
  AYF_EMD(
      "ayf-emd",
      "arXiv 2506.14603",
      "Align Your Flow, Eulerian: normalised tangents from a frozen teacher",
      "the divergence; length of the warm-up; uniform times",
      true,
      setting -> new AlignYourFlow(setting, AlignYourFlow.Kind.EMD, 0.25)),
  /** See {@link AlignYourFlow}. */
  AYF_LMD(
      "ayf-lmd",
      "arXiv 2506.14603",
      "Align Your Flow, Lagrangian: normalised tangents from a frozen teacher",
      "the divergence; uniform times",
      true,
      setting -> new AlignYourFlow(setting, AlignYourFlow.Kind.LMD, 0.25)),
  /** See {@link ConsistencyTrajectory}. */
  CTM(
      "ctm",
      "arXiv 2310.02279",
      "soft consistency of jumps with Heun steps of a frozen teacher, and denoising",
      "the divergence; jumps to noise; the weights of the moment for the outer jump",
      true,
      setting ->
          new ConsistencyTrajectory(
              setting, setting.model().apart(), ConsistencyTrajectory.Options.DEFAULT)),
  /** See {@link FlowConsist}. */
  FLOWCONSIST(
      "flowconsist",
      "arXiv 2602.06346",
      "MeanFlow identity along the model's own velocity, samples rectified against their own flow",
      "all but the idea: settings, the divergence, one network for both flows",
      false,
      setting -> new FlowConsist(setting, 0.75, SecondBranch.of(setting.model()))),
  /** See {@link RecursiveConsistency}. */
  RCGM(
      "rcgm",
      "arXiv 2512.05150",
      "the base of TwinFlow: a short step and two jumps in place of a derivative, from the data",
      "the divergence; uniform times in both orders",
      false,
      setting -> new RecursiveConsistency(setting, 0.5, 0.01, RecursiveConsistency.Weight.STEP)),
  /** See {@link TwinFlow}. */
  TWINFLOW(
      "twinflow",
      "arXiv 2512.05150",
      "rcgm, and samples rectified against a second branch that learns their flow",
      "the divergence; shares, weights and start of the rectification; times in both orders; the"
          + " weight of a row",
      false,
      setting -> new TwinFlow(setting, 0.75, 0.01, SecondBranch.of(setting.model())));

  private static final int SHORTCUT_LEVELS = 6;

  private final String id;
  private final String papers;
  private final String summary;
  private final String reconstructed;
  private final boolean distilled;
  private final Function<Setting, Objective> objective;

  Method(
      String id,
      String papers,
      String summary,
      String reconstructed,
      boolean distilled,
      Function<Setting, Objective> objective) {
    this.id = id;
    this.papers = papers;
    this.summary = summary;
    this.reconstructed = reconstructed;
    this.distilled = distilled;
    this.objective = objective;
  }

  private static Objective noneFromAField(Setting setting) {
    throw new IllegalArgumentException("trajectory regression is not made from a field");
  }

  /** What is minimised, for all methods but trajectory regression. */
  Objective objective(Setting setting) {
    return objective.apply(setting);
  }

  /** What of it is ours because the publications do not say or do not have it. */
  public String reconstructed() {
    return reconstructed;
  }

  /** The name on the command line. */
  public String id() {
    return id;
  }

  /** Where the method was published. */
  public String papers() {
    return papers;
  }

  /** What it does, in one line. */
  public String summary() {
    return summary;
  }

  /** Whether a teacher is trained first. */
  public boolean distilled() {
    return distilled;
  }

  /**
   * The method of a name.
   *
   * @throws F2d2Exception for an unknown name; the message lists the known ones
   */
  public static Method of(String id) {
    return Arrays.stream(values())
        .filter(m -> m.id.equals(id))
        .findFirst()
        .orElseThrow(
            () ->
                new F2d2Exception("unknown method " + id + "; known: " + String.join(", ", ids())));
  }

  /** All names. */
  public static List<String> ids() {
    return Arrays.stream(values()).map(Method::id).collect(Collectors.toList());
  }
}
