package org.f2d2.train;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.f2d2.data.Preprocessing;
import org.f2d2.data.Table;
import org.f2d2.domain.table.TableDomain;
import org.f2d2.flow.ClosedFormFlow;
import org.f2d2.flow.DiagonalVelocity;
import org.f2d2.flow.NetworkFlowMap;
import org.f2d2.flow.NetworkLogDensityHead;
import org.f2d2.flow.NetworkVelocity;
import org.f2d2.flow.StandardGaussianFlow;
import org.f2d2.flow.VelocityField;
import org.f2d2.flow.WideComponent;
import org.f2d2.likelihood.Support;
import org.f2d2.metric.HeldOutLikelihood;
import org.f2d2.objective.Objective;
import org.f2d2.objective.Trajectories;
import org.f2d2.score.Calibration;
import org.f2d2.score.Head;
import org.f2d2.tensor.Engine;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;

/**
 * The last part of a fit: the students of a teacher, or a map that learns from the data alone, and
 * the calibration.
 */
final class Distillation {

  /** Training rows that say where the data end. */
  private static final long MOST_SUPPORT_ROWS = 20_000;

  /** Training rows that say how levels are spread, and evaluations that this may cost. */
  private static final long MOST_LEVEL_ROWS = 20_000;

  private static final int LEVEL_EVALUATIONS = 40_000;

  private final Table table;
  private final boolean shared;
  private final FitOptions options;
  private final FitPlan plan;
  private final FitSession session;
  private final Calibrator calibrator;

  /** What is distilled, which may change on the way. */
  private FitData data;

  private Optional<ClosedFormFlow> near;
  private Optional<TableFit.Teacher> teacher;
  private int studentSteps;
  private Optional<NetworkLogDensityHead> logDensityHead = Optional.empty();

  /** Of rows that were held out in turn, and what was said of rows while some were held out. */
  private Optional<ClosedFormRefit.Result> refit = Optional.empty();

  private List<HeldOutLikelihood> heldOutBefore = List.of();

  /**
   * One distillation.
   *
   * @param table all rows
   * @param data the rows by their purpose
   * @param near the closed form that was fitted to them; empty for one Gaussian
   * @param teacher empty for a map that learns from the data alone
   * @param shared whether others learn from this teacher too, so that nothing may take its place
   */
  Distillation(
      Table table,
      FitData data,
      Optional<ClosedFormFlow> near,
      Optional<TableFit.Teacher> teacher,
      boolean shared,
      FitOptions options,
      FitPlan plan,
      FitSession session) {
    this.table = table;
    this.data = data;
    this.near = near;
    this.teacher = teacher;
    this.shared = shared;
    this.options = options;
    this.plan = plan;
    this.session = session;
    this.calibrator = session.calibrator();
    this.studentSteps = plan.studentSteps();
  }

