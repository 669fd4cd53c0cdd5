package org.f2d2.train;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.f2d2.data.Batch;
import org.f2d2.data.DataHash;
import org.f2d2.data.Decorrelation;
import org.f2d2.data.Table;
import org.f2d2.error.F2d2Exception;
import org.f2d2.error.OptionException;
import org.f2d2.objective.AlignYourFlow;
import org.f2d2.objective.Method;
import org.f2d2.objective.TrajectoryRegression;
import org.f2d2.store.Earlier;
import org.f2d2.store.StoredJson;

/**
 * What a user may choose about a fit.
 *
 * @param method how the joint flow map is trained, with its options
 * @param budget how long to train
 * @param seed fixes every random draw
 * @param workers threads; part of what a result is reproduced by
 * @param decorrelation whether model space is whitened
 * @param teacher see {@link TeacherOptions}
 * @param student see {@link StudentOptions}
 * @param condition see {@link ConditionOptions}
 */
public record FitOptions(
    @JsonSerialize(using = StoredMethod.Writer.class)
        @JsonDeserialize(using = StoredMethod.Reader.class)
        Method method,
    Budget budget,
    long seed,
    int workers,
    Decorrelation decorrelation,
    TeacherOptions teacher,
    StudentOptions student,
    @Earlier ConditionOptions condition)
    implements FitChoices {

  @Override
  public double guidance() {
    return condition.guidance();
  }

  @Override
  public String one() {
    return "row";
  }

  @Override
  public FittedFlow fit(
      Batch rows,
      Path directory,
      boolean resume,
      Optional<FittedFlow> taught,
      FitListener listener) {
    if (taught.isPresent()) {
      throw new F2d2Exception("a fit of table rows trains a teacher of its own");
    }
    return Fit.run(table(rows), this, directory, resume, listener);
  }

  @Override
  public FitChoices begun(Path directory) {
    return Fit.begun(directory, FitOptions.class, TableFit.VERSION);
  }

  @Override
  public boolean fitted(FittedFlow model, Batch rows) {
    return model.provenance().dataHash().equals(DataHash.sha256(table(rows)));
  }

  private static Table table(Batch rows) {
    if (rows instanceof Table table) {
      return table;
    }
    throw new F2d2Exception("these options are for the rows of a table");
  }

  /** Training length. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "unit")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Minutes.class, name = "minutes"),
    @JsonSubTypes.Type(value = Steps.class, name = "steps"),
    @JsonSubTypes.Type(value = Stages.class, name = "stages")
  })
  public sealed interface Budget {}

  /**
   * Minutes of wall time on this machine, turned into steps once, from a rate measured at the
   * start.
   *
   * @param minutes positive
   */
  public record Minutes(double minutes) implements Budget {
    /** Checks the time. */
    public Minutes {
      if (!(minutes > 0) || minutes > 60 * 24 * 365) {
        throw new F2d2Exception("minutes must be positive, got " + minutes);
      }
    }
  }

  /**
   * A number of teacher steps; the other stages follow in proportion.
   *
   * @param steps at least 1
   */
  public record Steps(int steps) implements Budget {
    /** Checks the number. */
    public Steps {
      if (steps < 1) {
        throw new F2d2Exception("steps must be at least 1, got " + steps);
      }
    }
  }

  /**
   * The length of every stage, as an earlier fit had it: what repeats that fit.
   *
   * @param counts of a {@link FitPlan} or {@link ImageFitPlan}, by the names of its components
   */
  public record Stages(Map<String, Integer> counts) implements Budget {
    /** Copies the map, in the order of the names. */
    public Stages {
      counts = Collections.unmodifiableMap(new TreeMap<>(counts));
    }

    /** Those of a plan. */
    public static Stages of(Record plan) {
      return new Stages(StoredJson.counts(plan));
    }

    /**
     * Reads what {@link #text} says.
     *
     * @throws F2d2Exception when it is not a list such as {@code teacherSteps=400,studentSteps=200}
     */
    public static Stages parse(String text) {
      Map<String, Integer> counts = new TreeMap<>();
      for (String part : text.split(",", -1)) {
        String[] sides = part.split("=", -1);
        if (sides.length != 2
            || !sides[1].matches("[0-9]{1,9}")
            || counts.put(sides[0].strip(), Integer.valueOf(sides[1])) != null) {
          throw new F2d2Exception("'" + part + "' is not the length of a stage");
        }
      }
      return new Stages(counts);
    }

    /** In one word, for a command line. */
    public String text() {
      return String.join(
          ",", counts.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toList());
    }

    /**
     * The plan with these lengths.
     *
     * @throws F2d2Exception when a stage of that kind of fit is missing, or one is unknown
     */
    <P> P plan(Class<P> type) {
      return StoredJson.read("steps", StoredJson.write(counts), type);
    }
  }

  /**
   * The teacher's network and training.
   *
   * @param width units per layer; 0 chooses by the number of columns
   * @param depth layers
   * @param batch rows per step
   * @param learningRate peak rate
   * @param weightDecay decoupled decay; negative chooses by the number of rows
   * @param ema decay of the running average
   * @param contextRows see {@link org.f2d2.objective.FlowMatching.Options}
   * @param fourier frequencies per coordinate; negative lets a pilot run choose
   * @param mixture most components of the Gaussian mixture that a pilot run may take as the base; 0
   *     for the single Gaussian
   */
  public record TeacherOptions(
      int width,
      int depth,
      int batch,
      double learningRate,
      double weightDecay,
      double ema,
      int contextRows,
      int fourier,
      @Earlier int mixture) {
    /** The measured choice. */
    public static final TeacherOptions DEFAULT =
        new TeacherOptions(0, 4, 512, 4e-3, -1, 0.999, 512, -1, 32);

    /** Checks the sizes. */
    public TeacherOptions {
      NetworkSizes.require("teacher", width, depth, batch);
    }
  }

  /**
   * The student's network and training.
   *
   * @param width units per layer; 0 chooses by the number of columns
   * @param depth layers
   * @param batch rows per step
   * @param learningRate peak rate
   * @param ema decay of the running average
   * @param divergenceHead whether D is trained beside u
   * @param logDensityHead whether a log-density head is trained as a second way to the log-density
   * @param fourier frequencies per coordinate; negative follows the teacher
   * @param cycleWeight factor of {@link org.f2d2.objective.CycleConsistency} beside the method's
   *     own loss; 0 for none
   * @param determinantWeight factor of {@link org.f2d2.objective.DeterminantLink}; 0 for none
   * @param autoguidance whether Align Your Flow distils all strengths of {@link
   *     org.f2d2.flow.Autoguidance}, which samples may then be drawn with
   */
  public record StudentOptions(
      int width,
      int depth,
      int batch,
      double learningRate,
      double ema,
      boolean divergenceHead,
      @JsonProperty("potentialHead") boolean logDensityHead,
      int fourier,
      @Earlier double cycleWeight,
      @Earlier double determinantWeight,
      @Earlier boolean autoguidance) {
    /** The measured choice. */
    public static final StudentOptions DEFAULT =
        new StudentOptions(0, 4, 512, 4e-3, 0.999, true, true, -1);

    /** Without extra losses. */
    public StudentOptions(
        int width,
        int depth,
        int batch,
        double learningRate,
        double ema,
        boolean divergenceHead,
        boolean logDensityHead,
        int fourier) {
      this(
          width,
          depth,
          batch,
          learningRate,
          ema,
          divergenceHead,
          logDensityHead,
          fourier,
          0,
          0,
          false);
    }

    /** Checks the weights of the extra losses. */
    public StudentOptions {
      NetworkSizes.require("student", width, depth, batch);
      if (!(cycleWeight >= 0) || !(determinantWeight >= 0)) {
        throw new F2d2Exception(
            "weights of extra losses must be at least 0, got "
                + cycleWeight
                + " and "
                + determinantWeight);
      }
      if (determinantWeight > 0 && !divergenceHead) {
        throw new F2d2Exception("a link to the determinant needs the divergence head");
      }
    }

    /**
     * These options with extra losses.
     *
     * @param cycle factor of the cycle
     * @param determinant factor of the link to the determinant
     */
    public StudentOptions withExtras(double cycle, double determinant) {
      return new StudentOptions(
          width,
          depth,
          batch,
          learningRate,
          ema,
          divergenceHead,
          logDensityHead,
          fourier,
          cycle,
          determinant,
          autoguidance);
    }

    /** These options with other heads. */
    public StudentOptions withHeads(boolean divergence, boolean logDensityHead) {
      return new StudentOptions(
          width,
          depth,
          batch,
          learningRate,
          ema,
          divergence,
          logDensityHead,
          fourier,
          cycleWeight,
          divergence ? determinantWeight : 0,
          autoguidance);
    }

    /** These options with autoguidance. */
    public StudentOptions withAutoguidance() {
      return new StudentOptions(
          width,
          depth,
          batch,
          learningRate,
          ema,
          divergenceHead,
          logDensityHead,
          fourier,
          cycleWeight,
          determinantWeight,
          true);
    }
  }

  /**
   * What the density is conditioned on.
   *
   * @param column of classes; empty for none
   * @param dropped share of training rows whose class is hidden, so that the model knows the
   *     density of all rows too; published 0.1
   * @param guidance ω of classifier-free guidance, see {@link org.f2d2.flow.GuidedVelocity}; 1 for
   *     none. The density is then that of the guided flow, not of the data.
   * @param guidanceMix κ of {@link org.f2d2.objective.Instantaneous.Guided}, for methods without a
   *     teacher; 0 for none
   */
  public record ConditionOptions(
      String column, double dropped, double guidance, double guidanceMix) {

    /** No condition. */
    public static final ConditionOptions NONE = new ConditionOptions("", 0.1, 1, 0);

    /** Checks the numbers. */
    public ConditionOptions {
      if (!(dropped >= 0 && dropped < 1)) {
        throw new F2d2Exception("the share without a class must lie in [0, 1), got " + dropped);
      }
      if (!(guidance >= 0) || Double.isInfinite(guidance)) {
        throw new OptionException("guidance", "must be finite and at least 0, got " + guidance);
      }
      if (!(guidanceMix >= 0 && guidanceMix < 1)) {
        throw new OptionException("guidanceMix", "must lie in [0, 1), got " + guidanceMix);
      }
      if (column.isEmpty() && (guidance != 1 || guidanceMix != 0)) {
        throw new OptionException("guidance", "needs {condition}, a column of classes");
      }
    }

    /** Classes of a column, without guidance. */
    public static ConditionOptions on(String column) {
      return new ConditionOptions(column, NONE.dropped, 1, 0);
    }

    /** These options with guidance. */
    public ConditionOptions withGuidance(double scale, double mix) {
      return new ConditionOptions(column, dropped, scale, mix);
    }

    /** Whether the density is that of a guided flow. */
    public boolean guided() {
      return guidance / (1 - guidanceMix) != 1;
    }

    /** The columns that are conditions. */
    List<String> columns() {
      return column.isEmpty() ? List.of() : List.of(column);
    }
  }

  /** Five minutes of the default method with seed 0 on all cores. */
  public static final FitOptions DEFAULT =
      new FitOptions(
          TrajectoryRegression.METHOD,
          new Minutes(5),
          0,
          Runtime.getRuntime().availableProcessors(),
          Decorrelation.ZCA,
          TeacherOptions.DEFAULT,
          StudentOptions.DEFAULT,
          ConditionOptions.NONE);

  /** Checks what the parts ask of each other. */
  public FitOptions {
    // Models of earlier versions say nothing about conditions.
    condition = Objects.requireNonNullElse(condition, ConditionOptions.NONE);
    if (student.autoguidance() && !AlignYourFlow.is(method)) {
      throw new OptionException("autoguidance", "is for ayf-emd and ayf-lmd");
    }
    if (condition.guidanceMix() != 0 && method.distilled()) {
      throw new OptionException("guidanceMix", "is for methods without a teacher");
    }
    if (workers < 1) {
      throw new F2d2Exception("workers must be at least 1, got " + workers);
    }
  }

  /** These options with another method. */
  public FitOptions with(Method other) {
    return new FitOptions(other, budget, seed, workers, decorrelation, teacher, student, condition);
  }

  /** These options with another budget. */
  public FitOptions with(Budget other) {
    return new FitOptions(method, other, seed, workers, decorrelation, teacher, student, condition);
  }

  /** These options with another seed. */
  public FitOptions withSeed(long other) {
    return new FitOptions(
        method, budget, other, workers, decorrelation, teacher, student, condition);
  }

  /** These options with another number of workers. */
  public FitOptions withWorkers(int other) {
    return new FitOptions(method, budget, seed, other, decorrelation, teacher, student, condition);
  }

  /** These options with another last step of the preprocessing. */
  public FitOptions with(Decorrelation other) {
    return new FitOptions(method, budget, seed, workers, other, teacher, student, condition);
  }

  /** These options with another teacher. */
  public FitOptions with(TeacherOptions other) {
    return new FitOptions(method, budget, seed, workers, decorrelation, other, student, condition);
  }

  /** These options with another condition. */
  public FitOptions with(ConditionOptions other) {
    return new FitOptions(method, budget, seed, workers, decorrelation, teacher, student, other);
  }

  /** These options with another student. */
  public FitOptions with(StudentOptions other) {
    return new FitOptions(method, budget, seed, workers, decorrelation, teacher, other, condition);
  }
}
