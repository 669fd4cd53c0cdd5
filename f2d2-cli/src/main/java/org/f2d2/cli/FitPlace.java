package org.f2d2.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.f2d2.DensityModel;
import org.f2d2.error.F2d2Exception;
import org.f2d2.store.AtomicFile;
import org.f2d2.store.DirectoryLock;
import org.f2d2.train.Fit;

/**
 * The directory that a fit writes into. Nothing there is replaced unless the user said so.
 *
 * @param directory of the model
 * @param one what one row of the model that is fitted is called
 * @param resume whether an unfinished fit there is gone on with
 * @param force whether what is there may be replaced
 */
record FitPlace(Path directory, String one, boolean resume, boolean force) {

  /** What is made from a model and lies beside it unless the user names another place. */
  private static final List<String> MADE_FROM_IT =
      List.of("report.html", "density.onnx", "sampler.onnx");

  /**
   * Checks that the fit may be written there; asked before anything that takes time.
   *
   * @throws F2d2Exception with one line that says which options would allow it
   */
  void requireFree() {
    DensityModel.one(directory)
        .filter(other -> !other.equals(one))
        .ifPresent(
            other -> {
              throw new F2d2Exception(
                  directory + ": holds a model of " + other + "s; take another directory");
            });
    if (force) {
      return;
    }
    if (Fit.unfinished(directory)) {
      requireGoneOnWith(Fit.unfinishedOne(directory));
    } else if (finished() && !resume) {
      throw new F2d2Exception(directory + ": holds a model; --force replaces it");
    }
  }

  /** To go on with a fit of the other kind is not offered, for it cannot be done. */
  private void requireGoneOnWith(Optional<String> other) {
    if (!other.orElse(one).equals(one)) {
      throw new F2d2Exception(
          unfinished(other)
              + ", not of "
              + several(one)
              + "; take another directory, or give it up for this fit with --force");
    }
    if (!resume) {
      throw new F2d2Exception(
          unfinished(other) + "; --resume goes on with it, --force begins anew");
    }
  }

  private String unfinished(Optional<String> other) {
    return directory + ": holds an unfinished fit" + other.map(o -> " of " + several(o)).orElse("");
  }

  private static String several(String one) {
    return one.equals("row") ? "a table" : one + "s";
  }

  private boolean finished() {
    return DensityModel.exists(directory);
  }

  /**
   * Takes the directory for a fit.
   *
   * @throws F2d2Exception when another fit has it, or has ended there since {@link #requireFree}
   */
  Taken take() {
    DirectoryLock lock = DirectoryLock.hold(directory);
    try {
      requireFree();
      boolean kept = resume && finished() && !Fit.unfinished(directory);
      List<String> given =
          force && Fit.unfinished(directory)
              ? List.of(
                  unfinished(Fit.unfinishedOne(directory)) + ", which is given up for this one")
              : List.of();
      return new Taken(directory, lock, finished() && !kept, given);
    } catch (RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  /**
   * The directory during a fit.
   *
   * @param directory of the model
   * @param lock held until the fit ends
   * @param replaces whether a model that is there is going to be replaced
   * @param givenUp a line about an unfinished fit that is not gone on with, if there is one
   */
  record Taken(Path directory, DirectoryLock lock, boolean replaces, List<String> givenUp)
      implements AutoCloseable {

    /**
     * Removes what was made from the model that the fit has replaced, which it would else seem to
     * be about.
     *
     * @return a line for each file
     */
    List<String> replaced() {
      List<String> lines = new ArrayList<>();
      for (String name : MADE_FROM_IT) {
        Path file = directory.resolve(name);
        if (replaces && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
          try {
            Files.delete(file);
            lines.add("removed " + file + ", which was of the model before");
          } catch (IOException e) {
            lines.add(
                file + " is of the model before, and cannot be removed: " + AtomicFile.reason(e));
          }
        }
      }
      return lines;
    }

    @Override
    public void close() {
      lock.close();
    }
  }
}
