package org.f2d2.train;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.f2d2.data.Table;
import org.f2d2.error.F2d2Exception;
import org.f2d2.store.DirectoryLock;
import org.f2d2.store.Earlier;
import org.f2d2.store.StoredJson;
import org.f2d2.tensor.Scope;
import org.jspecify.annotations.Nullable;

/** Runs the fit of any domain: its checkpoint, its plan, its {@link Recipe}. */
public final class Fit {

  private Fit() {}

  /**
   * What a resumed fit must agree with.
   *
   * @param version of this record's meaning for the domain
   * @param one what one row of the domain is called; empty in files of earlier builds
   * @param options of the fit
   * @param plan decided once; null until then
   * @param dataHash of the rows
   */
  record Header(
      int version,
      @Earlier String one,
      JsonNode options,
      @Nullable JsonNode plan,
      String dataHash) {

    Header {
      one = Objects.requireNonNullElse(one, "");
    }

    static Header of(int version, FitChoices options, @Nullable Record plan, String dataHash) {
      return new Header(
          version,
          options.one(),
          StoredJson.toTree(options),
          plan == null ? null : StoredJson.toTree(plan),
          dataHash);
    }

    /**
     * That of a checkpoint.
     *
     * @param one what a row of the domain is called that it must be of
     */
    static Header of(Checkpoint checkpoint, int version, String one) {
      return checkpoint.header(Header.class, version, one);
    }

    Header with(Record other) {
      return new Header(version, one, options, StoredJson.toTree(other), dataHash);
    }

    <O extends FitChoices> O options(Checkpoint of, Class<O> type) {
      return of.read("options", options, type);
    }

    <P extends Record> Optional<P> plan(Checkpoint of, Class<P> type) {
      return Optional.ofNullable(plan)
          .filter(p -> !p.isNull())
          .map(p -> of.read("plan", p, type))
          // Earlier builds wrote a plan before they had one.
          .filter(p -> !p.equals(FitPlan.NONE));
    }
  }

  /**
   * Fits a table without a checkpoint.
   *
   * @throws F2d2Exception when the table cannot be modelled
   * @throws FitInterrupted when the listener asked for it
   */
  public static FittedFlow run(Table table, FitOptions options, FitListener listener) {
    return run(
        options,
        FitOptions.class,
        TableFit.VERSION,
        o -> new TableFit(table, o),
        Optional.empty(),
        false,
        listener);
  }

  /**
   * Fits a table with a checkpoint in a directory.
   *
   * @param resume whether to go on from the directory's checkpoint, whose options and plan then
   *     hold; without a checkpoint the fit starts anew
   */
  public static FittedFlow run(
      Table table, FitOptions options, Path directory, boolean resume, FitListener listener) {
    return run(
        options,
        FitOptions.class,
        TableFit.VERSION,
        o -> new TableFit(table, o),
        Optional.of(directory),
        resume,
        listener);
  }

  /**
   * Fits the rows of any domain.
   *
   * @param asked options of a fit that begins
   * @param type their class
   * @param version of the checkpoint's header for the domain
   * @param recipe makes the recipe of the options that hold
   * @param directory of the checkpoint
   * @param resume whether to go on from the checkpoint there, if there is one
   * @throws F2d2Exception when the rows cannot be modelled, or the checkpoint is of others
   * @throws FitInterrupted when the listener asked for it
   */
  static <O extends FitChoices> FittedFlow run(
      O asked,
      Class<O> type,
      int version,
      Function<O, Recipe<?>> recipe,
      Optional<Path> directory,
      boolean resume,
      FitListener listener) {
    Optional<DirectoryLock> lock = directory.map(DirectoryLock::hold);
    try {
      long start = System.nanoTime();
      Optional<Checkpoint> stored =
          directory.filter(d -> resume && Checkpoint.exists(d)).map(Checkpoint::read);
      Optional<Header> header = stored.map(c -> Header.of(c, version, asked.one()));
      O options = header.map(h -> h.options(stored.orElseThrow(), type)).orElse(asked);
      Recipe<?> own = recipe.apply(options);
      if (header.isPresent() && !header.get().dataHash().equals(own.dataHash())) {
        throw new F2d2Exception(directory.orElseThrow() + ": the checkpoint belongs to other data");
      }
      // What comes before the plan takes its time: a fit killed there has left what it was asked.
      Header begun = header.orElseGet(() -> Header.of(version, options, null, own.dataHash()));
      Optional<Checkpoint> checkpoint = stored.or(() -> directory.map(d -> fresh(d, begun)));
      try (WorkerPool pool = new WorkerPool(options.workers())) {
        return run(own, begun, new FitSession(listener, pool, checkpoint, start));
      }
    } finally {
      lock.ifPresent(DirectoryLock::close);
    }
  }

  private static <P extends Record> FittedFlow run(
      Recipe<P> recipe, Header header, FitSession session) {
    try {
      recipe.prepare(session);
      P plan =
          session
              .checkpoint()
              .flatMap(c -> header.plan(c, recipe.planType()))
              .orElseGet(() -> recipe.plan(session));
      session.planned(plan);
      return recipe.run(plan, session);
    } catch (TrainingRun.NotFinite e) {
      throw TrainingFailed.planning(e);
    }
  }

  /** A checkpoint in a directory that keeps nothing of a fit before. */
  private static Checkpoint fresh(Path directory, Header header) {
    Checkpoint checkpoint = Checkpoint.create(directory, header);
    TrajectoryFiles.delete(directory);
    checkpoint.write(0);
    return checkpoint;
  }

  /**
   * The options of the unfinished fit in a directory.
   *
   * @param type their class
   * @param version of the checkpoint's header for the domain
   * @param one what one row of the domain is called
   * @throws F2d2Exception when its checkpoint cannot be read, or is of another domain
   */
  static <O extends FitChoices> O begun(Path directory, Class<O> type, int version, String one) {
    try (Scope scope = Scope.open()) {
      Checkpoint checkpoint = Checkpoint.read(directory);
      return Header.of(checkpoint, version, one).options(checkpoint, type);
    }
  }

  /** Whether a directory holds the checkpoint of an unfinished fit. */
  public static boolean unfinished(Path directory) {
    return Checkpoint.exists(directory);
  }

  /**
   * What one row of the unfinished fit in a directory is called: row, image; empty where there is
   * none, where it cannot be read, or where an earlier build has not said it.
   */
  public static Optional<String> unfinishedOne(Path directory) {
    if (!unfinished(directory)) {
      return Optional.empty();
    }
    try (Scope scope = Scope.open()) {
      return Checkpoint.read(directory).one();
    } catch (F2d2Exception e) {
      return Optional.empty();
    }
  }

  /** Removes the checkpoint and the trajectories of a fit that has been saved as a model. */
  public static void forget(Path directory) {
    Checkpoint.delete(directory);
    TrajectoryFiles.delete(directory);
  }

  /** Ends a fit that has nothing to save yet, if the user asked for it. */
  static void yieldToUser(FitListener listener, String stage) {
    if (listener.stopRequested()) {
      throw new FitInterrupted("interrupted while working on the " + stage);
    }
  }
}
