package org.f2d2.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.f2d2.flow.ClosedFormFlow;
import org.f2d2.flow.ProbabilityPath;
import org.f2d2.objective.FlowMatching;
import org.f2d2.objective.PathBatch;
import org.f2d2.objective.TimeLaw;
import org.f2d2.objective.TrainingRows;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Tensor;
import org.f2d2.verify.TestGrid.Direction;
import org.f2d2.verify.TestGrid.Kind;

/**
 * Targets of flow matching. A target is right if its error against the exact velocity has mean zero
 * given the point and the time, hence mean zero times any function of them; that is measured for a
 * few functions over random batches. Averaging over more data rows must not change it, and must
 * take variance away.
 */
final class FlowMatchingGroup {

  private static final int BATCHES = 200;
  private static final int ROWS = 64;
  private static final double SCORE_LIMIT = 4;
  private static final Kind[] KINDS = {Kind.MIXTURE, Kind.ROTATED};
  private static final TimeLaw TIMES = new TimeLaw.Uniform();

  private final List<Supplier<Check>> checks = new ArrayList<>();
  private final List<Supplier<Mutant>> mutants = new ArrayList<>();

  private FlowMatchingGroup() {}

  static Verification.Group create() {
    FlowMatchingGroup group = new FlowMatchingGroup();
    for (Kind kind : KINDS) {
      group.addMeans(kind);
      group.addVariance(kind);
    }
    group.addOtherPath();
    group.addMutants();
    return new Verification.Group("flow matching", group.checks, group.mutants);
  }

  private static ClosedFormFlow flow(Kind kind) {
    return TestGrid.of(kind, 1, Direction.FORWARD).flow();
  }

  private static FlowMatching objective(ClosedFormFlow flow, ProbabilityPath path, int context) {
    return new FlowMatching(
        flow, new ClosedFormRows(flow), new FlowMatching.Options(path, TIMES, context));
  }

  /** Functions of a point and a time, [n, 1] each. */
  private static List<Tensor> functions(Tensor x, Tensor t) {
    Tensor first = x.column(0);
    Tensor late = t.sub(0.5);
    return List.of(
        first.onesLike(),
        first.sin(),
        first.cos(),
        late.mul(2),
        late.mul(first.mul(2).sin()).mul(2),
        x.square().sumKeep(1).mul(-0.5).exp());
  }

  /** The mean of a vector field times each of the functions, over a batch. */
  private static double[] products(Tensor field, Tensor x, Tensor t) {
    List<Tensor> functions = functions(x, t);
    Tensor[] all = new Tensor[functions.size()];
    for (int i = 0; i < all.length; i++) {
      all[i] = field.mul(functions.get(i));
    }
    return Tensor.cat(1, all).meanKeep(0).toDoubles();
  }

  private void addMeans(Kind kind) {
    addMean(kind, "w", 0, ROWS, BATCHES);
    for (int context : new int[] {1, 16, 256}) {
      addMean(kind, "the mean over " + (context + ROWS) + " rows", context, ROWS, BATCHES);
    }
    // A set of two rows, of which one made the point: a bias would be largest here.
    addMean(kind, "the mean over 2 rows", 1, 1, 10 * BATCHES);
  }

  private void addMean(Kind kind, String what, int context, int rows, int batches) {
    checks.add(
        () ->
            Check.of(
                "flow matching: " + what + " as target is unbiased, in standard errors",
                kind + ", prior sd 1, " + batches + " batches of " + rows,
                error(kind, context, rows, batches).largestScore(),
                SCORE_LIMIT));
  }

  private static BatchMeans error(Kind kind, int context, int rows, int batches) {
    ClosedFormFlow flow = flow(kind);
    FlowMatching objective = objective(flow, new ProbabilityPath.Linear(), context);
    Rng rng = new Rng(11);
    return BatchMeans.of(
        batches,
        b -> {
          PathBatch pair = objective.draw(rows, rng.derive(b));
          Tensor error = pair.w().sub(flow.velocity(pair.x(), pair.s()));
          return products(error, pair.x(), pair.s());
        });
  }

  private void addVariance(Kind kind) {
    int[] contexts = {0, 16, 256};
    for (int i = 1; i < contexts.length; i++) {
      int fewer = contexts[i - 1];
      int more = contexts[i];
      checks.add(
          () ->
              Check.of(
                  "flow matching: variance with "
                      + more
                      + " rows more, as a share of that with "
                      + fewer,
                  kind + ", prior sd 1, " + BATCHES + " batches of " + ROWS,
                  variance(kind, more) / variance(kind, fewer),
                  0.9));
    }
  }

