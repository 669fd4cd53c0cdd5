package org.f2d2.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.f2d2.error.F2d2Exception;
import org.f2d2.flow.Coordinates;
import org.f2d2.objective.Trajectories;
import org.f2d2.store.AtomicFile;
import org.f2d2.store.InnerFile;
import org.f2d2.tensor.Safetensors;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;

/**
 * Trajectories of an unfinished fit, a file for each part of them: where a solve takes minutes,
 * what has been solved is not solved again.
 */
final class TrajectoryFiles {

  /** Trajectories of a file. */
  static final int PART = 64;

  private static final String PREFIX = "trajectories-";
  private static final String SUFFIX = ".safetensors";

  /** A user's file of another name stays. */
  private static final Pattern OURS = Pattern.compile("trajectories-[0-9]+\\.safetensors");

  private final Path directory;
  private final FitSession session;

  TrajectoryFiles(Path directory, FitSession session) {
    this.directory = directory;
    this.session = session;
  }

  /** Solves one part. */
  @FunctionalInterface
  interface Part {
    /** The trajectories of part {@code index}, {@code count} or fewer. */
    Trajectories solve(int index, int count);
  }

  /** All trajectories, those of earlier runs of the same fit included. */
  Trajectories solve(int count, Part part) {
    int parts = (count + PART - 1) / PART;
    session.listener().stage("trajectories", count);
    int workers = session.pool().size();
    for (int from = 0; from < parts; from += workers) {
      int begin = from;
      session
          .pool()
          .map(
              Math.min(workers, parts - from),
              p -> {
                int index = begin + p;
                if (!Files.exists(file(index))) {
                  try (Scope scope = Scope.open()) {
                    write(index, part.solve(index, Math.min(PART, count - index * PART)));
                  }
                }
                return index;
              });
      session.listener().step(Math.min(count, (long) (begin + workers) * PART), Double.NaN);
      session.yieldToUser("trajectories");
    }
    List<Trajectories> all = new ArrayList<>();
    for (int p = 0; p < parts; p++) {
      all.add(read(p));
    }
    return Trajectories.join(all);
  }

  private void write(int index, Trajectories t) {
    Safetensors.write(
        file(index),
        Map.of(
            "times", t.times(),
            "points", t.points(),
            "divergences", t.divergences(),
            "velocities", t.velocities()),
        Map.of());
  }

  private Trajectories read(int index) {
    Path file = InnerFile.of(directory, name(index));
    Safetensors.Contents t = Safetensors.read(file);
    Tensor points = t.tensors().get("points");
    if (points == null || points.rank() != 3) {
      throw new F2d2Exception(file + ": lacks its points");
    }
    long n = points.size(0);
    long nodes = points.size(1);
    long d = points.size(2);
    try {
      return new Trajectories(
          t.tensor("times", points.type(), n, nodes),
          points,
          t.tensor("divergences", points.type(), n, nodes),
          t.tensor("velocities", points.type(), n, nodes, d),
          new Coordinates(Math.toIntExact(d), 0));
    } catch (F2d2Exception e) {
      throw new F2d2Exception(file + ": " + e.getMessage(), e);
    }
  }

  private Path file(int index) {
    return directory.resolve(name(index));
  }

  private static String name(int index) {
    return PREFIX + index + SUFFIX;
  }

  /** Removes the files of a fit that has ended. */
  static void delete(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        if (OURS.matcher(file.getFileName().toString()).matches()) {
          AtomicFile.delete(file);
        }
      }
    } catch (IOException e) {
      throw new F2d2Exception(directory + ": trajectories cannot be removed: " + e, e);
    }
  }
}
