package org.f2d2.train;

import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
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
    return Fit.begun(directory, FitOptions.class, TableFit.VERSION, one());
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

  /** Five minutes of the default method with seed 0 on all cores. */
  public static final FitOptions DEFAULT =
      new FitOptions(
          TrajectoryRegression.METHOD,
          new Budget.Minutes(5),
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
      throw new OptionException("workers", "must be at least 1, got " + workers);
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