  FittedFlow run() {
    int fourier = teacher.map(t -> t.features().fourier()).orElse(0);
    String features = teacher.map(t -> t.features().toString()).orElse("plain coordinates");
    boolean regression = options.method().fromTrajectories();
    Optional<Trajectories> trajectories =
        regression ? Optional.of(trajectories(fourier)) : Optional.empty();
    StudentFit students = new StudentFit(data, options, session);
    NetworkFlowMap fresh = students.freshMap(fourier);
    Objective objective =
        trajectories
            .map(t -> students.trajectoryRegression(fresh, t))
            .orElseGet(
                () ->
                    TableFit.published(
                        options, fresh, teacher.map(TableFit.Teacher::lesson), data));
    objective = TableFit.withExtras(objective, fresh, data, options.student());
    NetworkFlowMap full =
        students.flowMap(objective, fresh, teacher.map(t -> t.heldOut().selection()), studentSteps);
    NetworkFlowMap trained = students.ofTheData(full);
    session.listener().stage("calibration", 1);
    VelocityField field =
        teacher.map(TableFit.Teacher::field).orElseGet(() -> new DiagonalVelocity(trained));
    Calibrator.HeldOut heldOut =
        teacher.map(TableFit.Teacher::heldOut).orElseGet(() -> calibrator.heldOut(data, field));
    Tensor rows = Tensor.cat(0, data.judged(), data.solved());
    NetworkFlowMap student = students.centred(trained, rows, heldOut.exact());
    logDensityHead = logDensityHead.map(p -> students.centred(p, rows, heldOut.exact()));
    Support support = support(heldOut);
    FitData levelled = data.with(levels(student));
    Calibration calibration =
        calibrator.calibrate(
            new Calibrator.Judges(
                levelled.judged(),
                heldOut.selection(),
                levelled.calibration(),
                levelled.calibrationVolume(),
                heldOut.calibration()),
            new SolvedField(field),
            Calibrator.CALIBRATED,
            student,
            logDensityHead,
            Optional.of(support),
            refit.map(ClosedFormRefit.Result::levelled));
    return new FittedFlow(
        new TableDomain(levelled.preprocessing()),
        teacher.map(TableFit.Teacher::velocity),
        student,
        options.student().autoguidance() ? Map.of(FittedFlow.AUTOGUIDED, full) : Map.of(),
        logDensityHead,
        Optional.of(support),
        calibration,
        session.curves(),
        new FittedFlow.Provenance(
            options,
            plan,
            data.hash(),
            table.rows(),
            data.trainingRows(),
            features,
            session.skipped(),
            List.of("libtorch presets " + Engine.version(), "java " + Runtime.version().toString()),
            Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
            session.seconds(),
            refit.isPresent() ? heldOutBefore : BaseFit.heldOut(data, near, heldOut, support)));
  }

  /** Those that the flow map learns from, once it is known what the teacher will be. */
  private Trajectories trajectories(int fourier) {
    TableFit.Teacher given = teacher.orElseThrow();
    if (!options.student().logDensityHead()) {
      return solved(plan.trajectories());
    }
    Optional<ClosedFormRefit.Result> all =
        !shared
                && given.guidance() == 1
                && given.weak().isEmpty()
                && options.teacher().mixture() > 0
            ? ClosedFormRefit.of(table, options, data, near, session)
            : Optional.empty();
    if (closedForm(given.field()) || replaces(all, given)) {
      adopt(all, given, fourier);
      return solved(plan.trajectories());
    }
    Trajectories trajectories = solved(plan.trajectories());
    StudentFit students = new StudentFit(data, options, session);
    NetworkLogDensityHead trained =
        students.logDensityHead(
            students.freshLogDensityHead(fourier, given.velocity().base()),
            trajectories,
            given.heldOut().selection(),
            plan.logDensitySteps());
    logDensityHead = Optional.of(trained);
    if (given.guidance() != 1) {
      return trajectories;
    }
    CorrectionStrength.Choice choice = new CorrectionStrength(data, session).of(given, trained);
    logDensityHead = Optional.of(choice.logDensityHead());
    if (choice.strength() == 1) {
      return trajectories;
    }
    teacher = Optional.of(choice.teacher());
    if (choice.strength() == 0 || replaces(all, choice.teacher())) {
      adopt(all, choice.teacher(), fourier);
    }
    // The other teacher's trajectories cost time, which is taken from the map's.
    studentSteps = Math.max(1, studentSteps / 2);
    return solved(Math.max(1, plan.trajectories() / 2));
  }

  private boolean replaces(Optional<ClosedFormRefit.Result> all, TableFit.Teacher partly) {
    return all.filter(r -> r.replaces(data.calibrationIndex(), exact(r, partly))).isPresent();
  }

  /** Log-densities of calibration rows, spread in their cells, nats in input units. */
  private double[] exact(ClosedFormRefit.Result all, TableFit.Teacher partly) {
    Preprocessing pre = data.preprocessing();
    if (!pre.spreads()) {
      double[] exact = partly.heldOut().calibration().clone();
      double[] volume = data.calibrationVolume();
      Arrays.setAll(exact, i -> exact[i] + volume[i]);
      return exact;
    }
    int solved = partly.heldOut().calibration().length;
    int[] rows = Arrays.copyOf(data.calibrationIndex(), solved);
    try (Scope scope = Scope.open()) {
      Preprocessing.Mapped mapped = pre.map(all.spread(rows));
      Tensor x = FitData.tensor(mapped.rows(), pre.modelDimensions());
      double[] exact = calibrator.exact(partly.field(), x).logDensity();
      Arrays.setAll(exact, i -> exact[i] + mapped.logAbsDeterminant()[i]);
      return exact;
    }
  }

