package org.f2d2.objective;

import java.util.List;
import org.f2d2.error.F2d2Exception;

/**
 * The one list of methods. The commands {@code methods}, {@code fit} and {@code compare}, what a
 * stored model says it was trained by, {@code f2d2 verify}, the contract test and the test of
 * stopped gradients all go by it.
 */
public final class Methods {

  private static final List<Method> ALL =
      List.of(
          TrajectoryRegression.METHOD,
          LsdF2d2.LSD_F2D2,
          MeanFlowF2d2.MEANFLOW_F2D2,
          ShortcutF2d2.SHORTCUT_F2D2,
          ShortcutF2d2.SHORTCUT_DISTILL_F2D2,
          FlowMapMatching.METHOD,
          ProgressiveSelfDistillation.PFMM,
          EulerianSelfDistillation.EMD,
          LsdF2d2.LSD,
          EulerianSelfDistillation.ESD,
          ProgressiveSelfDistillation.PSD_M,
          ProgressiveSelfDistillation.PSD_U,
          MeanFlowF2d2.MEANFLOW,
          ImprovedMeanFlow.METHOD,
          AlphaFlow.METHOD,
          AlignYourFlow.AYF_EMD,
          AlignYourFlow.AYF_LMD,
          ConsistencyTrajectory.METHOD,
          FlowConsist.METHOD,
          RecursiveConsistency.METHOD,
          TwinFlow.METHOD,
          Falcon.METHOD);

  private Methods() {}

  /** All methods, with the options that they have where nobody sets them. */
  public static List<Method> all() {
    return ALL;
  }

  /** All names. */
  public static List<String> ids() {
    return ALL.stream().map(Method::id).toList();
  }

  /**
   * The method of a name.
   *
   * @throws F2d2Exception for an unknown name; the message lists the known ones
   */
  public static Method of(String id) {
    return ALL.stream()
        .filter(m -> m.id().equals(id))
        .findFirst()
        .orElseThrow(
            () ->
                new F2d2Exception("unknown method " + id + "; known: " + String.join(", ", ids())));
  }
}