  private static double variance(Kind kind, int context) {
    ClosedFormFlow flow = flow(kind);
    FlowMatching objective = objective(flow, new ProbabilityPath.Linear(), context);
    Rng rng = new Rng(12);
    return BatchMeans.of(BATCHES, b -> objective.loss(ROWS, rng.derive(b)).toDoubles()).mean()[0];
  }

  // The closed forms belong to the linear path; along another one w itself is the measure.
  private void addOtherPath() {
    checks.add(
        () -> {
          ClosedFormFlow flow = flow(Kind.MIXTURE);
          ProbabilityPath path = new ProbabilityPath.VariancePreserving();
          FlowMatching plain = objective(flow, path, 0);
          FlowMatching averaged = objective(flow, path, 16);
          Rng rng = new Rng(13);
          BatchMeans difference =
              BatchMeans.of(
                  BATCHES,
                  b -> {
                    PathBatch p = plain.draw(ROWS, rng.derive(b, 0));
                    PathBatch q = averaged.draw(ROWS, rng.derive(b, 1));
                    double[] one = products(p.w(), p.x(), p.s());
                    double[] other = products(q.w(), q.x(), q.s());
                    for (int i = 0; i < one.length; i++) {
                      one[i] -= other[i];
                    }
                    return one;
                  });
          return Check.of(
              "flow matching on the variance preserving path: averaging keeps the mean",
              "1-D mixture, " + BATCHES + " batches of " + ROWS + ", in standard errors",
              difference.largestScore(),
              SCORE_LIMIT);
        });
  }

  /** The averaged target for one row, written out, and the ways to get it wrong. */
  private enum Formula {
    RIGHT,
    WITHOUT_THE_ROW_ITSELF,
    WITHOUT_HALF,
    WITHOUT_TIME,
    WITHOUT_SQUARE,
    MINUS_POINT_MISSING;

    /**
     * The target at points [n, 1] for sets of data rows [n, m], the first of each being its own.
     */
    Tensor target(Tensor x, Tensor t, Tensor rows) {
      Tensor left = t.subtractFrom(1);
      Tensor set = this == WITHOUT_THE_ROW_ITSELF ? rows.narrow(1, 1, rows.size(1) - 1) : rows;
      Tensor centre = this == WITHOUT_TIME ? set : t.mul(set);
      Tensor width = this == WITHOUT_SQUARE ? left : left.square();
      double half = this == WITHOUT_HALF ? -1 : -0.5;
      Tensor weight = x.sub(centre).square().div(width).mul(half).softmax(1);
      Tensor expected = weight.mul(set).sumKeep(1);
      return (this == MINUS_POINT_MISSING ? expected : expected.sub(x)).div(left);
    }
  }

  private static BatchMeans error(Formula formula) {
    ClosedFormFlow flow = flow(Kind.MIXTURE);
    TrainingRows data = new ClosedFormRows(flow);
    Rng rng = new Rng(14);
    int sets = 500;
    int size = 4;
    return BatchMeans.of(
        BATCHES,
        b -> {
          Rng own = rng.derive(b);
          Tensor rows = data.draw(sets * size, own).reshape(sets, size);
          Tensor t = TIMES.draw(sets, DType.FLOAT64, own).mul(0.9);
          Tensor z = own.normal(DType.FLOAT64, sets, 1);
          Tensor x = t.mul(rows.column(0)).addProduct(t.subtractFrom(1), z);
          return products(formula.target(x, t, rows).sub(flow.velocity(x, t)), x, t);
        });
  }

  private void addMutants() {
    checks.add(
        () ->
            Check.of(
                "flow matching: averaged target over 4 rows, written out, in standard errors",
                "1-D mixture, prior sd 1, " + BATCHES + " batches of 500",
                error(Formula.RIGHT).largestScore(),
                SCORE_LIMIT));
    addMutant("the row itself left out of the set", Formula.WITHOUT_THE_ROW_ITSELF);
    addMutant("weights without the factor 1/2", Formula.WITHOUT_HALF);
    addMutant("weights from x1 in place of t x1", Formula.WITHOUT_TIME);
    addMutant("weights with 1-t in place of its square", Formula.WITHOUT_SQUARE);
    addMutant("E[x1]/(1-t), the point not subtracted", Formula.MINUS_POINT_MISSING);
  }

  private void addMutant(String name, Formula formula) {
    mutants.add(() -> Mutant.of("flow matching: " + name + ", bias", error(formula).largestMean()));
  }
}