  private Trajectories solved(int count) {
    return new StudentFit(data, options, session)
        .trajectories(teacher.orElseThrow().field(), count);
  }

  /**
   * Makes a closed form the whole model.
   *
   * @param all the one of all rows; if empty, the base of the teacher, which then is nothing else
   */
  private void adopt(Optional<ClosedFormRefit.Result> all, TableFit.Teacher partly, int fourier) {
    refit = all;
    all.ifPresent(
        result -> {
          heldOutBefore = BaseFit.heldOut(data, near, result);
          data = result.data();
          near = result.near();
          ClosedFormFlow base =
              near.map(WideComponent::beside)
                  .orElseGet(() -> new StandardGaussianFlow(data.dimensions()));
          NetworkVelocity velocity =
              CorrectionStrength.scaled(new NetworkVelocity(partly.velocity().network(), base), 0);
          teacher = Optional.of(partly.with(velocity, calibrator.heldOut(data, velocity)));
          session
              .listener()
              .message(
                  near.map(BaseFit::named).orElse("one Gaussian")
                      + " of all "
                      + table.rows()
                      + " rows is the model; held out in turn, they have a log-likelihood of "
                      + String.format(
                          Locale.ROOT, "%.4f nats in the units of the columns", result.mean()));
        });
    ClosedFormFlow base = teacher.orElseThrow().velocity().base();
    // Untrained it is its base.
    logDensityHead =
        Optional.of(new StudentFit(data, options, session).freshLogDensityHead(fourier, base));
  }

  /**
   * Whether a field is its base and nothing else, so that an untrained log-density head is exact.
   */
  static boolean closedForm(VelocityField field) {
    return field instanceof NetworkVelocity velocity && velocity.closedForm().isPresent();
  }

  /** The preprocessing with what the model's density is too high at the middles of levels. */
  private Preprocessing levels(NetworkFlowMap student) {
    Preprocessing pre = data.preprocessing();
    if (logDensityHead.isEmpty() && !student.hasDivergence()) {
      return pre;
    }
    Head head = logDensityHead.isPresent() ? Head.LOG_DENSITY : Head.DIVERGENCE;
    int d = pre.modelDimensions();
    UnaryOperator<double[]> logDensity =
        rows -> {
          try (Scope scope = Scope.open()) {
            Preprocessing.Mapped mapped = pre.map(rows);
            double[] few =
                calibrator.few(
                    head,
                    1,
                    Optional.of(student),
                    logDensityHead,
                    FitData.tensor(mapped.rows(), d));
            Arrays.setAll(few, r -> few[r] + mapped.logAbsDeterminant()[r]);
            return few;
          }
        };
    Optional<ClosedFormFlow> base =
        teacher.filter(t -> closedForm(t.field())).map(t -> t.velocity().base());
    if (base.isPresent() && pre.conditions() == 0) {
      return LevelExcess.ofClosedForm(
          pre, base.get(), logDensity, LEVEL_EVALUATIONS, options.seed());
    }
    Tensor some = data.training().rows(0, Math.min(MOST_LEVEL_ROWS, data.trainingRows()));
    return LevelExcess.known(
        pre, pre.inverseWithoutRounding(some.toDoubles()), logDensity, LEVEL_EVALUATIONS);
  }

  private Support support(Calibrator.HeldOut heldOut) {
    return Support.fit(
        near.orElseGet(() -> new StandardGaussianFlow(data.dimensions())),
        data.training().rows(0, Math.min(MOST_SUPPORT_ROWS, data.trainingRows())).toDoubles(),
        data.judged().toDoubles(),
        heldOut.selection(),
        data.preprocessing().modelDimensions());
  }
}
