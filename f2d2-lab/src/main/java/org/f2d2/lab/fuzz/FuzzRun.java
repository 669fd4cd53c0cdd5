package org.f2d2.lab.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongConsumer;
import org.f2d2.error.F2d2Exception;

/** A run of the fuzz suite, and the making of single inputs again. */
public final class FuzzRun {

  private FuzzRun() {}

  /**
   * Runs to the end.
   *
   * @param folder empty, for everything that is written
   * @param done hears from time to time how many inputs are done
   * @throws F2d2Exception when a kind is not known, the run is interrupted or a process cannot work
   */
  public static FuzzReport run(FuzzSettings settings, Path folder, LongConsumer done) {
    long start = System.nanoTime();
    List<FuzzedKind> kinds = kinds(settings, folder);
    List<ForkedWork> works = new ArrayList<>();
    try {
      Material.prepare(material(folder));
      for (int f = 0; f < settings.forks(); f++) {
        works.add(new ForkedWork(settings, kinds, folder, f));
      }
      together(works, done);
      List<FuzzReport.Row> rows = new ArrayList<>();
      for (int k = 0; k < kinds.size(); k++) {
        int kind = k;
        List<Long> counts =
            Arrays.stream(Verdict.values())
                .map(v -> works.stream().mapToLong(w -> w.progress().counted(kind, v)).sum())
                .toList();
        rows.add(new FuzzReport.Row(kinds.get(k).name(), counts));
      }
      List<Finding> findings = new ArrayList<>();
      for (ForkedWork work : works) {
        findings.addAll(work.findings());
      }
      return new FuzzReport(settings.seed(), rows, findings, (System.nanoTime() - start) / 1e9);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<FuzzedKind> kinds(FuzzSettings settings, Path folder) {
    return FuzzedKinds.of(settings.kinds(), material(folder), settings.commands());
  }

  static Path material(Path folder) {
    return folder.resolve("material");
  }

  private static void together(List<ForkedWork> works, LongConsumer done) {
    ExecutorService pool = Executors.newFixedThreadPool(works.size());
    try {
      List<Future<?>> futures = new ArrayList<>();
      works.forEach(work -> futures.add(pool.submit(work)));
      while (!futures.stream().allMatch(Future::isDone)) {
        Thread.sleep(200);
        done.accept(works.stream().mapToLong(ForkedWork::done).sum());
      }
      for (Future<?> future : futures) {
        future.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new F2d2Exception("interrupted", e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e);
    } finally {
      works.forEach(ForkedWork::stop);
      pool.shutdownNow();
    }
  }

  /**
   * Makes one input again and judges it in this process.
   *
   * @param id {@code KIND:SEED}, as a finding says
   * @param folder for the input
   * @return the outcome in one line
   * @throws F2d2Exception when the kind is not known or the seed is no number
   */
  public static String only(String id, FuzzSettings settings, Path folder) {
    String[] parts = id.split(":", -1);
    if (parts.length != 2 || !parts[1].matches("[0-9]{1,19}")) {
      throw new F2d2Exception("'" + id + "' is not KIND:SEED");
    }
    try {
      Path material = material(folder);
      FuzzedKind kind = FuzzedKinds.of(List.of(parts[0]), material, settings.commands()).get(0);
      Material.prepare(material);
      Path own = Files.createDirectories(folder.resolve(kind.name()));
      long seed = Long.parseLong(parts[1]);
      kind.begin(own);
      kind.write(seed, own);
      Outcome outcome = FuzzFork.judged(kind, seed, own);
      return own + ": " + outcome.verdict().title() + " " + outcome.detail();
    } catch (NumberFormatException e) {
      throw new F2d2Exception("'" + id + "' is not KIND:SEED", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The last lines of a text file, for messages. */
  static String tail(Path file) {
    try {
      List<String> lines = Files.readAllLines(file, StandardCharsets.ISO_8859_1);
      return String.join(" | ", lines.subList(Math.max(0, lines.size() - 6), lines.size()));
    } catch (IOException e) {
      return "";
    }
  }
}
