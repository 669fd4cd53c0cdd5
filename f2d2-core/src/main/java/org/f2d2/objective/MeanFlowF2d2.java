package org.f2d2.objective;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.f2d2.flow.FlowMapIdentities;
import org.f2d2.flow.JointFlowMap;
import org.f2d2.flow.ProbabilityPath;
import org.f2d2.net.Direction;
import org.f2d2.net.Query;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Tensor;

/**
 * MeanFlow-F2D2: the MeanFlow identity (Geng et al., arXiv 2505.13447) for the joint rate (arXiv
 * 2512.02636).
 *
 * <pre>  | f(x_s,s,t) - sg( g(x_s,s) + (t-s) JVP[f](v, 1, 0) ) |²,     v the velocity part of g
 * </pre>
 *
 * A share of the rows has t = s, where this is plain regression on g; in the others s and t come in
 * either order, so that jumps from data to noise are trained too. The source enters linearly, so a
 * noisy but unbiased g leaves the target unbiased. The published adaptive weight is left out: it
 * would weigh down the rows of rare modes.
 */
public final class MeanFlowF2d2 implements Objective {

  private final JointFlowMap model;
  private final Instantaneous field;
  private final TrainingRows data;
  private final JointError error;
  private final double diagonalShare;
  private final ProbabilityPath path = new ProbabilityPath.Linear();
  private final TimeLaw uniform = new TimeLaw.Uniform();

  /**
   * Trains {@code model} on the path of {@code data}.
   *
   * @param diagonalShare share of rows with t = s, in [0, 1]
   */
  public MeanFlowF2d2(
      JointFlowMap model,
      Instantaneous field,
      TrainingRows data,
      JointError error,
      double diagonalShare) {
    if (!(diagonalShare >= 0 && diagonalShare <= 1)) {
      throw new IllegalArgumentException(
          "the share of diagonal rows must lie in [0, 1], got " + diagonalShare);
    }
    this.model = model;
    this.field = field;
    this.data = data;
    this.error = error;
    this.diagonalShare = diagonalShare;
  }

  @Override
  public Tensor loss(int rows, Rng rng) {
    // Rounded at random, so that the share is kept on average whatever the number of rows.
    double rounding = rng.uniform(DType.FLOAT64, 1).item();
    int diagonal = (int) Math.floor(diagonalShare * rows + rounding);
    List<Rows> parts = new ArrayList<>();
    if (diagonal > 0) {
      parts.add(new Diagonal(draw(diagonal, rng), rng));
    }
    if (diagonal < rows) {
      parts.add(new OffDiagonal(draw(rows - diagonal, rng), rng));
    }
    List<Query> queries = parts.stream().flatMap(p -> p.queries().stream()).toList();
    List<Query.Answer> answers = model.answer(queries);
    List<FlowMapIdentities.Sides> sides = new ArrayList<>();
    int at = 0;
    for (Rows p : parts) {
      int end = at + p.queries().size();
      sides.add(p.sides(answers.subList(at, end)));
      at = end;
    }
    Tensor left = Tensor.cat(0, sides.stream().map(FlowMapIdentities.Sides::left).toList());
    Tensor right = Tensor.cat(0, sides.stream().map(FlowMapIdentities.Sides::right).toList());
    return error.of(left, right.detach(), model.dimensions());
  }

  private PathBatch draw(int rows, Rng rng) {
    return PathBatch.draw(data, path, uniform.draw(rows, data.type(), rng), rng);
  }

  /** Rows of one kind: what the model is asked about them, and what the answers mean. */
  private interface Rows {
    List<Query> queries();

    FlowMapIdentities.Sides sides(List<Query.Answer> answers);
  }

  /** Rows with t = s, where the step of the identity is zero and the source is the target. */
  private final class Diagonal implements Rows {
    private final PathBatch b;
    private final Instantaneous.Source source;

    Diagonal(PathBatch b, Rng rng) {
      this.b = b;
      this.source = field.source(model, b.x(), b.s(), b.w(), rng);
    }

    @Override
    public List<Query> queries() {
      return List.of(new Query(b.x(), b.s(), b.s(), source.probe(), Query.Gradients.VALUE));
    }

    @Override
    public FlowMapIdentities.Sides sides(List<Query.Answer> answers) {
      Tensor target = source.joint(answers.get(0));
      Tensor value = answers.get(0).value();
      return new FlowMapIdentities.Sides(value, target.narrow(1, 0, value.size(1)));
    }
  }

  /** Rows with any s and t. */
  private final class OffDiagonal implements Rows {
    private final PathBatch b;
    private final Instantaneous.Source source;
    private final Tensor t;

    OffDiagonal(PathBatch b, Rng rng) {
      this.b = b;
      this.source = field.source(model, b.x(), b.s(), b.w(), rng);
      this.t = rng.uniform(data.type(), b.s().size(0), 1);
    }

    @Override
    public List<Query> queries() {
      Direction path = Direction.ofPath(source.velocity(), b.s().onesLike());
      Query own = new Query(b.x(), b.s(), t, Optional.of(path), Query.Gradients.VALUE);
      return source.probe().isEmpty()
          ? List.of(own)
          : List.of(own, new Query(b.x(), b.s(), b.s(), source.probe(), Query.Gradients.NONE));
    }

    @Override
    public FlowMapIdentities.Sides sides(List<Query.Answer> answers) {
      Tensor joint = source.joint(answers.get(answers.size() - 1));
      return FlowMapIdentities.eulerian(model, joint, answers.get(0), b.s(), t);
    }
  }
}
