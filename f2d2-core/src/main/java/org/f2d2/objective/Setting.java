package org.f2d2.objective;

import org.f2d2.flow.JointFlowMap;
import org.f2d2.flow.ProbabilityPath;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Tensor;

/**
 * What every objective over a flow map is made of.
 *
 * @param model the map under training
 * @param field where it learns the instantaneous field from
 * @param data where data rows come from
 * @param error how the errors of u and D add up
 * @param path from noise to the data, on which points to train at are drawn; that of the field
 */
public record Setting(
    JointFlowMap model,
    Instantaneous field,
    TrainingRows data,
    JointError error,
    ProbabilityPath path) {

  /** On straight lines. */
  public Setting(JointFlowMap model, Instantaneous field, TrainingRows data, JointError error) {
    this(model, field, data, error, ProbabilityPath.LINEAR);
  }

  /** On straight lines, with the usual weights of u and D. */
  public Setting(JointFlowMap model, Instantaneous field, TrainingRows data) {
    this(model, field, data, JointError.DEFAULT);
  }

  /** The same for an identity that holds anywhere, see {@link Instantaneous#offPath}. */
  Setting offPath() {
    return new Setting(model, field.offPath(), data, error, path);
  }

  /** Points to train at, at given times [n, 1]. */
  PathBatch draw(Tensor s, Rng rng) {
    return field.trained(PathBatch.draw(data, path, s, field.contextRows(), rng), model, rng);
  }
}
